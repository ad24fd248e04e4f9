"""kill -9 of the server while figures come in, again and again: what it acknowledged must be there, once and whole, after every start."""
import os
import random
import signal
import sys
import time

from rig import ROOT, say


def import_tests(binary):
    """The small province of the whole-binary tests, and their senders."""
    os.environ["HAIDANG_BIN"] = binary
    os.environ.pop("HAIDANG_TEST_PG", None)
    sys.path[:0] = [os.path.join(ROOT, "tests"), os.path.join(ROOT, "tests", "faults")]
    from importlib.machinery import SourceFileLoader
    from importlib.util import module_from_spec, spec_from_loader
    loader = SourceFileLoader("test_store", os.path.join(ROOT, "tests", "faults", "test_store"))
    module = module_from_spec(spec_from_loader("test_store", loader))
    loader.exec_module(module)
    return module


def missing(c, deliveries):
    """Of those that were acknowledged since the last start: gone, or not with the figures that their receipt says."""
    lost = []
    for d in deliveries:
        answer = c.call("GET", f"/api/v1/deliveries/{d['id']}")
        if answer.status != 200 or answer.json["accepted"] != d["accepted"] or answer.json["receipt"] != d["receipt"]:
            lost.append(d["id"])
    return lost


def measure(run):
    kills = 20 if run.quick else 1000
    tests, chance = import_tests(run.binary), random.Random(1975)
    acknowledged, began = [], time.monotonic()
    with tests.Centre() as c:
        c.start()
        for n in range(kills):
            load = tests.Load(c, f"{n}", threads=2, size=2)
            time.sleep(chance.uniform(0.02, 0.4))
            c.process.send_signal(signal.SIGKILL)
            c.process.wait()
            load.stop()
            if not c.serve():
                raise RuntimeError(f"killed {n + 1} times it does not start: {c.log()}")
            lost = missing(c, load.acknowledged)
            acknowledged += load.acknowledged
            if n % 100 == 99 or n == kills - 1:
                gone, half = tests.whole(c, acknowledged)
                lost += gone + half
                say(f"{n + 1} kills, {len(acknowledged):,} acknowledged deliveries")
            if lost:
                raise RuntimeError(f"after kill {n + 1} these acknowledged deliveries are gone or not whole: {lost[:5]}")
        code, output = c.run("verify")
        if code:
            raise RuntimeError("verify after the kills: " + output)
    run.row(f"acknowledged deliveries lost in {kills:,} kill -9 under load (SQLite)", [0], None, "", "0", lambda lost, _: lost == 0)
    run.notes.append(f"kill -9: {kills:,} times in {time.monotonic() - began:.0f} s, {len(acknowledged):,} deliveries acknowledged; `verify` finds store and journal whole.")
