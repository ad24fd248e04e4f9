#!/usr/bin/env python3
"""Runs the steps of ./test and counts every single test.

Usage: ./test [--only STEP[,STEP...]] [--list] [--no-install] [--help]

A whole-binary test is an executable tests/FOLDER/test_*; it finds the server in HAIDANG_BIN, the PostgreSQL to use in
HAIDANG_TEST_PG (unset: SQLite) and prints TAP lines ("ok 1 - what", "not ok 2 - what")."""
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OUT = os.path.join(ROOT, "build", "test")
BIN = os.path.join(OUT, "release", "haidang")
JOBS = str(os.cpu_count() or 2)
TESTS = 2 * int(JOBS)  # side by side: they wait as long as they compute
TAP = re.compile(r"^(not ok|ok)\b([^\n]*)", re.M)
FAULT = re.compile(r"\b(error|undefined reference|multiple definition)\b.*[:']|^ninja: error", re.M | re.I)
ENGINES = {"sqlite": None, "postgresql": os.environ.get("HAIDANG_TEST_PG")}
RELEASE = ["-Dbuildtype=release", "-Doptimization=2"]
BUILD_UI = ["bash", "-c", ". tools/lib.sh; build_ui"]
BESIDE = ("clang", "fuzz", "analyzer", "tidy")  # compilers: they begin at once, take the time that others spend waiting, and give way to them
running = set()


def end_running(*_):
    for process in list(running):
        os.killpg(process.pid, signal.SIGTERM)
    print("interrupted\n0 passed, 1 failed")
    os._exit(130)


