"""What every measurement stands on: servers of both sides, their processor time and memory, interleaved pairs, rows of the table."""
import glob
import http.client
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time

ROOT = os.path.realpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
TICK = os.sysconf("SC_CLK_TCK")


def say(text):
    """Progress, beside the table that goes to stdout."""
    os.write(2, (time.strftime("%H:%M:%S ") + text + "\n").encode())


class Run:
    """One run of bench/run: the binary, the demonstration province, and a place that is removed at the end."""

    def __init__(self, binary, data, build, quick):
        self.binary, self.build, self.quick = binary, build, quick
        self.home = tempfile.mkdtemp(prefix="haidang-bench-")
        os.chmod(self.home, 0o755)  # PostgreSQL and nginx work in it as an unprivileged user
        self.province, self.rows, self.notes = data, [], []

    def demonstration(self):
        """The demonstration province's data directory, made on first use."""
        if not self.province:
            self.province = os.path.join(self.home, "province")
            say("making the demonstration province")
            subprocess.run([self.binary, "demo", "--data", self.province], check=True, stdout=subprocess.DEVNULL)
        return self.province

    def copy(self, data):
        place = tempfile.mkdtemp(dir=self.home)
        shutil.copytree(data, place, dirs_exist_ok=True)
        os.chmod(place, 0o700)
        return place

    def row(self, what, ours, peer, unit, goal="", reached=None, peer_name="", better="more"):
        """One line of the table.  ours and peer are lists of figures; reached: judges the line, given (ours, ratio)."""
        mine, its = middle(ours), middle(peer) if peer else None
        ratio = (mine / its if better == "more" else its / mine) if peer and mine and its else None
        verdict = "" if reached is None else ("yes" if reached(mine, ratio) else "**no**")
        self.rows.append((what, span(ours, unit), f"{span(peer, unit)} ({peer_name})" if peer else "–",
                          f"{shown(ratio)}×" if ratio else "–", goal or "–", verdict or "–"))
        say(" | ".join(self.rows[-1]))

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


def middle(values):
    return statistics.median(values)


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def span(values, unit):
    text = shown(middle(values))
    if len(values) > 1:
        text += f" ({shown(min(values))}–{shown(max(values))})"
    return f"{text} {unit}".strip()


def pairs(times, ours, peer):
    """A B A B …: what both give, as two lists."""
    a, b = [], []
    for _ in range(times):
        a.append(ours())
        b.append(peer())
    return a, b


def children(pid):
    """Of all its threads, and theirs."""
    direct = []
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        try:
            with open(path) as f:
                direct += [int(p) for p in f.read().split()]
        except OSError:
            continue  # the thread has ended
    return direct + [p for d in direct for p in children(d)]


def cpu_seconds(pid):
    """Of a process, those it started and those it has waited for."""
    total = 0
    for p in [pid] + children(pid):
        try:
            with open(f"/proc/{p}/stat") as f:
                fields = f.read().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(int(n) for n in fields[11:15])
    return total / TICK


def memory(pid, what="Rss"):
    """Bytes of one process, from smaps_rollup (Rss or Pss)."""
    with open(f"/proc/{pid}/smaps_rollup") as f:
        for line in f:
            if line.startswith(what + ":"):
                return int(line.split()[1]) * 1024
    raise RuntimeError(f"{what} of {pid} is not told")


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_answer(port, path="/health", seconds=30, process=None):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process and process.poll() is not None:
            break
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", path)
            status = connection.getresponse().status
            connection.close()
            if status == 200:
                return
        except OSError:
            pass
        time.sleep(0.002)
    raise RuntimeError(f"no answer from port {port}")


class Server:
    """haidang serve on a data directory; a context."""

    def __init__(self, run, data):
        self.run, self.data, self.port, self.tokens = run, data, free_port(), {}

    def __enter__(self):
        self.log = open(os.path.join(self.run.home, "serve.log"), "a")
        self.process = subprocess.Popen([self.run.binary, "serve", "--data", self.data, "--port", str(self.port), "--log", "warn"],
                                        stdout=self.log, stderr=self.log)
        self.pid = self.process.pid
        wait_answer(self.port, process=self.process)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()

    def token(self, role="operator", unit=None):
        if (role, unit) not in self.tokens:
            self.tokens[role, unit] = token(self.run, self.data, role, unit)
        return self.tokens[role, unit]

    def call(self, method, path, body=None, token=None, kind="application/json"):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, path, body, {"Authorization": "Bearer " + (token or self.token()), "Content-Type": kind})
        response = connection.getresponse()
        data = response.read()
        connection.close()
        if response.status >= 300:
            raise RuntimeError(f"{method} {path}: {response.status} {data[:500].decode(errors='replace')}")
        return data

    def json(self, method, path, body=None, token=None):
        return json.loads(self.call(method, path, body, token))


