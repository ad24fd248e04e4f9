"""First load of the home page by a cold browser on a throttled phone: bytes over the wire, time to the first figure."""
import json
import os
import subprocess

from rig import Server


def rounds(server, session, times, *more):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "page.mjs")
    done = subprocess.run(["node", script, f"http://127.0.0.1:{server.port}", session, str(times), *more], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("the browser failed: " + done.stderr[-600:])
    return [json.loads(line) for line in done.stdout.splitlines()]


def session_of(server, role):
    with open(os.path.join(server.data, "logins.txt")) as f:
        words = next(line.split() for line in f if line.startswith(role + " "))
    return server.json("POST", "/api/v1/sessions", json.dumps({"login": words[1], "password": words[2]}))["token"]


def measure(run):
    times = 2 if run.quick else 5
    with Server(run, run.copy(run.demonstration())) as server:
        session = session_of(server, "leader")
        phone = rounds(server, session, times)
        desk = rounds(server, session, times, "unthrottled")
    run.notes.append("Leader's home page, first words of what was seen: " + " ".join(phone[0]["text"].split())[:160])
    run.row("leader's home page, cold: over the wire until quiet", [p["bytes"] / 1e3 for p in phone], None, "kB", "≤ 200 kB", lambda mine, _: mine <= 200)
    run.row("the same, until the first figure", [p["atFirst"] / 1e3 for p in phone], None, "kB", "≤ 200 kB", lambda mine, _: mine <= 200)
    run.row("the same, requests", [p["requests"] for p in phone], None, "")
    run.row("the same, time to the first figure, phone (150 ms, 1.6 Mbit/s, processor 4× slower)", [p["figure"] / 1e3 for p in phone], None, "s", "≤ 1 s",
            lambda mine, _: mine <= 1)
    run.row("the same, first paint, phone", [p["paint"] / 1e3 for p in phone], None, "s")
    run.row("the same, time to the first figure, this machine unthrottled", [p["figure"] / 1e3 for p in desk], None, "s", "≤ 1 s", lambda mine, _: mine <= 1)