class Tally:
    """What one step found: tests passed and failed, and where its log is."""

    def __init__(self, name):
        self.name, self.passed, self.failed, self.skipped = name, 0, 0, 0
        self.path = os.path.join(OUT, "log", name + ".log")
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        self.log = open(self.path, "w")
        self.failures = []

    def note(self, passed, what, reason=""):
        """Counts one test; the end of the reason is told with a failure."""
        self.passed += passed
        self.failed += not passed
        if not passed:
            self.failures.append((what, reason.splitlines()[-25:]))
        self.log.write(f"{'ok' if passed else 'not ok'} - {what}\n")
        self.log.flush()
        return passed

    def run(self, command, timeout=900, env=None, cwd=ROOT):
        """Runs a command into the log; returns its exit code and output."""
        process = subprocess.Popen(["nice", "-n", "19", *command] if self.name in BESIDE else command, cwd=cwd, env=dict(env or os.environ, NO_COLOR="1"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                   stderr=subprocess.STDOUT, start_new_session=True, text=True, errors="replace")
        running.add(process)
        started = time.monotonic()
        try:
            output = process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            output = process.communicate()[0] + f"\nended after {timeout} s\n"
        running.discard(process)
        self.log.write(f"\n$ {' '.join(command)}\n{output}# took {time.monotonic() - started:.0f} s\n")
        self.log.flush()
        return process.returncode, output

    def must(self, what, command, **options):
        """One command that is one test."""
        code, output = self.run(command, **options)
        return self.note(code == 0, what, output)

    def count_tap(self, what, code, output, errors=""):
        """Counts TAP lines; an exit code that they do not explain is one more failure."""
        failed = 0
        for found in TAP.finditer(output):
            verdict, rest = found.groups()
            if "# SKIP" in rest.upper():
                self.skipped += 1
                continue
            failed += verdict != "ok"
            self.note(verdict == "ok", f"{what}{rest}", TAP.split(output[found.end():], 1)[0] + errors)
        if code and not failed:
            self.note(False, f"{what}: exit code {code}", output + errors)
        elif not code and not TAP.search(output):
            self.note(True, what)


def environment(engine=None, binary=BIN):
    env = dict(os.environ, HAIDANG_BIN=binary, ASAN_OPTIONS="detect_leaks=1:abort_on_error=1",
               UBSAN_OPTIONS="print_stacktrace=1", TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1")
    env.pop("HAIDANG_TEST_PG", None)
    if engine and ENGINES[engine]:
        env["HAIDANG_TEST_PG"] = ENGINES[engine]
    return env


def build(tally, name, *options, compiler="gcc", targets=lambda folder: ()):
    folder = os.path.join(OUT, name)
    verb = ["configure", folder] if os.path.exists(os.path.join(folder, "build.ninja")) else ["setup", folder]
    code, output = tally.run(["meson", *verb, "-Db_colorout=never", *options], env=dict(os.environ, CC=compiler))
    if code == 0:
        code, output = tally.run(["ninja", "-k", "0", "-C", folder, *targets(folder)])
    faults = "\n".join([line for line in output.splitlines() if FAULT.search(line)][:25])
    return tally.note(code == 0, f"{name} builds without a warning", faults or output)


def meson_tests(tally, name, engine, *choice):
    """Runs test executables of a build and counts the tests inside each."""
    folder = os.path.join(OUT, name)
    tally.run(["meson", "test", "-C", folder, "--no-rebuild", "--logbase", engine, "--num-processes", str(TESTS),
               "--wrapper", os.path.join(ROOT, "tools", "fresh_database"), *choice], env=environment(engine))
    path = os.path.join(folder, "meson-logs", engine + "-fresh_database.json")
    for line in open(path) if os.path.exists(path) else []:
        result = json.loads(line)
        tally.log.write(result.get("stdout", "") + result.get("stderr", ""))
        code = 0 if result["result"] == "OK" else result.get("returncode") or result["result"]
        tally.count_tap(result["name"], code, result.get("stdout", ""), result.get("stderr", ""))


def units(tally, name, *choice):
    """Unit tests have a row for each engine: one run covers both."""
    meson_tests(tally, name, "postgresql" if ENGINES["postgresql"] else "sqlite", *choice)


def step_ui(tally):
    if not tally.must("front end builds", BUILD_UI):
        return
    report = os.path.join(OUT, "vitest.json")
    if os.path.exists(report):
        os.remove(report)
    code, _ = tally.run(["npx", "vitest", "run", "--reporter=default", "--reporter=json", "--outputFile.json=" + report],
                        cwd=os.path.join(ROOT, "ui"))
    found = json.load(open(report)) if os.path.exists(report) else {"testResults": []}
    tests = [(file["name"], test) for file in found["testResults"] for test in file["assertionResults"]]
    for file, test in tests:
        tally.note(test["status"] == "passed", f"{os.path.relpath(file, ROOT)}: {test['fullName']}")
    if code and all(test["status"] == "passed" for _, test in tests):
        tally.note(False, f"vitest: exit code {code}")


def step_gates(tally):
    for what, script in (("gates can fail", "tools/test_gates.py"), ("commands", "tools/test_commands.py")):
        code, output = tally.run([sys.executable, script])
        tally.count_tap(what, code, output)
    for gate in ("floors", "sizes", "headers", "rules", "words", "format"):
        tally.must("gate " + gate, [sys.executable, f"tools/gate_{gate}.py"])
    tally.must("packs are whole", [sys.executable, "packs/check.py"])


def step_unit(tally):
    if build(tally, "release", *RELEASE):
        units(tally, "release")


def whole(tally, folders, engines, binary=BIN):
    """Whole-binary tests, once per engine, each with a database of its own; TESTS of them side by side."""
    paths = [(folder, name) for folder in folders for name in sorted(os.listdir(os.path.join(ROOT, "tests", folder)))]
    place = lambda folder, name: os.path.join(ROOT, "tests", folder, name)  # noqa: E731
    tests = [(folder, name, engine) for folder, name in paths for engine in engines if name.startswith("test_") and os.access(place(folder, name), os.X_OK)]
    tests.sort(key=lambda test: -os.path.getsize(place(*test[:2])))  # what is written longest mostly takes longest: nobody waits for it alone

    def run(test):
        folder, name, engine = test
        return tally.run(["tools/fresh_database", place(folder, name)], timeout=1800, env=environment(engine, binary))

    with ThreadPoolExecutor(TESTS) as pool:
        for (folder, name, engine), (code, output) in zip(tests, pool.map(run, tests)):
            tally.count_tap(f"{folder}/{name} on {engine}", code, output)


def whole_folders():
    place = os.path.join(ROOT, "tests")
    return sorted(f for f in os.listdir(place) if f not in ("browser", "__pycache__") and os.path.isdir(os.path.join(place, f)))


def step_whole(tally):
    if build(tally, "release", *RELEASE):
        released = ["postgresql" if ENGINES["postgresql"] else "sqlite"]  # on SQLite the step asan runs them, but what fails malloc() itself
        whole(tally, whole_folders(), released)
        if "sqlite" not in released:
            whole(tally, ["faults"], ["sqlite"])


def step_browser(tally):
    dist = os.path.join(ROOT, "ui", "dist", "index.html")
    if not os.path.exists(dist) and not tally.must("front end builds", BUILD_UI):
        return
    if build(tally, "release", *RELEASE):
        whole(tally, ["browser"], ["sqlite"])


def step_asan(tally):
    if build(tally, "asan", "-Db_sanitize=address,undefined", "-Db_coverage=true", "-Doptimization=1"):
        tally.run(["find", os.path.join(OUT, "asan"), "-name", "*.gcda", "-delete"])
        units(tally, "asan")
        whole(tally, whole_folders(), ["sqlite"], os.path.join(OUT, "asan", "haidang"))


def step_coverage(tally):
    summary = os.path.join(OUT, "coverage.json")
    tally.run(["gcovr", "-r", ROOT, "-j", JOBS, "--exclude-unreachable-branches", "--gcov-ignore-parse-errors",
               "--exclude", r".*/(test|fuzz)_[^/]*\.c", "--exclude", r".*/testing[^/]*\.[ch]", "--exclude", "build/", "--exclude", "tools/",
               "--json-summary", summary, os.path.join(OUT, "asan")])
    code, output = tally.run([sys.executable, "tools/gate_coverage.py", summary])
    tally.count_tap("coverage", code, output)


def step_tsan(tally):
    if build(tally, "tsan", "-Db_sanitize=thread", "-Doptimization=1", targets=lambda _: ["threaded"]):
        units(tally, "tsan", "--suite", "threaded")


def step_clang(tally):
    """Compiles everything, links the fuzzers alone."""
    def objects_and_fuzzers(folder):
        return re.findall(r"^(\S+\.o|fuzz_\w+): ", tally.run(["ninja", "-C", folder, "-t", "targets", "all"])[1], re.M)
    build(tally, "clang", "-Dfuzz=true", "-Db_sanitize=address,undefined", "-Doptimization=1", compiler="clang", targets=objects_and_fuzzers)


def fuzz_one(tally, target, seconds):
    found = os.path.join(OUT, "fuzz", target)
    os.makedirs(found, exist_ok=True)
    room, name = target.split("_", 2)[1:]
    kept = os.path.join(ROOT, room, "corpus", name)
    return tally.run([os.path.join(OUT, "clang", target), f"-max_total_time={seconds}", "-rss_limit_mb=3000", "-timeout=25",
                      f"-artifact_prefix={found}/crash-", found] + ([kept] if os.path.isdir(kept) else []), env=environment())


def step_fuzz(tally):
    step_clang(tally)
    targets = sorted(f for f in os.listdir(os.path.join(OUT, "clang")) if re.fullmatch(r"fuzz_[a-z]+_[a-z0-9_]+", f))
    with ThreadPoolExecutor(int(JOBS)) as pool:
        for target, (code, _) in zip(targets, pool.map(lambda t: fuzz_one(tally, t, 10), targets)):
            tally.note(code == 0, f"{target} finds nothing in 10 s")


def step_analyzer(tally):
    build(tally, "analyzer", "-Danalyzer=true", "-Doptimization=1", targets=lambda _: ["haidang"])


def step_tidy(tally):
    step_clang(tally)
    tally.must("gate tidy", [sys.executable, "tools/gate_tidy.py", os.path.join(OUT, "clang")], timeout=1200)


def step_package(tally):
    tally.must("the deb builds and holds what it should", ["packaging/deb", os.path.join(OUT, "deb"), BIN])


STEPS = {
    "ui": (step_ui, "front end: types, build, vitest"),
    "clang": (step_clang, "clang build, with fuzzers"),
    "fuzz": (step_fuzz, "each fuzzer for 10 s from its corpus"),
    "analyzer": (step_analyzer, "gcc -fanalyzer build"),
    "tidy": (step_tidy, "clang-tidy"),
    "gates": (step_gates, "rules of the house; each gate is first shown able to fail"),
    "unit": (step_unit, "gcc release build with asserts, unit tests and corpora on both engines"),
    "whole": (step_whole, "whole-binary tests on PostgreSQL, as released"),
    "asan": (step_asan, "all unit tests, and whole-binary tests on SQLite, under ASan and UBSan, with coverage"),
    "coverage": (step_coverage, "lines covered per folder"),
    "tsan": (step_tsan, "threaded tests under TSan"),
    "browser": (step_browser, "browser tests in Chromium"),
    "package": (step_package, "the Debian package"),
}


def run_step(name):
    tally, started = Tally(name), time.monotonic()
    print(f"{name} ...", flush=True)
    STEPS[name][0](tally)
    if tally.passed + tally.failed == 0:
        tally.note(False, f"{name} ran no test")
    skipped = f", {tally.skipped} skipped" if tally.skipped else ""
    lines = [f"{name}: {tally.passed} passed, {tally.failed} failed{skipped} in {time.monotonic() - started:.0f} s"]
    tally.log.close()
    if tally.failed:
        lines += ["\n      ".join([f"  not ok - {what}", *reason]) for what, reason in tally.failures[:40]]
        lines.append(f"  all of it: {os.path.relpath(tally.path, ROOT)}")
    print("\n".join(lines), flush=True)
    return tally


def chosen(arguments):
    if "--help" in arguments or "-h" in arguments:
        sys.exit(print(__doc__))
    if "--list" in arguments:
        sys.exit(print("\n".join(f"{name:10} {what}" for name, (_, what) in STEPS.items())))
    names = []
    while arguments:
        if arguments[0] != "--only" or len(arguments) < 2:
            sys.exit(f"Unknown or unfinished option: {arguments[0]}; see ./test --help")
        names += arguments[1].split(",")
        arguments = arguments[2:]
    unknown = [n for n in names if n not in STEPS]
    if unknown:
        sys.exit(f"No such step: {', '.join(unknown)}; ./test --list names them")
    return [n for n in STEPS if n in names or not names]


def main():
    signal.signal(signal.SIGTERM, end_running)
    signal.signal(signal.SIGINT, end_running)
    started = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        names = chosen(sys.argv[1:])
        beside = [pool.submit(run_step, name) for name in names if name in BESIDE]
        tallies = [run_step(name) for name in names if name not in BESIDE]
    tallies += [step.result() for step in beside]
    print(f"in {time.monotonic() - started:.0f} s; logs in build/test/log")
    failed = sum(t.failed for t in tallies)
    print(f"{sum(t.passed for t in tallies)} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
