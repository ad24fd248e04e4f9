#!/usr/bin/env python3
"""Every header compiles alone, with all warnings: it includes what it needs."""
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

from common import Faults, root_folder, sources

LIBRARIES = ["libpq", "libmicrohttpd", "sqlite3", "pangocairo", "pangoft2"]


def main():
    root, faults = root_folder(), Faults()
    flags = subprocess.run(["pkg-config", "--cflags", *LIBRARIES], capture_output=True, text=True, check=True).stdout.split()
    command = ["gcc", "-std=gnu17", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I.", *flags,
               "-x", "c", "-"]

    def compile_alone(header):
        # Twice, so that a missing guard shows too.
        text = f'#include "{header}"\n#include "{header}"\n'
        return header, subprocess.run(command, cwd=root, input=text, capture_output=True, text=True)

    headers = sources(root, ".h")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for header, result in pool.map(compile_alone, headers):
            if result.returncode:
                faults.add(header, 1, "does not compile alone", "include or declare what it uses\n" + result.stderr.strip())
    faults.end(len(headers))


if __name__ == "__main__":
    main()
