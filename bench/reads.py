"""A record read and a small answer, beside nginx that returns the same bytes from memory."""
import http.client

from rig import Nginx, Server, cpu_seconds, fixed, pairs, wrk


def load(server, path, seconds, token=None):
    """Answers a second and processor microseconds an answer."""
    before = cpu_seconds(server.pid)
    answers, failed, took = wrk(server.port, path, seconds, token=token)
    if failed:
        raise RuntimeError(f"{path}: {failed} answers failed")
    return answers / took, (cpu_seconds(server.pid) - before) * 1e6 / answers


def body(server, path, token):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", path, headers={"Authorization": "Bearer " + token})
    response = connection.getresponse()
    text = response.read().decode()
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status} {text}")
    return text


def measure(run):
    seconds, times = (2, 1) if run.quick else (6, 4)
    with Server(run, run.copy(run.demonstration())) as ours:
        token = ours.token("operator")
        unit = ours.json("GET", "/api/v1/units?kind=commune&limit=1")["items"][0]["code"]
        record, health = f"/api/v1/units/{unit}", "/health"
        texts = {path: body(ours, path, token) for path in (record, health)}
        with Nginx(run, "".join(fixed(path, "application/json", text) for path, text in texts.items())) as nginx:
            for path, what, goal, least in ((record, "record read, authorised, from the store", "≥ 0.4× nginx", 0.4),
                                            (health, "small JSON (/health)", "≥ 0.8× nginx", 0.8)):
                bearer = token if path == record else None
                a, b = pairs(times, lambda: load(ours, path, seconds, bearer), lambda: load(nginx, path, seconds, bearer))
                size = f"{what}, {len(texts[path].encode())} bytes"
                run.row(f"{size}: answers", [x[0] for x in a], [x[0] for x in b], "/s", goal, lambda mine, ratio, least=least: ratio >= least, "nginx return 200")
                run.row(f"{size}: processor time", [x[1] for x in a], [x[1] for x in b], "µs", goal, lambda mine, ratio, least=least: ratio >= least, "nginx return 200", "less")
