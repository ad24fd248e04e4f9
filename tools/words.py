#!/usr/bin/env python3
"""The sentences of the program and their Vietnamese.  texts/vi.po says `msgid` (the English format as it stands in C, macros
written out) and `msgstr`.

words.py table vi.po OUTPUT.c   writes the C table that words_vi() searches
words.py missing [ROOT]         prints what vi.po lacks, ready to be appended and translated"""
import os
import re
import sys

from common import floors, read, sources

MACROS = {"STR_FMT": '"%.*s"', "BOTH_FMT": '"%s%.0s"', "PRId64": '"ld"', "PRIu64": '"lu"'}
# Which argument is the sentence.
CALLS = {"fail": 2, "fail_at": 3, "problem_add": 2, "trouble_at": 2, "finding": 1, "WORDS": 0}
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|/\*.*?\*/|//[^\n]*|\'(?:[^\'\\]|\\.)+\'', re.S)
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "r": "\r"}
CONVERSION = re.compile(r"%(?:(\d+)\$)?([-+ #0']*)(\d+)?(\.(?:\*(?:(\d+)\$)?|\d+)?)?(hh|h|ll|l|z|j|t)?([a-zA-Z%])")


def plain(literal):
    return re.sub(r"\\(.)", lambda m: ESCAPES[m[1]], literal[1:-1])


def quoted(text):
    for plain_one, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(plain_one, written)
    return f'"{text}"'


def read_po(text):
    """[(line, msgid, msgstr)] without the header."""
    entries, field = [], None
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r'(?:(msgid|msgstr) )?(".*")\s*$', line)
        if found is None:
            if line.strip() and not line.startswith("#"):
                raise SystemExit(f"vi.po:{number}: neither msgid, msgstr nor comment")
            continue
        if found[1] == "msgid":
            entries.append([number, "", ""])
        field = {"msgid": 1, "msgstr": 2, None: field}[found[1]]
        entries[-1][field] += plain(found[2])
    return [tuple(entry) for entry in entries if entry[1]]


def conversions(text):
    """{place of the argument: its type}, or None when the format is wrong; a `*` takes a place too."""
    found, place, positional, ordered = {}, 0, False, False
    if re.sub(CONVERSION, "", text).count("%"):
        return None
    for at, flags, width, precision, star, length, kind in CONVERSION.findall(text):
        if kind == "%":
            continue
        wanted = []
        if precision.startswith(".*"):
            wanted.append((star, "int"))
        kind = "d" if kind == "i" else kind
        wanted.append((at, length + kind))
        for given, name in wanted:
            place += 1
            positional, ordered = positional or bool(given), ordered or not given
            where = int(given) if given else place
            if found.setdefault(where, name) != name:
                return None
    if positional and ordered:
        return None
    return found


def silent(text):
    """Places of the arguments that are taken and not printed (%.0s)."""
    place, found = 0, set()
    for at, _, _, precision, _, _, kind in CONVERSION.findall(text):
        place += (kind != "%") + precision.startswith(".*")
        if precision == ".0":
            found.add(int(at) if at else place)
    return found


def arguments(text, start):
    """Those of the call whose bracket opens before start, without comments."""
    depth, found, at = 0, [""], start
    while at < len(text):
        token = TOKEN.match(text, at)
        if token:
            found[-1] += " " if token[0].startswith("/") else token[0]
            at = token.end()
            continue
        letter = text[at]
        if letter in ")]}" and depth == 0:
            break
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
        at += 1
    return [one.strip() for one in found]


def sentences_of(argument, macros):
    """The string literals of an expression, neighbours joined, macros replaced."""
    piece = re.compile(r"%s|\b[A-Za-z_]\w*\b|\S" % LITERAL)
    found, run = [], None
    for token in [m[0] for m in piece.finditer(argument)] + [";"]:
        token = macros.get(token, token)
        if token.startswith('"'):
            run = (run or "") + "".join(plain(one) for one in re.findall(LITERAL, token))
        elif run is not None:
            found.append(run)
            run = None
    return found


def speaks(text):
    """Has it words of its own, or one of a pair to choose?"""
    return bool(silent(text)) or bool(re.search(r"[A-Za-z]{2}", re.sub(CONVERSION, "", text)))


def calls(root):
    """(path, line, name, arguments, macros) of every call that says a sentence, outside tests."""
    texts = {path: read(root, path) for path in sources(root, ".c", ".h")}
    macros = dict(MACROS)
    for text in texts.values():
        for name, value in re.findall(r"^#define\s+(\w+)\s+((?:%s[ \t\\\n]*)+)(?:/\*[^\n]*)?$" % LITERAL, text, re.M):
            macros.setdefault(name, value)
    help_of = re.compile(r"\.help = ((?:%s\s*)+)" % LITERAL)
    call = re.compile(r"(?<!define )(?<!void )(?<!err )\b(%s)\(" % "|".join(CALLS))
    for path, text in texts.items():
        if os.path.basename(path).startswith(("test_", "testing", "fuzz_")):
            continue
        comments = [(m.start(), m.end()) for m in TOKEN.finditer(text) if m[0].startswith("/")]
        for found in help_of.finditer(text):  # of a parameter: OpenAPI and the API page say both languages
            yield path, text.count("\n", 0, found.start()) + 1, "WORDS", [found[1]], macros
        for found in call.finditer(text):
            if any(begin <= found.start() < end for begin, end in comments):
                continue
            yield path, text.count("\n", 0, found.start()) + 1, found[1], arguments(text, found.end()), macros


def sentences(root):
    """{sentence: (path, line)} of all that the program may say and that has words in it."""
    found = {}
    for path, line, name, given, macros in calls(root):
        if len(given) > CALLS[name]:
            for text in sentences_of(given[CALLS[name]], macros):
                if speaks(text):
                    found.setdefault(text, (path, line))
    return found


def table(po, output):
    entries = sorted((en.encode(), vi) for _, en, vi in read_po(open(po, encoding="utf-8").read()))
    rows = "".join("\t{%s,\n\t %s},\n" % (quoted(en.decode()), quoted(vi)) for en, vi in entries)
    with open(output, "w", encoding="utf-8") as file:
        file.write('#include "base/words.h"\n\nconst struct words words_table[] = {\n%s};\n'
                   "const size_t words_n = sizeof(words_table) / sizeof(words_table[0]);\n" % rows)


def missing(root):
    known = {en for _, en, _ in read_po(read(root, "texts/vi.po"))}
    for text, (path, _) in sentences(root).items():
        if text not in known:
            print(f'\n# {path}\nmsgid {quoted(text)}\nmsgstr ""')


if __name__ == "__main__":
    if len(sys.argv) == 4 and sys.argv[1] == "table":
        table(sys.argv[2], sys.argv[3])
    elif len(sys.argv) > 1 and sys.argv[1] == "missing":
        missing(sys.argv[2] if len(sys.argv) > 2 else os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    else:
        raise SystemExit(__doc__)
