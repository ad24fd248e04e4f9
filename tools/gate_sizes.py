#!/usr/bin/env python3
"""Sizes: lines of a function and of a file, parameters, cyclomatic complexity (a switch counts once).  No exceptions list.

A callback, which takes void * first, has the parameters that its library calls it with."""
import re
import subprocess
import sys

from common import Faults, read, root_folder, sources, tracked

FUNCTION_SOFT, FUNCTION_HARD, FILE_SOFT, FILE_HARD, PARAMETERS, COMPLEXITY = 60, 100, 600, 1000, 7, 15


def parameters(text, line, name):
    """How many parameters the function called `name` that is defined near `line` takes."""
    start = sum(len(row) + 1 for row in text.split("\n")[:line - 1])
    found = re.compile(r"\b%s\s*\(" % re.escape(name)).search(text, start)
    if not found:
        return 0
    depth, commas, inside = 1, 0, ""
    for letter in text[found.end():]:
        depth += (letter in "([{") - (letter in ")]}")
        if depth == 0:
            break
        commas += letter == "," and depth == 1
        inside += letter
    return 0 if inside.strip() in ("", "void") or inside.lstrip().startswith("void *") else commas + 1


def judge_functions(root, path, faults):
    """pmccabe prints: modified complexity, traditional, statements, first line, lines, file(line): name."""
    out = subprocess.run(["pmccabe", path], cwd=root, capture_output=True, text=True, check=True).stdout
    text, count = read(root, path), 0
    for row in out.splitlines():
        complexity, _, _, first, lines, where = row.split("\t", 5)
        name, count = where.rsplit(": ", 1)[1], count + 1
        taken = parameters(text, int(first), name)
        if int(lines) > FUNCTION_HARD:
            faults.add(path, first, f"{name}() has {lines} lines, at most {FUNCTION_HARD}", "split it by what it does")
        elif int(lines) > FUNCTION_SOFT:
            print(f"note: {path}:{first}: {name}() has {lines} lines; {FUNCTION_SOFT} is the aim")
        if int(complexity) > COMPLEXITY:
            faults.add(path, first, f"{name}() has complexity {complexity}, at most {COMPLEXITY}", "use a table or split it")
        if taken > PARAMETERS:
            faults.add(path, first, f"{name}() takes {taken} parameters, at most {PARAMETERS}", "pass a struct")
    return count


def main():
    root, faults, functions = root_folder(), Faults(), 0
    for path in [f for f in tracked(root) if f.endswith((".c", ".h", ".ts", ".tsx", ".py", ".css", ".mjs"))]:
        lines = read(root, path).count("\n")
        if lines > FILE_HARD:
            faults.add(path, 1, f"{lines} lines, at most {FILE_HARD}", "split the file by subject")
        elif lines > FILE_SOFT:
            print(f"note: {path}: {lines} lines; {FILE_SOFT} is the aim")
    for path in sources(root, ".c"):
        functions += judge_functions(root, path, faults)
    faults.end(functions)


if __name__ == "__main__":
    sys.exit(main())
