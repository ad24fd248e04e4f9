#!/usr/bin/env python3
"""./run and tools/lib.sh in a tree of their own, with a server that only pretends: what they promise when things go wrong."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVER = """#!/bin/sh
case $1 in
demo) mkdir -p "$3" && echo half >"$3/haidang.db" && echo "admin secret" >"$3/logins.txt" && %s ;;
serve) echo "serving $*" ;;
esac
"""
number = failed = 0
with socket.socket() as unused:
    unused.bind(("127.0.0.1", 0))
    PORT = str(unused.getsockname()[1])


def check(good, what, output=""):
    global number, failed
    number, failed = number + 1, failed + (not good)
    print(f"{'ok' if good else 'not ok'} {number} - {what}")
    if not good:
        print(output)


class Tree:
    """A source tree whose binary counts as built."""

    def __init__(self, folder, demo="true"):
        self.folder = folder
        for name in ("run", "tools/lib.sh", "packages/build.txt", "packages/run.txt"):
            os.makedirs(os.path.dirname(os.path.join(folder, name)), exist_ok=True)
            shutil.copy(os.path.join(ROOT, name), os.path.join(folder, name))
        os.makedirs(os.path.join(folder, "build"))
        with open(os.path.join(folder, "build", "haidang"), "w") as file:
            file.write(SERVER % demo)
        os.chmod(os.path.join(folder, "build", "haidang"), 0o755)
        self.shell("mapfile -t p < <(built_from); tree_stamp \"${p[@]}\" >build/stamp")

    def start(self, *command, path=None):
        env = dict(os.environ, PATH=(path + ":" if path else "") + os.environ["PATH"])
        return subprocess.Popen(command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env)

    def call(self, *command, path=None):
        process = self.start(*command, path=path)
        output = process.communicate(timeout=60)[0]
        return process.returncode, output

    def shell(self, text):
        return self.call("bash", "-c", ". tools/lib.sh; " + text)

    def files(self):
        return sorted(os.listdir(self.folder))


def creation():
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        code, output = tree.call("./run", "--port", PORT, "--data", "province")
        good = code == 0 and "admin secret" in output and f"--port {PORT}" in output and f"http://127.0.0.1:{PORT}/" in output
        check(good, "run creates the province, prints logins and serves", output)
        check("province" in tree.files() and "province.new" not in tree.files() and "province.lock" not in tree.files(),
              "run leaves only the finished province", str(tree.files()))
        started = time.monotonic()
        code, output = tree.call("./run", "--port", PORT, "--data", "province")
        seconds = time.monotonic() - started
        check(code == 0 and "Creating" not in output and seconds < 2, f"a second start only serves, in {seconds:.1f} s", output)
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder, "exit 3")
        code, output = tree.call("./run", "--port", PORT, "--data", "province")
        check(code != 0 and "FAILED" in output and "To mend" in output, "a failed creation is told with its remedy", output)
        check(not [f for f in tree.files() if f.startswith("province")], "a failed creation leaves nothing", str(tree.files()))
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder, "sleep 60")
        process = tree.start("./run", "--port", PORT, "--data", "province")
        while not os.path.exists(os.path.join(folder, "province.new", "logins.txt")):
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        output = process.communicate(timeout=20)[0]
        check(not [f for f in tree.files() if f.startswith("province")], "an interrupted creation leaves nothing", output)
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        os.makedirs(os.path.join(folder, "thesis"))
        open(os.path.join(folder, "thesis", "chapter"), "w").close()
        code, output = tree.call("./run", "--port", PORT, "--data", "thesis")
        check(code != 0 and "To mend" in output and os.path.exists(os.path.join(folder, "thesis", "chapter")),
              "a folder that is not a province is left alone", output)


def options():
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        for wrong in (["--port", "0"], ["--port", "65536"], ["--port", "8080x"], ["--port"], ["--colour"]):
            code, output = tree.call("./run", *wrong)
            check(code == 1 and "serving" not in output, f"run refuses {' '.join(wrong)}", output)
        with socket.socket() as busy:
            busy.bind(("127.0.0.1", 0))
            busy.listen()
            code, output = tree.call("./run", "--port", str(busy.getsockname()[1]))
            check(code == 1 and "--port N" in output and "data" not in tree.files(), "run refuses a port that is taken, before it makes anything", output)
        code, output = tree.call("./run", "--help")
        check(code == 0 and "--listen ADDR" in output, "run --help explains the options", output)


def packages():
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        fake = os.path.join(folder, "bin")
        os.makedirs(fake)
        with open(os.path.join(fake, "dpkg-query"), "w") as file:
            file.write('#!/bin/sh\n[ "$4" = libsodium23 ] || printf installed\n')
        os.chmod(os.path.join(fake, "dpkg-query"), 0o755)
        os.remove(os.path.join(folder, "build", "stamp"))
        code, output = tree.call("./run", "--port", PORT, "--no-install", path=fake)
        check(code != 0 and "apt-get install libsodium23" in output, "a missing package is named, and not installed when forbidden", output)


def steps():
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(folder)
        code, output = tree.shell("step 'Trying' 'try harder' bash -c 'echo the reason; exit 7'")
        check(code == 7 and "the reason" in output and "try harder" in output, "a failing step shows its log and its remedy", output)
        process = tree.start("bash", "-c", ". tools/lib.sh; step Waiting x bash -c 'echo $$ >pid; sleep 61 & sleep 62; wait'")
        while not os.path.exists(os.path.join(folder, "pid")) or not open(os.path.join(folder, "pid")).read().strip():
            time.sleep(0.05)
        group = int(open(os.path.join(folder, "pid")).read())
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=20)
        time.sleep(0.2)
        left = subprocess.run(["ps", "-o", "pid=", "-g", str(group)], capture_output=True, text=True).stdout
        check(process.returncode == 130 and not left.strip(), "an interrupted step ends all that it started", left)
        tree.shell("mkdir -p ui/src/app ui/public && touch ui/package.json")
        before = tree.shell("tree_stamp ui")[1]
        tree.shell("touch ui/public/first.js ui/src/app/openapi.d.ts")
        check(before == tree.shell("tree_stamp ui")[1], "what a build of the front end writes is none of what it is made from")
        tree.shell("touch ui/src/app/main.tsx")
        check(before != tree.shell("tree_stamp ui")[1], "its sources are")
        stamps = [tree.shell("tree_stamp tools")[1] for _ in range(2)]
        with open(os.path.join(folder, "tools", "more"), "w") as file:
            file.write("x")
        stamps.append(tree.shell("tree_stamp tools")[1])
        check(stamps[0] == stamps[1] != stamps[2], "the stamp of a tree changes when the tree does", str(stamps))


def main():
    creation()
    options()
    packages()
    steps()
    print(f"1..{number}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
