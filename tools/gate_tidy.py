#!/usr/bin/env python3
"""clang-tidy as .clang-tidy says, over the compile commands of a clang build.  Usage: gate_tidy.py BUILD [ROOT]"""
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from common import Faults


def main():
    build = os.path.abspath(sys.argv[1])
    root = os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), ".."))
    faults = Faults()
    commands = json.load(open(os.path.join(build, "compile_commands.json")))
    files = sorted({os.path.realpath(os.path.join(c["directory"], c["file"])) for c in commands})
    # Not the tests: the analyser does not see that cmocka's asserts end a test.
    files = [f for f in files if f.startswith(root + os.sep) and not f.startswith(build)
             and not os.path.basename(f).startswith(("test_", "testing"))]

    def judge(path):
        return path, subprocess.run(["clang-tidy", "--quiet", "-p", build, path], cwd=root, capture_output=True, text=True)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in pool.map(judge, files):
            if result.returncode:
                faults.add(os.path.relpath(path, root), 1, "clang-tidy finds fault", "as it says\n" + result.stdout.strip())
    faults.end(len(files))


if __name__ == "__main__":
    main()