def token(run, data, role, unit=None):
    done = subprocess.run([run.binary, "token", "create", "--data", data, "--role", role] + (["--unit", unit] if unit else []),
                          capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError("token create: " + done.stdout + done.stderr)
    return done.stdout.split()[-1]


def unprivileged():
    return ["runuser", "-u", "nobody", "--"] if os.geteuid() == 0 else []


class Postgres:
    """A PostgreSQL of its own that keeps what it acknowledges (fsync on, Debian's settings otherwise); a context."""

    def __init__(self, run):
        self.bin = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.dir = tempfile.mkdtemp(prefix="pg", dir=run.home)
        os.chmod(self.dir, 0o755)

    def __enter__(self):
        if os.geteuid() == 0:
            shutil.chown(self.dir, "nobody")
        self._do("initdb", "-D", self.dir + "/db", "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        self.start()
        return self

    def _do(self, program, *args):
        subprocess.run(unprivileged() + [f"{self.bin}/{program}", *args], check=True, cwd=self.dir, stdout=subprocess.DEVNULL)

    def start(self):
        self._do("pg_ctl", "-D", self.dir + "/db", "-l", self.dir + "/log", "-w", "-o", f"-k {self.dir} -c listen_addresses=", "start")

    def stop(self):
        self._do("pg_ctl", "-D", self.dir + "/db", "-w", "-m", "fast", "stop")

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return int(open(self.dir + "/db/postmaster.pid").readline())

    @property
    def psql(self):
        return ["psql", "-h", self.dir, "-U", "bench", "-d", "postgres", "-q", "-X", "-v", "ON_ERROR_STOP=1"]

    def sql(self, text):
        return subprocess.run(self.psql + ["-At"], input=text, text=True, check=True, capture_output=True).stdout


class Nginx:
    """nginx with the given location blocks; a context.  modules: lines that load modules."""

    def __init__(self, run, places, modules=""):
        self.dir, self.port = tempfile.mkdtemp(prefix="nginx", dir=run.home), free_port()
        if os.geteuid() == 0:
            shutil.chown(self.dir, "www-data")
        temporary = "".join(f"{n}_temp_path {self.dir}/{n}; " for n in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        with open(self.dir + "/nginx.conf", "w") as f:
            f.write(f"""{modules}
daemon off; worker_processes auto; worker_rlimit_nofile 20000; pid {self.dir}/pid; error_log {self.dir}/error.log;
events {{ worker_connections 8000; }}
http {{ access_log off; keepalive_requests 1000000000; {temporary}
server {{ listen 127.0.0.1:{self.port} reuseport;
location = /ready {{ return 200 'ok'; }}
{places} }} }}
""")

    def __enter__(self):
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", self.dir + "/nginx.conf"])
        self.pid = self.process.pid
        wait_answer(self.port, "/ready", process=self.process)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=20)


def fixed(path, kind, text):
    """A location that answers the same text always."""
    if "'" in text or "$" in text or "\\" in text:
        raise RuntimeError("a body that nginx's configuration cannot hold")
    return f"location = {path} {{ default_type {kind}; return 200 '{text}'; }}\n"


def wrk(port, path, seconds, connections=32, threads=1, token=None, script=None, args=()):
    """Answers, those that were not 2xx or failed, and seconds that it took."""
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}", "--timeout", "60s"]
    if token:
        command += ["-H", "Authorization: Bearer " + token]
    if script:
        command += ["-s", script]
    out = subprocess.run(command + [f"http://127.0.0.1:{port}{path}", "--", *map(str, args)], capture_output=True, text=True, check=True).stdout
    done = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", out)
    failed = sum(map(int, re.findall(r"(?:Non-2xx or 3xx responses|connect|read|write|timeout):? (\d+)", out)))
    return int(done.group(1)), failed, float(done.group(2)) * {"ms": 0.001, "s": 1, "m": 60}[done.group(3)]
