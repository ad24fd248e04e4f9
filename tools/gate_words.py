#!/usr/bin/env python3
"""Every sentence that the program says has its Vietnamese in texts/vi.po, which would print the same arguments."""
import re

from common import Faults, read, root_folder
from words import CALLS, calls, conversions, read_po, sentences_of, silent, speaks

PO = "texts/vi.po"
PHRASE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


def in_code(root, faults):
    """{sentence: (path, line)}; a call whose sentence is not a literal, or with English among its arguments, is a fault."""
    found = {}
    for path, line, name, given, macros in calls(root):
        if len(given) <= CALLS[name]:
            continue
        said = sentences_of(given[CALLS[name]], macros)
        if not said:
            faults.add(path, line, f"the sentence of {name}() is not written here", "give it as a literal, or mark its literals with WORDS(\"…\")")
        for text in filter(speaks, said):
            found.setdefault(text, (path, line))
        for argument in given[CALLS[name] + 1:]:
            for text in sentences_of(argument, macros):
                if PHRASE.search(text) and "WORDS(" not in argument:
                    faults.add(path, line, f'"{text}" would stay English', "print it with BOTH_FMT and WORDS_ARG(WORDS(\"…\"))")
    return found


def in_po(root, found, faults):
    seen = {}
    for line, en, vi in read_po(read(root, PO)):
        if en in seen:
            faults.add(PO, line, f'"{en}" stands here twice', f"keep the one in line {seen[en]}")
        seen[en] = line
        if en not in found:
            faults.add(PO, line, f'"{en}" is said nowhere', "remove it, or give it the sentence that the code has now")
        elif not vi:
            faults.add(PO, line, f'"{en}" has no Vietnamese', "translate it")
        elif conversions(en) is None or conversions(vi) != conversions(en):
            faults.add(PO, line, f'"{vi}" would read other arguments than "{en}"', "use the same conversions in the same order, or numbered like %2$s")
        elif silent(vi) != {place - 1 for place in silent(en)}:
            faults.add(PO, line, f'"{vi}" would print the English of a pair', "write %.0s%s where the English has %s%.0s")
    return seen


def main():
    root, faults = root_folder(), Faults()
    found = in_code(root, faults)
    seen = in_po(root, found, faults)
    for text, (path, line) in found.items():
        if text not in seen:
            faults.add(path, line, f'"{text}" has no Vietnamese', f"tools/words.py missing >> {PO}, then translate it")
    faults.end(len(found))


if __name__ == "__main__":
    main()
