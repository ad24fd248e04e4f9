"""What the gates share.  A gate is run as `gate_x.py [ROOT]` and answers with exit code 1 and one line per fault:
file, line, what is wrong, how to mend it."""
import ast
import os
import re
import subprocess
import sys


def root_folder():
    """The tree to judge: the argument, or the one that this file lies in."""
    return sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def floors(root):
    """The floors of meson.build from the ground up, each a list of rooms."""
    text = open(os.path.join(root, "meson.build")).read()
    return ast.literal_eval(re.search(r"^floors = (\[.*?^\])", text, re.M | re.S).group(1))


def sources(root, *suffixes):
    """Source files below the rooms that exist, relative to the root."""
    found = []
    for floor in floors(root):
        for room in floor:
            for parent, folders, names in os.walk(os.path.join(root, room)):
                folders.sort()
                found += [os.path.relpath(os.path.join(parent, n), root) for n in sorted(names) if n.endswith(suffixes)]
    return found


def tracked(root):
    """Files of the repository; outside one (a gate's own test), every file."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-co", "--exclude-standard"], capture_output=True, text=True)
    if listed.returncode == 0 and os.path.exists(os.path.join(root, ".git")):
        return [f for f in listed.stdout.splitlines() if os.path.isfile(os.path.join(root, f))]
    return [os.path.relpath(os.path.join(p, n), root) for p, _, names in os.walk(root) for n in names]


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


class Faults:
    def __init__(self):
        self.count = 0

    def add(self, path, line, what, mend):
        self.count += 1
        print(f"{path}:{line}: {what}; mend: {mend}")

    def end(self, judged):
        """Nothing judged is a fault too: a gate that looks at nothing proves nothing."""
        if judged == 0:
            self.add(".", 0, "nothing to judge was found", "run the gate at the root of the source tree")
        print(f"{judged} judged, {self.count} faults")
        sys.exit(1 if self.count else 0)
