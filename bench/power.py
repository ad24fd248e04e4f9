"""Power cuts: the store's own test, long.  Its control, without syncs, must lose rows or the test fails."""
import os
import subprocess
import time


def measure(run):
    cycles = 200 if run.quick else 10000
    began = time.monotonic()
    done = subprocess.run([os.path.join(run.build, "test_store_powercut"), str(cycles)], capture_output=True, text=True, cwd=run.home)
    took, said = time.monotonic() - began, done.stdout + done.stderr
    for name in ("nothing_acknowledged_is_lost", "without_sync_something_is_lost_and_noticed"):
        if not any("OK ]" in line and name in line for line in said.splitlines()):
            raise RuntimeError(f"power-cut test: {name} did not pass:\n{said[-1500:]}")
    if done.returncode:
        raise RuntimeError("power-cut test failed:\n" + said[-1500:])
    run.row(f"acknowledged changes lost in {cycles:,} power cuts (SQLite; control without syncs did lose)", [0], None, "", "0", lambda lost, _: lost == 0)
    run.notes.append(f"Power cuts: {cycles:,} cycles in {took:.0f} s; the test fails on the first loss, and when its control loses nothing.")
