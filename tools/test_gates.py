#!/usr/bin/env python3
"""Each gate is shown a clean tree, which it must pass, and trees with one planted fault, each of which it must refuse by name."""
import json
import os
import subprocess
import sys
import tempfile

import run_tests

HERE = os.path.dirname(os.path.abspath(__file__))
FLOORS = "floors = [\n\t['base'],\n\t['store'],\n\t['core', 'series'],\n\t['http'],\n]\n"
CLEAN = {
    "meson.build": FLOORS,
    ".clang-format": open(os.path.join(HERE, "..", ".clang-format")).read(),
    "base/README.md": "Ground.\n",
    "base/meson.build": "base_src = files('a.c', 'say.c')\nbase_fuzz = {'a': files('fuzz_a.c')}\n",
    "base/a.h": "#pragma once\nint a_twice(int x);\n",
    "base/a.c": '#include "base/a.h"\n\nint a_twice(int x)\n{\n\treturn 2 * x;\n}\n',
    "base/fuzz_a.c": "int fuzzed;\n",
    "base/corpus/a/one": "1",
    "base/say.c": 'const char *say(void)\n{\n\treturn fail(0, 1, "at most %d of %s%.0s", 2, "a", "b");\n}\n',
    "texts/vi.po": 'msgid ""\nmsgstr "Language: vi\\n"\n\nmsgid "at most %d of %s%.0s"\nmsgstr "nhiều nhất %d %.0s%s"\n',
    "core/README.md": "Core.\n",
    "core/meson.build": "core_src = files('c.c')\n",
    "core/c.c": '#include "base/a.h"\n\nint c_four(void);\n\nint c_four(void)\n{\n\treturn a_twice(2);\n}\n',
    "migrations/0001_start.sql": "SELECT 1;\n",
    "ui/package.json": '{"dependencies": {"react": "19.3.1"}}\n',
    "ui/package-lock.json": '{"packages": {"node_modules/react": {"version": "19.3.1"}}}\n',
    "ui/src/i18n/vi.json": '{"home": {"title": "Trang chủ"}}\n',
    "ui/src/i18n/en.json": '{"home": {"title": "Home"}}\n',
}
LONG = "int a_twice(int x)\n{\n%s\treturn 2 * x;\n}\n" % ("\tx++;\n" * 100)
TANGLED = "int a_twice(int x)\n{\n%s\treturn 2 * x;\n}\n" % "".join("\tif (x == %d)\n\t\tx++;\n" % n for n in range(16))
EIGHT = "int a_many(%s)\n{\n\treturn a;\n}\n" % ", ".join("int " + letter for letter in "abcdefgh")
PO = 'msgid "at most %%d of %%s%%.0s"\nmsgstr "%s"\n'
HEAD = '#include "base/a.h"\n\n'
# gate, file, its text with the fault, what the gate must say
PLANTED = [
    ("floors", "base/a.c", '#include "core/c.h"\n', '"core/c.h" does not exist'),
    ("floors", "base/b.c", '#include "core/d.h"\n', "base/ (floor 0) includes core/ (floor 2)"),
    ("floors", "series/s.c", '#include "core/d.h"\n', "series/ (floor 2) includes core/ (floor 2)"),
    ("floors", "core/c.c", '#include "a.h"\n', "not written from the root"),
    ("floors", "core/c.c", "#include <sqlite3.h>\n", "included by store/ only"),
    ("floors", "core/c.c", "#include <microhttpd.h>\n", "included by http/ only"),
    ("floors", "http/c.c", "#include <postgresql/libpq-fe.h>\n", "included by store/ only"),
    ("floors", "attic/meson.build", "", "stands on no floor"),
    ("sizes", "base/a.c", HEAD + LONG, "a_twice() has 104 lines"),
    ("sizes", "base/a.c", HEAD + TANGLED, "a_twice() has complexity 17"),
    ("sizes", "base/a.c", HEAD + EIGHT, "a_many() takes 8 parameters"),
    ("sizes", "base/a.h", "#pragma once\n" * 1001, "1001 lines, at most 1000"),
    ("headers", "base/a.h", "#pragma once\nsize_t a_twice(int x);\n", "base/a.h:1: does not compile alone"),
    ("headers", "base/a.h", "struct twice {\n\tint x;\n};\n", "base/a.h:1: does not compile alone"),
    ("format", "base/a.c", '#include "base/a.h"\nint a_twice( int x ) { return 2*x; }\n', "not formatted"),
    ("rules", "base/test_a.c", "int main(void);\n", "neither built nor run"),
    ("rules", "store/meson.build", "store_src = []\n", "README.md is missing"),
    ("rules", "core/meson.build", "core_src = files('c.c')\ncore_fuzz = {'x': files('fuzz_x.c')}\n", "core/corpus/x/ is empty"),
    ("rules", "ui/package.json", '{"dependencies": {"react": "^19.3.1"}}', "not an exact version"),
    ("rules", "ui/package-lock.json", '{"x": {\n"resolved": "https://example.org/react.tgz"}}', "names the host of a registry"),
    ("rules", "ui/src/i18n/en.json", '{"home": {"name": "Home"}}', "the key home.title is missing"),
    ("rules", "base/a.c", "/* TO" + "DO */\n", "work is left undone"),
    ("rules", "base/a.c", "int a; \n", "white space at the end"),
    ("words", "core/c.c", 'int a = fail(0, 1, "the well is dry");\n', '"the well is dry" has no Vietnamese'),
    ("words", "core/c.c", 'int a = problem_add(p, at, x ? "it is " LATE : "on time", 1);\n', '"on time" has no Vietnamese'),
    ("words", "core/c.c", "int a = fail(0, 1, sentence);\n", "the sentence of fail() is not written here"),
    ("words", "core/c.c", 'int a = fail(0, 1, "%s", "much too late");\n', '"much too late" would stay English'),
    ("words", "base/say.c", "int a;\n", '"at most %d of %s%.0s" is said nowhere'),
    ("words", "texts/vi.po", PO % "", "has no Vietnamese"),
    ("words", "texts/vi.po", PO % "nhiều nhất %.0s%s", "would read other arguments"),
    ("words", "texts/vi.po", PO % "nhiều nhất %.0s%s: %d", "would read other arguments"),
    ("words", "texts/vi.po", PO % "nhiều nhất %ld %.0s%s", "would read other arguments"),
    ("words", "texts/vi.po", PO % "nhiều nhất %2$.0s%3$s %2$d", "would read other arguments"),
    ("words", "texts/vi.po", PO % "nhiều nhất %d %s%.0s", "would print the English of a pair"),
    ("words", "texts/vi.po", PO % "nhiều nhất %d %.0s%s" * 2, "stands here twice"),
    ("rules", "migrations/0003_more.sql", "SELECT 1;\n", "number 0002 was expected"),
]
number = failed = 0


