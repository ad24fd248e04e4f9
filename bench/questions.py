"""Questions that the explorer and the home page ask, beside the same question in plain SQL in PostgreSQL."""
import http.client
import io
import os
import sqlite3
import statistics
import time

from rig import Postgres, Server

# what counts, as plain tables with the indexes that somebody would give them
TABLES = """
CREATE TABLE unit (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE indicator (id BIGINT PRIMARY KEY, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL, period TEXT NOT NULL, scope TEXT NOT NULL);
CREATE TABLE figure (unit BIGINT NOT NULL, indicator BIGINT NOT NULL, period BIGINT NOT NULL, breakdown TEXT NOT NULL, value NUMERIC, status TEXT NOT NULL,
	received BIGINT NOT NULL, PRIMARY KEY (unit, indicator, period, breakdown));
CREATE INDEX ON figure (indicator, period);
"""
COPIES = {  # table: what to read from our store
    "unit": "SELECT id, code, kind, name_vi FROM unit WHERE removed = 0",
    "indicator": "SELECT id, code, name_vi, period, scope FROM indicator WHERE removed = 0",
    "figure": "SELECT unit, indicator, period, breakdown, mantissa, scale, status, received FROM figure WHERE current = 1"}
ONE, PROVINCE, BY_UNIT, GRID, OVERVIEW = (
    "SELECT f.period, f.value, f.status FROM figure f JOIN unit u ON u.id = f.unit JOIN indicator i ON i.id = f.indicator "
    "WHERE u.code = %(unit)s AND i.code = %(indicator)s AND f.breakdown = '' ORDER BY f.period",
    "SELECT f.period, sum(f.value), count(*), count(*) FILTER (WHERE f.status <> 'approved') FROM figure f JOIN indicator i ON i.id = f.indicator "
    "WHERE i.code = %(indicator)s AND f.breakdown = '' GROUP BY f.period ORDER BY f.period",
    "SELECT u.code, f.period, sum(f.value), count(*) FROM figure f JOIN indicator i ON i.id = f.indicator JOIN unit u ON u.id = f.unit "
    "WHERE i.code = %(indicator)s AND f.breakdown = '' GROUP BY u.code, f.period ORDER BY u.code, f.period",
    "SELECT i.code, f.period, f.value, f.status FROM indicator i LEFT JOIN figure f ON f.indicator = i.id AND f.unit = (SELECT id FROM unit WHERE code = %(unit)s) "
    "AND f.breakdown = '' WHERE i.scope = 'commune' ORDER BY i.code, f.period DESC",
    "SELECT u.code, count(f.value) FROM unit u CROSS JOIN indicator i LEFT JOIN figure f ON f.unit = u.id AND f.indicator = i.id AND f.period = %(month)s "
    "AND f.breakdown = '' WHERE u.kind IN ('commune', 'ward', 'special_zone') AND i.scope = 'commune' AND i.period = 'monthly' GROUP BY u.code")


def decimal_text(mantissa, scale):
    if mantissa is None:
        return r"\N"
    digits = f"{abs(mantissa):0{scale + 1}d}"
    return ("-" if mantissa < 0 else "") + (digits[:-scale] + "." + digits[-scale:] if scale else digits)


def fill(postgres, data):
    """The figures that count, copied out of our store."""
    import psycopg2
    source = sqlite3.connect(f"file:{os.path.join(data, 'haidang.db')}?mode=ro", uri=True)
    with psycopg2.connect(host=postgres.dir, user="bench", dbname="postgres") as db, db.cursor() as cursor:
        cursor.execute(TABLES)
        for table, query in COPIES.items():
            text = io.StringIO()
            for row in source.execute(query):
                row = list(row)
                if table == "figure":
                    row[4:6] = [decimal_text(row[4], row[5])]
                text.write("\t".join(str(v).replace("\\", "\\\\").replace("\t", " ") if v != r"\N" else v for v in row) + "\n")
            text.seek(0)
            cursor.copy_from(text, table)
        cursor.execute("SELECT max(f.period) - 1 FROM figure f JOIN indicator i ON i.id = f.indicator WHERE i.period = 'monthly' AND i.scope = 'commune'")
        month = cursor.fetchone()[0]
        cursor.execute("SELECT i.code FROM figure f JOIN indicator i ON i.id = f.indicator WHERE i.scope = 'commune' AND i.period = 'monthly' "
                       "AND f.breakdown = '' GROUP BY i.code ORDER BY count(*) DESC, i.code LIMIT 1")
        indicator = cursor.fetchone()[0]
        cursor.execute("SELECT code FROM unit WHERE kind = 'commune' ORDER BY code LIMIT 1")
        unit = cursor.fetchone()[0]
    connection = psycopg2.connect(host=postgres.dir, user="bench", dbname="postgres")
    connection.autocommit = True
    connection.cursor().execute("VACUUM ANALYZE")
    return connection, {"indicator": indicator, "unit": unit, "month": month}


def ask_ours(connection, path, bearer):
    began = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": "Bearer " + bearer})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {body[:300]}")
    return (time.perf_counter() - began) * 1e3


def ask_peer(cursor, query, values):
    began = time.perf_counter()
    cursor.execute(query, values)
    cursor.fetchall()
    return (time.perf_counter() - began) * 1e3


def measure(run):
    data, times = run.copy(run.demonstration()), 10 if run.quick else 101
    with Server(run, data) as ours, Postgres(run) as postgres:
        db, values = fill(postgres, data)
        cursor, bearer = db.cursor(), ours.token("operator")
        connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
        i, u = values["indicator"], values["unit"]
        for what, path, query in (
                ("one indicator of one unit, all months", f"/api/v1/figures?indicator={i}&unit={u}&limit=100", ONE),
                ("one indicator, province by month", f"/api/v1/figures/summary?indicator={i}", PROVINCE),
                ("one indicator, every unit by month (65 × 18)", f"/api/v1/figures?indicator={i}&limit=1000", BY_UNIT),
                ("a unit's grid (ours: with ranges, deadlines, drafts, history; SQL: figures only)", f"/api/v1/grid?unit={u}", GRID),
                ("home of all units (ours: overview of everything owed; SQL: one month's count by unit)", "/api/v1/overview", OVERVIEW)):
            ask_ours(connection, path, bearer)
            ask_peer(cursor, query, values)
            mine, its = zip(*((ask_ours(connection, path, bearer), ask_peer(cursor, query, values)) for _ in range(times)))
            run.row("question: " + what, mine, its, "ms", peer_name="PostgreSQL, SQL, local socket", better="less")
            tail = [statistics.quantiles(x, n=20)[18] for x in (mine, its)]
            run.notes.append(f"{what}: p95 {tail[0]:.2f} ms against {tail[1]:.2f} ms")
        db.close()
