"""A server with faults/faulty.c preloaded: what a machine does on a bad day, switched on and off while it runs."""
import datetime
import mmap
import os
import struct
import subprocess
import time

from harness import BINARY

WRITE_ERRNO, SYNC_ERRNO, CLOCK_SHIFT, ALLOCATED, ALLOCATION_FAILS = range(5)
VIETNAM = datetime.timezone(datetime.timedelta(hours=7))
SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "faults", "faulty.c")


def sanitizer():
    """The run-time library that must be loaded first, or nothing."""
    listed = subprocess.run(["ldd", BINARY], capture_output=True, text=True).stdout
    return next((line.split()[2] for line in listed.splitlines() if "libasan" in line), None)


class Faults:
    """The switches of faulty.c."""

    def __init__(self, c):
        library, words = os.path.join(c.home, "faulty.so"), os.path.join(c.home, "faults")
        asan = sanitizer()
        subprocess.run(["cc", "-std=gnu17", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", *(["-DSANITIZED"] if asan else []),
                        SOURCE, "-o", library], check=True)
        with open(words, "wb") as f:
            f.write(bytes(64))
        with open(words, "r+b") as f:
            self.words = mmap.mmap(f.fileno(), 64)
        self.starves = not asan
        c.env = dict(FAULTY=words, LD_PRELOAD=" ".join(filter(None, (asan, library))))

    def set(self, word, value):
        self.words[word * 8:word * 8 + 8] = struct.pack("q", value)

    def get(self, word):
        return struct.unpack("q", self.words[word * 8:word * 8 + 8])[0]

    def show(self, moment):
        """The wall clock of the server shows this moment now, and goes on."""
        self.set(CLOCK_SHIFT, int(moment.timestamp() - time.time()))
