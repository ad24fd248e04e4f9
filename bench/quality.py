"""Quality of data: counting every fact of the province anew, and the board of all units over a year, beside SQL in PostgreSQL."""
import http.client
import io
import os
import re
import sqlite3
import subprocess
import time

from questions import ask_ours, ask_peer
from rig import Postgres, Server

COPIES = {
    "figure": ("unit BIGINT, indicator BIGINT, period_kind BIGINT, period BIGINT, breakdown TEXT, revision BIGINT, status TEXT, flags BIGINT, current BIGINT, "
               "decided BIGINT, received BIGINT, PRIMARY KEY (unit, indicator, period_kind, period, breakdown, revision)",
               "SELECT unit, indicator, period_kind, period, breakdown, revision, status, flags, current, decided, received FROM figure"),
    "duty": ("unit BIGINT, indicator BIGINT, period_kind BIGINT, period BIGINT, until BIGINT, met BIGINT, excused BIGINT, PRIMARY KEY (unit, indicator, period_kind, period)",
             "SELECT unit, subject, period_kind, period, until, met, excused FROM duty WHERE kind = 'figure'"),
    "fact": ("unit BIGINT, indicator BIGINT, period_kind BIGINT, period BIGINT, day BIGINT, until BIGINT, excused BIGINT, met BIGINT, owed BIGINT, filled BIGINT, "
             "standing BIGINT, checks BIGINT, bad BIGINT, received BIGINT, unclean BIGINT, gap BIGINT, PRIMARY KEY (unit, indicator, period_kind, period)",
             "SELECT unit, indicator, period_kind, period, day, until, excused, met, owed, filled, standing, checks + decided + corrected, "
             "explained + returned + corrected, received, unclean, gap FROM quality_fact")}
# what a person would write: no gaps, no required breakdowns, no checks that apply, no refused cells
RECOUNT = ("CREATE TABLE counted (unit, indicator, period_kind, period, until, met, excused, filled, received, returned, decided, corrected, explained) AS "
           "SELECT unit, indicator, period_kind, period, max(d.until), max(d.met), max(d.excused), count(*) FILTER (WHERE f.current = 1), "
           "count(f.revision), count(*) FILTER (WHERE f.status = 'returned'), count(*) FILTER (WHERE f.decided IS NOT NULL), count(*) FILTER (WHERE f.revision > 1), "
           "count(*) FILTER (WHERE f.current = 1 AND f.flags & 2 <> 0) FROM duty d FULL JOIN figure f USING (unit, indicator, period_kind, period) "
           "GROUP BY unit, indicator, period_kind, period")
BOARD = ("SELECT unit, avg(good), avg(enough), avg(clean), avg(live) FROM (SELECT unit, indicator, 1 - sum(bad)::float / nullif(sum(checks), 0) AS good, "
         "sum(filled) FILTER (WHERE owes)::float / nullif(sum(owed) FILTER (WHERE owes), 0) AS enough, 1 - sum(unclean)::float / nullif(sum(received), 0) AS clean, "
         "avg(CASE WHEN met = 0 THEN 0 WHEN met < until THEN 0.7 ELSE greatest(0, 0.7 - 0.07 * ((met - until) / 86400000000 + 1)) END + 0.3 * greatest(0, 1 - gap / 3.0)) "
         "FILTER (WHERE owes) AS live FROM (SELECT *, until > 0 AND excused = 0 AND until <= %(now)s AS owes FROM fact WHERE day BETWEEN %(from)s AND %(to)s) f "
         "GROUP BY unit, indicator) s GROUP BY unit")


def fill(postgres, data):
    import psycopg2
    source = sqlite3.connect(f"file:{os.path.join(data, 'haidang.db')}?mode=ro", uri=True)
    db = psycopg2.connect(host=postgres.dir, user="bench", dbname="postgres")
    db.autocommit = True
    cursor = db.cursor()
    for table, (columns, query) in COPIES.items():
        cursor.execute(f"CREATE TABLE {table} ({columns})")
        text = io.StringIO("".join("\t".join(r"\N" if v is None else str(v) for v in row) + "\n" for row in source.execute(query)))
        cursor.copy_from(text, table)
    cursor.execute("VACUUM ANALYZE")
    today = source.execute("SELECT max(day) FROM quality_fact WHERE met > 0").fetchone()[0]
    n = source.execute("SELECT count(*) FROM quality_fact").fetchone()[0]
    source.close()
    return db, {"from": today - 365, "to": today, "now": (today + 1) * 86_400_000_000}, n


def recount(run, data):
    done = subprocess.run([run.binary, "recount", "--data", data], capture_output=True, text=True, check=True)
    return float(re.search(r"([\d.]+) s$", done.stdout, re.M)[1]) * 1e3


def measure(run):
    data, times = run.copy(run.demonstration()), 2 if run.quick else 7
    recount(run, data)
    with Postgres(run) as postgres:
        db, values, n = fill(postgres, data)
        cursor, mine, its = db.cursor(), [], []
        for _ in range(times):
            mine.append(recount(run, data))
            began = time.perf_counter()
            cursor.execute(RECOUNT)
            its.append((time.perf_counter() - began) * 1e3)
            cursor.execute("DROP TABLE counted")
        run.row(f"quality: every fact counted anew, {n} of them, durable, journal read from its beginning", mine, its, "ms",
                peer_name="PostgreSQL, one CREATE TABLE AS, fewer columns", better="less")
        with Server(run, data) as ours:
            connection, bearer = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60), ours.token("operator")
            ask_ours(connection, "/api/v1/scores", bearer)
            ask_peer(cursor, BOARD, values)
            mine, its = zip(*((ask_ours(connection, "/api/v1/scores", bearer), ask_peer(cursor, BOARD, values)) for _ in range(times * 5)))
            run.row("quality: board of all units over a year, with the trend of each", mine, its, "ms", peer_name="PostgreSQL, SQL over the same facts, no trend", better="less")
            exceptions = [ask_ours(connection, "/api/v1/exceptions", bearer) for _ in range(times * 5)]
            run.row("quality: the leader's five exceptions", exceptions, None, "ms")
        db.close()
