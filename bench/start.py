"""From exec to the first answer, and resident memory, with the demonstration province in the store."""
import os
import subprocess
import time

from rig import children, free_port, memory, token, wait_answer
import http.client


def start_once(run, data, bearer, path):
    """Seconds to the first answer and to the first authorised read; bytes resident of the server and of its helpers."""
    port, began = free_port(), time.monotonic()
    process = subprocess.Popen([run.binary, "serve", "--data", data, "--port", str(port), "--log", "warn"], stdout=subprocess.DEVNULL)
    try:
        wait_answer(port, process=process)
        first = time.monotonic() - began
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for what in (path, "/api/v1/overview"):
            connection.request("GET", what, headers={"Authorization": "Bearer " + bearer})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{what}: {answer.status}")
            if what == path:
                read = time.monotonic() - began
        overview = time.monotonic() - began
        time.sleep(0.5)
        helpers = sum(memory(p, "Pss") for p in children(process.pid))
        return first, read, overview, memory(process.pid), helpers
    finally:
        process.terminate()
        process.wait()


def measure(run):
    data = run.copy(run.demonstration())
    bearer = token(run, data, "operator")
    runs = [start_once(run, data, bearer, "/api/v1/units?kind=commune&limit=50") for _ in range(2 if run.quick else 9)]
    size = os.path.getsize(os.path.join(data, "haidang.db")) / 1e6
    name = f"start with the demonstration province ({size:.0f} MB, 18 months)"
    run.row(f"{name}: to the first answer", [r[0] for r in runs], None, "s", "≤ 1 s", lambda mine, _: mine <= 1)
    run.row(f"{name}: to the first list of units read", [r[1] for r in runs], None, "s", "≤ 1 s", lambda mine, _: mine <= 1)
    run.row(f"{name}: to the whole overview after that", [r[2] for r in runs], None, "s", "≤ 1 s", lambda mine, _: mine <= 1)
    run.row("resident after start and overview: the server", [r[3] / 2**20 for r in runs], None, "MiB", "≤ 64 MB", lambda mine, _: mine * 1.048576 <= 64)
    run.row("resident, its spreadsheet helpers' share (Pss)", [r[4] / 2**20 for r in runs], None, "MiB")
