#!/usr/bin/env python3
"""C files are formatted as .clang-format says."""
import re
import subprocess

from common import Faults, root_folder, sources


def main():
    root, faults = root_folder(), Faults()
    files = sources(root, ".c", ".h")
    if files:
        result = subprocess.run(["clang-format", "--dry-run", "--ferror-limit=1", *files], cwd=root, capture_output=True, text=True)
        for path, line in re.findall(r"^([^\s:]+):(\d+):\d+: \w+: code should be clang-formatted", result.stderr, re.M):
            faults.add(path, line, "not formatted by .clang-format", f"clang-format -i {path}")
        if result.returncode:
            faults.add(".", 0, "clang-format failed: " + result.stderr[-300:], "see its message")
    faults.end(len(files))


if __name__ == "__main__":
    main()
