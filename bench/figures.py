"""Figures a second through POST /api/v1/deliveries as JSON, acknowledged after a durable commit, beside rows in PostgreSQL, one commit a batch."""
import os
import sqlite3
import subprocess
import time

from rig import Postgres, Server, cpu_seconds, wrk
from sheets import centre

BATCHES = ((1, 64), (100, 8), (5000, 2))  # figures in a batch, clients
MONTHS_A_RUN = 6


def stored(data):
    db = sqlite3.connect(f"file:{os.path.join(data, 'haidang.db')}?mode=ro", uri=True)
    try:
        return db.execute("SELECT count(*) FROM figure WHERE current = 1").fetchone()[0]
    finally:
        db.close()


def ours_once(run, server, batch, clients, month):
    seconds, before, had = (2 if run.quick else 6), cpu_seconds(server.pid), stored(server.data)
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.lua")
    began = time.monotonic()
    answers, failed, _ = wrk(server.port, "/api/v1/deliveries", seconds, clients, 1, server.token(), script, (batch, month))
    if failed or not answers:
        raise RuntimeError(f"{failed} of {answers} deliveries failed")
    took = time.monotonic() - began
    count = stored(server.data) - had
    return count / took, (cpu_seconds(server.pid) - before) * 1e6 / count


def rows(batch, client, at):
    return ",".join(f"('C{(n // 500) % 1000:04}','I{n % 500:03}','{client}-{n // 500000}',{1000 + n % 7919}.{n % 97:02})" for n in range(at, at + batch))


def peer_once(run, postgres, batch, clients, name):
    """Every client sends a file of statements of one batch each through psql, which commits each by itself."""
    total = {1: 16000, 100: 160000, 5000: 400000}[batch] // (8 if run.quick else 1)
    each = max(1, total // batch // clients)
    files = []
    for client in range(clients):
        files.append(os.path.join(run.home, f"peer-{client}.sql"))
        with open(files[-1], "w") as f:
            for k in range(each):
                f.write(f"INSERT INTO figure (unit, indicator, period, value) VALUES {rows(batch, f'{name}-{client}', k * batch)};\n")
    began = time.monotonic()
    running = [subprocess.Popen(postgres.psql + ["-f", path], stdout=subprocess.DEVNULL) for path in files]
    if any([p.wait() for p in running]):
        raise RuntimeError("psql failed")
    return each * batch * clients / (time.monotonic() - began)


def measure(run):
    times = 1 if run.quick else 3
    with Server(run, run.copy(centre(run))) as server, Postgres(run) as postgres:
        postgres.sql("CREATE TABLE figure (unit TEXT, indicator TEXT, period TEXT, value NUMERIC NOT NULL CHECK (value BETWEEN 0 AND 1000000), "
                     "received TIMESTAMPTZ NOT NULL DEFAULT now(), PRIMARY KEY (unit, indicator, period));")
        month = 1960 * 12
        for batch, clients in BATCHES:
            mine, its = [], []
            for n in range(times):
                mine.append(ours_once(run, server, batch, clients, month))
                its.append(peer_once(run, postgres, batch, clients, f"{batch}-{n}"))
                month += MONTHS_A_RUN
            what = f"figures through JSON, {batch:,} a delivery, {clients} clients"
            run.row(what, [m[0] for m in mine], its, "/s", peer_name="INSERT by psql into PostgreSQL, range check only")
            run.row(what + ": processor time a figure", [m[1] for m in mine], None, "µs")