def check(good, what, output=""):
    global number, failed
    number, failed = number + 1, failed + (not good)
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    if not good:
        print(output)


def plant(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)


def judge(gate, *arguments):
    result = subprocess.run([sys.executable, os.path.join(HERE, f"gate_{gate}.py"), *arguments], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def trees():
    for gate in ("floors", "sizes", "headers", "format", "rules", "words"):
        with tempfile.TemporaryDirectory() as folder:
            plant(folder, CLEAN)
            code, output = judge(gate, folder)
            check(code == 0, f"{gate} passes a clean tree", output)
        with tempfile.TemporaryDirectory() as folder:
            plant(folder, {"meson.build": FLOORS})
            code, output = judge(gate, folder)
            check(code == 1 or gate == "rules", f"{gate} refuses to judge nothing", output)
    for gate, name, text, said in PLANTED:
        with tempfile.TemporaryDirectory() as folder:
            plant(folder, {**CLEAN, "core/d.h": "#pragma once\nint d_one(void);\n", name: text})
            code, output = judge(gate, folder)
            check(code == 1 and said in output, f"{gate} finds: {said}", output)


def coverage():
    with tempfile.TemporaryDirectory() as folder:
        summary = {"files": [{"filename": "base/a.c", "line_total": 100, "line_covered": 89}]}
        plant(folder, {"summary.json": json.dumps(summary), "none": "", "low": "base 80\n", "absent": "base 80\ncore 90\n"})
        for thresholds, wanted, what in (("none", 1, "89 % where 90 % is the rule"), ("low", 0, "89 % where 80 % is agreed"),
                                         ("absent", 1, "a folder that is not covered at all")):
            code, output = judge("coverage", os.path.join(folder, "summary.json"), os.path.join(folder, thresholds))
            check(code == wanted, f"coverage {'refuses' if wanted else 'accepts'} {what}", output)


def tidy():
    for text, wanted in (("int main(void)\n{\n\treturn 0;\n}\n", 0), ("int main(void)\n{\n\tint x;\n\treturn x;\n}\n", 1)):
        with tempfile.TemporaryDirectory() as folder:
            source, build = os.path.join(folder, "a.c"), os.path.join(folder, "build")
            plant(folder, {"a.c": text, ".clang-tidy": open(os.path.join(HERE, "..", ".clang-tidy")).read()})
            commands = [{"directory": folder, "file": source, "command": "clang -c a.c"}]
            plant(build, {"compile_commands.json": json.dumps(commands)})
            code, output = judge("tidy", build, folder)
            check(code == wanted, f"tidy {'refuses an uninitialised value' if wanted else 'passes a clean file'}", output)


def counting():
    """The count of ./test itself: a crash or a silent failure is never zero failures."""
    for code, output, wanted in ((0, "ok 1 - a\nok 2 - b\n", (2, 0)), (1, "ok 1 - a\nnot ok 2 - b\n", (1, 1)), (0, "", (1, 0)),
                                 (-11, "ok 1 - a\n", (1, 1)), ("TIMEOUT", "", (0, 1)), (0, "ok 1 # SKIP no network\n", (0, 0)),
                                 (0, "not ok 1 - a\n", (0, 1))):
        tally = run_tests.Tally.__new__(run_tests.Tally)
        tally.passed = tally.failed = tally.skipped = 0
        tally.failures, tally.log = [], open(os.devnull, "w")
        tally.count_tap("test", code, output)
        check((tally.passed, tally.failed) == wanted, f"exit code {code} after {output.split()} counts as {wanted}".replace("#", ""))


def main():
    trees()
    counting()
    coverage()
    tidy()
    print(f"1..{number}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
