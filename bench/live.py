"""Server-sent events to 5,000 clients, beside nginx with nchan: deliveries a second, delay, memory of a client."""
import http.client
import json
import os
import subprocess
import threading
import time

from rig import Nginx, Server, children, cpu_seconds, memory, say
from sheets import centre

THREADS = 8
NCHAN = """location /pub { nchan_publisher; nchan_channel_id news; nchan_message_buffer_length 2000; }
location /sub { nchan_subscriber eventsource; nchan_channel_id news; nchan_subscriber_first_message newest; nchan_subscriber_timeout 0; }
"""


class Clients:
    """The reading side: bench/live_clients.c, built for the run; a context."""

    def __init__(self, run, port, path, token, n):
        program = os.path.join(run.home, "live_clients")
        if not os.path.exists(program):
            source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "live_clients.c")
            subprocess.run(["cc", "-std=gnu17", "-D_GNU_SOURCE", "-O3", "-o", program, source], check=True)
        self.process = subprocess.Popen([program, str(port), path, token, str(n)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline() != "ready\n":
            raise RuntimeError("the clients did not come up")

    def __enter__(self):
        return self

    def go(self):
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        if self.process.stdout.readline() != "counting\n":
            raise RuntimeError("the clients do not count")

    def stop(self):
        self.process.stdin.write("stop\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def publish(port, path, bearer, bodies, rate, seconds):
    """Sends bodies() at a steady rate from a few connections; how many were taken and in what time."""
    taken, lock, faults = [0], threading.Lock(), []
    began = time.monotonic()

    def work(me):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        k = 0
        while True:
            due = began + (k * THREADS + me) / rate
            k += 1
            if due > began + seconds or time.monotonic() > began + seconds:
                return
            time.sleep(max(0, due - time.monotonic()))
            with lock:
                body = next(bodies)
            connection.request("POST", path, body, {"Content-Type": "application/json", "Authorization": "Bearer " + bearer})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in (200, 201, 202):
                faults.append(answer.status)
                return
            with lock:
                taken[0] += 1
    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if faults:
        raise RuntimeError(f"a change was refused: {faults[0]}")
    return taken[0], time.monotonic() - began


def deliveries(state):
    while True:
        n = state["at"] = state["at"] + 1
        yield json.dumps({"figures": [{"indicator": f"I{n % 500:03}", "unit": f"C{n // 500 % 1000:04}", "period": state["period"], "value": str(n % 7919)}]})


def messages():
    while True:
        yield json.dumps({"kind": "figures.delivered", "unit": "0qk2vjc0g4x00", "subject": "delivery", "id": "0qk2vjc0g4x01",
                          "at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime())}.{time.time_ns() // 1000 % 1000000:06}Z"}, separators=(",", ":"))


def resident(pid):
    return sum(memory(p, "Pss") for p in [pid] + children(pid))


def calm(pid):
    """Waits until the server has done what a start leaves to do: counting, tidying."""
    before, now = -1, cpu_seconds(pid)
    while now > before:
        time.sleep(2)
        before, now = now, cpu_seconds(pid)


def once(run, server, where, bearer, bodies, rate, n):
    """Deliveries a second, p50 and p95 of the delay, bytes of memory a client, whether all came, processor time a delivery."""
    push, sub = where
    calm(server.pid)
    before = resident(server.pid)
    with Clients(run, server.port, sub, bearer, n) as clients:
        time.sleep(1)
        held = (resident(server.pid) - before) / n
        clients.go()
        cpu = cpu_seconds(server.pid)
        sent, took = publish(server.port, push, bearer, bodies, rate, 3 if run.quick else 8)
        time.sleep(2)
        cpu = cpu_seconds(server.pid) - cpu
        got = clients.stop()
    peak = (resident(server.pid) - before) / n
    say(f"{push}: {sent} changes in {took:.1f} s, {got}, {held:.0f} bytes a client connected, {peak:.0f} after")
    return {"rate": got["events"] / max(got["seconds"], 1e-9), "p50": got["p50"] * 1e3, "p95": got["p95"] * 1e3, "held": held,
            "whole": got["events"] / (sent * n), "closed": got["closed"], "cpu": cpu * 1e6 / max(got["events"], 1), "sent": sent / took}


def measure(run):
    n, times = (500, 1) if run.quick else (5000, 2)
    state = {"at": 0, "period": "1955-01"}
    ours, peer = ("/api/v1/deliveries", "/api/v1/live"), ("/pub", "/sub")
    for rate, name in ((50, "paced, 50 changes/s"), (400, "flood, 400 changes/s offered")):
        a, b = [], []
        for _ in range(times):
            with Server(run, run.copy(centre(run))) as server:
                a.append(once(run, server, ours, server.token(), deliveries(state), rate, n))
            with Nginx(run, NCHAN, "load_module /usr/lib/nginx/modules/ngx_nchan_module.so;") as nginx:
                b.append(once(run, nginx, peer, "none", messages(), rate, n))
        def column(key, a=a, b=b):
            return [x[key] for x in a], [x[key] for x in b]
        what = f"SSE to {n:,} clients, {name}"
        flood = rate > 100
        run.row(f"{what}: events delivered", *column("rate"), "/s", "≥ 900,000/s" if flood else "", (lambda mine, _: mine >= 900000) if flood else None, "nginx + nchan")
        run.row(f"{what}: share of the changes that every client had", *column("whole"), "", "1", lambda mine, _: abs(mine - 1) < 1e-9, "nginx + nchan")
        run.row(f"{what}: delay p50", *column("p50"), "ms", peer_name="nginx + nchan", better="less")
        run.row(f"{what}: delay p95", *column("p95"), "ms", "≤ 100 ms", lambda mine, _: mine <= 100, "nginx + nchan", "less")
        run.row(f"{what}: processor time an event", *column("cpu"), "µs", peer_name="nginx + nchan", better="less")
    run.row(f"SSE to {n:,} clients: memory a client", *column("held"), "bytes", "≤ 5,500", lambda mine, _: mine <= 5500, "nginx + nchan", "less")
