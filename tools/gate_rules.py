#!/usr/bin/env python3
"""Rules that hold in one place or everywhere: what is built is listed, what is promised is kept, both languages say the same."""
import json
import os
import re

from common import Faults, floors, read, root_folder, tracked

LEFT_OVER = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
LOOSE_VERSION = re.compile(r"^[\^~><*]|^latest$|\|\|| - ")


def rooms(root, faults):
    """Each room has its README.md, names all its sources and tests, and keeps a corpus for each fuzzer."""
    for room in [room for floor in floors(root) for room in floor if os.path.isdir(os.path.join(root, room))]:
        for needed in ("meson.build", "README.md"):
            if not os.path.exists(os.path.join(root, room, needed)):
                faults.add(room, 1, f"{needed} is missing", "write it, half a page at most")
        table = os.path.join(room, "meson.build")
        listed = set(re.findall(r"'([^']+)'", read(root, table))) if os.path.exists(os.path.join(root, table)) else set()
        for name in sorted(os.listdir(os.path.join(root, room))):
            if name.endswith(".c") and name not in listed and (room, name) != ("base", "embed.c"):
                faults.add(f"{room}/{name}", 1, f"{table} does not name it: it is neither built nor run", f"name it in {table}")
        for fuzzer in re.findall(r"'(\w+)'\s*:\s*files\('fuzz_", read(root, table) if listed else ""):
            corpus = os.path.join(root, room, "corpus", fuzzer)
            if not os.path.isdir(corpus) or not os.listdir(corpus):
                faults.add(table, 1, f"{room}/corpus/{fuzzer}/ is empty", "give the fuzzer a few real inputs to start from")


def packages(root, files, faults):
    """Lock files name no host; versions are exact."""
    for path in files:
        name = os.path.basename(path)
        if name == "package-lock.json":
            for number, line in enumerate(read(root, path).splitlines(), 1):
                if re.search(r'"resolved":\s*"https?:', line):
                    faults.add(path, number, "names the host of a registry", "npm install with omit-lockfile-registry-resolved=true")
        elif name == "package.json":
            listed = json.loads(read(root, path))
            for group in ("dependencies", "devDependencies", "optionalDependencies"):
                for package, version in listed.get(group, {}).items():
                    if LOOSE_VERSION.search(version):
                        faults.add(path, 1, f"{package} {version} is not an exact version", "write the version that the lock file has")


def keys(value, above=""):
    if not isinstance(value, dict):
        return {above}
    return {key for name, inner in value.items() for key in keys(inner, f"{above}.{name}" if above else name)}


def languages(root, files, faults):
    """vi.json and en.json of one folder have the same keys, and no text is empty."""
    for path in [f for f in files if os.path.basename(f) == "vi.json"]:
        other = os.path.join(os.path.dirname(path), "en.json")
        if other not in files:
            faults.add(path, 1, f"{other} is missing", "write it")
            continue
        vi, en = keys(json.loads(read(root, path))), keys(json.loads(read(root, other)))
        for key in sorted(vi ^ en):
            lacking = other if key in vi else path
            faults.add(lacking, 1, f"the key {key} is missing", "translate it")


def left_over(root, files, faults):
    for path in files:
        if path.endswith((".c", ".h", ".py", ".ts", ".tsx", ".sql", ".css", ".mjs")):
            for number, line in enumerate(read(root, path).splitlines(), 1):
                if LEFT_OVER.search(line):
                    faults.add(path, number, "work is left undone", "do it, or open an issue")
                if line != line.rstrip():
                    faults.add(path, number, "white space at the end of the line", "remove it")


def migrations(root, files, faults):
    """Numbered from 0001 without gaps."""
    numbered = sorted(os.path.basename(f) for f in files if f.startswith("migrations/") and f.endswith(".sql"))
    for place, name in enumerate(numbered, 1):
        if not re.match(r"%04d_[a-z0-9_]+\.sql$" % place, name):
            faults.add("migrations/" + name, 1, f"number {place:04d} was expected here", "number migrations from 0001 without gaps")


def main():
    root, faults = root_folder(), Faults()
    files = tracked(root)
    rooms(root, faults)
    packages(root, files, faults)
    languages(root, files, faults)
    left_over(root, files, faults)
    migrations(root, files, faults)
    faults.end(len(files))


if __name__ == "__main__":
    main()
