"""For whole-binary tests: a server with a data directory of its own, on the engine that ./test names, and TAP lines."""
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from described import Description  # noqa: E402

BINARY = os.environ.get("HAIDANG_BIN", os.path.join(os.path.dirname(__file__), "..", "build", "haidang"))
counts = {True: 0, False: 0, None: 0}  # passed, failed, skipped
undescribed = set()  # how answers differ from their description


def check(good, what, shown=""):
    """One test: a TAP line; `shown` explains a failure."""
    counts[bool(good)] += 1
    print(f"{'ok' if good else 'not ok'} {sum(counts.values())} - {what}", flush=True)
    if not good:
        print(f"# {shown}")
    return bool(good)


def until(good, seconds=20):
    """Asks again and again until something is so: what good() found, or None when it has not come in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := good():
            return found
        time.sleep(0.1)
    return None


def skip(what, why):
    """A test that this machine or engine cannot run."""
    counts[None] += 1
    print(f"ok {sum(counts.values())} - {what} # SKIP {why}", flush=True)


def finish():
    check(not undescribed, "answers are as /openapi.json describes them", "\n# ".join(sorted(undescribed)[:200]))
    print(f"1..{sum(counts.values())}")
    sys.exit(1 if counts[False] else 0)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:700].decode(errors='replace')}"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A data directory and the server on it; as a context it is stopped and removed."""

    def __init__(self):
        self.home = tempfile.mkdtemp(prefix="haidang-test-")
        self.data = os.path.join(self.home, "data")
        self.port, self.process, self.token = free_port(), None, None
        self.description = None
        self.env, self.before = {}, []  # of the serving process: more environment, and a command that starts it
        self.store = ["--store", os.environ["HAIDANG_TEST_PG"]] if os.environ.get("HAIDANG_TEST_PG") else []

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        """Ends the server; leaks and the like make its exit code another than 0."""
        if self.process and self.process.poll() is None:
            try:
                code = self.stop()
            except subprocess.TimeoutExpired:
                self.process.kill()
                code = self.process.wait()
            if kind is None:
                check(code == 0, "the server ends cleanly", self.log())
        shutil.rmtree(self.home, ignore_errors=True)

    def run(self, *command, timeout=60):
        """A command of the binary on this data directory; its exit code and output."""
        done = subprocess.run([BINARY, *command, "--data", self.data, *self.store], capture_output=True, text=True, timeout=timeout)
        return done.returncode, done.stdout + done.stderr

    def serve(self, seconds=20):
        """Starts serving; true once /health answers."""
        log = open(os.path.join(self.home, "log"), "a")
        self.process = subprocess.Popen([*self.before, BINARY, "serve", "--data", self.data, *self.store, "--port", str(self.port)],
                                        stdout=log, stderr=log, env={**os.environ, **self.env})
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                return self.call("GET", "/health").status == 200
            except OSError:
                time.sleep(0.05)
        return False

    def stop(self, number=signal.SIGTERM, seconds=20):
        """Sends a signal and waits; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=seconds)

    def log(self):
        return open(os.path.join(self.home, "log")).read()[-2000:]

    def call(self, method, path, body=None, headers=None, token=None):
        """One request; a body that is no text is sent as JSON; the token is this server's unless another is given."""
        headers = {"Accept-Language": "en", **(headers or {})}
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if token is None:
            token = self.token
        if token:
            headers["Authorization"] = "Bearer " + token
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        if 200 <= answer.status < 300 and method != "HEAD" and path.startswith("/api/") and answer.headers.get("content-type") == "application/json":
            self.description = self.description or Description(self.call("GET", "/openapi.json").json)
            undescribed.update(re.sub(r"/\d+", "/*", fault) for fault in self.description.faults(method, path, answer.json))
        return answer
