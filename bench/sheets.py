"""A thousand communes send one spreadsheet of 500 cells each, beside a script that an office would write."""
import http.client
import io
import os
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
import uuid
import zipfile

from rig import Postgres, Server, cpu_seconds, say

UNITS, INDICATORS = 1000, 500


def csv(rows):
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def load(server, kind, rows):
    server.call("POST", f"/api/v1/{kind}/import", csv(rows), kind="text/csv", token=server.token("administrator"))


def centre(run, units=UNITS):
    """A data directory whose communes owe 500 monthly indicators each; made once for the run."""
    data = os.path.join(run.home, f"centre-{units}")
    if os.path.exists(data):
        return data
    say(f"making a centre of {units} communes and {INDICATORS} indicators")
    subprocess.run([run.binary, "init", "--data", data], check=True, stdout=subprocess.DEVNULL)
    with Server(run, data) as server:
        server.call("POST", "/api/v1/packs/base/install", b"", token=server.token("administrator"))
        load(server, "units", [("code", "kind", "name_vi", "name_en", "parent", "valid_from"), ("P", "province", "Tỉnh", "Province", "", "1950-01-01")]
             + [(f"C{n:04}", "commune", f"Xã số {n}", f"Commune {n}", "P", "1950-01-01") for n in range(units)])
        load(server, "schedules", [("code", "name_vi", "name_en", "period", "offset_days", "at_time"), ("M", "Tháng", "Month", "monthly", 10, "17:00")])
        load(server, "indicators", [("code", "name_vi", "name_en", "domain", "unit_of_measure", "measure_vi", "measure_en", "period", "schedule", "scope",
                                     "decimals", "min", "max", "aggregate_units", "aggregate_time", "direction", "jump_z", "openness")]
             + [(f"I{n:03}", f"Chỉ tiêu số {n}", f"Indicator {n}", "D01", "n", "số", "count", "monthly", "M", "commune", 2, 0, 1000000, "sum", "last", "none", 6, "open")
                for n in range(INDICATORS)])
    return data


def fill(template, unit):
    """The centre's own template of commune 0, made out to another, with a number in every cell that is asked for."""
    source, out = zipfile.ZipFile(io.BytesIO(template)), io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        for name in source.namelist():
            part = source.read(name).replace(b"C0000", b"C%04d" % unit)
            if name == "xl/worksheets/sheet1.xml":
                text = part.decode()
                count = 0

                def value(found):
                    nonlocal count
                    count += 1
                    return f'<c r="J{found.group(1)}"{found.group(2)}><v>{1000 + (unit * 37 + count * 101) % 90000 / 100}</v></c>'
                text = re.sub(r'<c r="J(\d+)"( s="\d+")/>', value, text)
                if count != INDICATORS:
                    raise RuntimeError(f"the template asks for {count} cells, not {INDICATORS}")
                part = text.encode()
            target.writestr(name, part)
    return out.getvalue()


def prepare(run, units, months):
    """Files on disk by month and unit, and a token of each unit."""
    place = os.path.join(run.home, "files")
    os.makedirs(place)
    data = centre(run)
    with Server(run, data) as server:
        say(f"making {units} unit tokens")
        tokens = [server.token("reporting_officer", f"C{n:04}") for n in range(units)]
        say(f"filling {units * len(months)} templates")
        for month in months:
            template = server.call("GET", f"/api/v1/template.xlsx?unit=C0000&period={month}", token=tokens[0])
            for n in range(units):
                with open(os.path.join(place, f"{month}-{n:04}.xlsx"), "wb") as f:
                    f.write(fill(template, n))
    return place, tokens


def send(port, jobs, faults):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while True:
        try:
            bearer, unit, data = jobs.get_nowait()
        except queue.Empty:
            return
        mark = uuid.uuid4().hex
        body = (f'--{mark}\r\nContent-Disposition: form-data; name="unit"\r\n\r\n{unit}\r\n--{mark}\r\nContent-Disposition: form-data; name="file"; '
                f'filename="{unit}.xlsx"\r\nContent-Type: application/octet-stream\r\n\r\n').encode() + data + f"\r\n--{mark}--\r\n".encode()
        connection.request("POST", "/api/v1/deliveries", body, {"Authorization": "Bearer " + bearer, "Content-Type": "multipart/form-data; boundary=" + mark})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 201 or b'"accepted":%d,' % INDICATORS not in text:
            faults.append(f"{unit}: {answer.status} {text[:300]}")


def ours_once(server, place, tokens, month, clients=8):
    jobs, faults = queue.Queue(), []
    for n, bearer in enumerate(tokens):
        with open(os.path.join(place, f"{month}-{n:04}.xlsx"), "rb") as f:
            jobs.put((bearer, f"C{n:04}", f.read()))
    before, began = cpu_seconds(server.pid), time.monotonic()
    threads = [threading.Thread(target=send, args=(server.port, jobs, faults)) for _ in range(clients)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    took = time.monotonic() - began
    if faults:
        raise RuntimeError(f"{len(faults)} files not taken whole; the first: {faults[0]}")
    return took, cpu_seconds(server.pid) - before


def peer_once(postgres, place, units, month, workers=2):
    """Seconds for the first so many files."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "office.py")
    began = time.monotonic()
    running = [subprocess.Popen([sys.executable, script, postgres.dir, place, month, str(first), str(units), str(workers)]) for first in range(workers)]
    codes = [p.wait() for p in running]
    if any(codes):
        raise RuntimeError("the office's script failed")
    return time.monotonic() - began


def measure(run):
    units, months = (40, ["2025-01", "2025-02"]) if run.quick else (UNITS, ["2025-01", "2025-02"])
    sample = units // 5  # the peer's files: enough to know its pace
    place, tokens = prepare(run, units, months)
    mine, its = [], []
    with Postgres(run) as postgres:
        postgres.sql("CREATE TABLE figure (unit TEXT, indicator TEXT, period TEXT, value NUMERIC NOT NULL, received TIMESTAMPTZ NOT NULL DEFAULT now(), "
                     "PRIMARY KEY (unit, indicator, period));")
        for month in months:
            with Server(run, centre(run)) as server:
                mine.append(ours_once(server, place, tokens, month))
            its.append(sample / peer_once(postgres, place, sample, month))
        stored = int(postgres.sql("SELECT count(*) FROM figure"))
        if stored != sample * INDICATORS * len(months):
            raise RuntimeError(f"the peer stored {stored} figures")
    shutil.rmtree(place)
    run.row(f"{units:,} spreadsheets of {INDICATORS} cells, checked, stored, receipted", [m[0] for m in mine], None, "s", "≤ 20 s",
            lambda seconds, _: seconds * UNITS / units <= 20)
    run.row("the same, files a second", [units / m[0] for m in mine], its, "/s", peer_name=f"openpyxl + psycopg2, 2 processes, range check only, {sample} files")
    run.row("the same, processor time of the server and its children a file", [m[1] * 1e3 / units for m in mine], None, "ms")
