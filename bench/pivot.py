"""The cube beside plain SQL in PostgreSQL: 1,850 series of ten years of months, rolled up along units and time, ranked and compared."""
import http.client
import os
import random
import sqlite3
import statistics
from urllib.parse import quote

import questions
from rig import Postgres, Server

SERIES, MONTHS = 1850, 120
YEARLY, PROVINCE, RANK, CHANGE = (
    "SELECT i.code, u.code, f.period / 12, sum(f.value) FROM figure f JOIN unit u ON u.id = f.unit JOIN indicator i ON i.id = f.indicator "
    "WHERE i.code = ANY(%(codes)s) AND f.breakdown = '' AND f.period BETWEEN %(first)s AND %(last)s GROUP BY GROUPING SETS "
    "((i.code, u.code, f.period / 12), (i.code, u.code), (i.code, f.period / 12), (i.code))",
    "SELECT i.code, f.period, sum(f.value) FROM figure f JOIN indicator i ON i.id = f.indicator WHERE i.code = ANY(%(codes)s) AND f.breakdown = '' "
    "AND f.period BETWEEN %(first)s AND %(last)s GROUP BY i.code, f.period",
    "SELECT u.code, f.value, rank() OVER (ORDER BY f.value DESC) FROM figure f JOIN unit u ON u.id = f.unit JOIN indicator i ON i.id = f.indicator "
    "WHERE i.code = %(code)s AND f.breakdown = '' AND f.period = %(last)s",
    "SELECT u.code, f.period, f.value, f.value - lag(f.value, 12) OVER (PARTITION BY f.unit ORDER BY f.period) FROM figure f JOIN unit u ON u.id = f.unit "
    "JOIN indicator i ON i.id = f.indicator WHERE i.code = %(code)s AND f.breakdown = '' AND f.period BETWEEN %(first)s AND %(last)s")


def lengthen(data):
    """Ten years of months for as many series as a province has, straight into a copy of the store; returns their codes and the last month."""
    dice = random.Random(1)
    with sqlite3.connect(os.path.join(data, "haidang.db")) as db:
        units = [u for (u,) in db.execute("SELECT id FROM unit WHERE removed = 0 AND kind IN ('commune', 'ward', 'special_zone') AND valid_to IS NULL ORDER BY id")]
        chosen = db.execute("SELECT id, code FROM indicator WHERE removed = 0 AND period = 'monthly' AND scope = 'commune' AND aggregate_units = 'sum' "
                            "AND breakdowns IS NULL ORDER BY code").fetchall()
        chosen = chosen[:max(1, -(-SERIES // len(units)))]
        last = db.execute("SELECT max(period) FROM figure WHERE period_kind = 2").fetchone()[0]
        db.execute("UPDATE indicator SET aggregate_time = 'sum' WHERE id IN (%s)" % ",".join(str(i) for i, _ in chosen))
        db.execute("UPDATE figure_turn SET n = n + 1")
        db.execute("UPDATE registry_edition SET n = n + 1")
        db.execute("DELETE FROM figure WHERE period_kind = 2 AND indicator IN (%s)" % ",".join(str(i) for i, _ in chosen))
        rows = ((u, i, last - back, 1 + n * MONTHS + back, dice.randrange(1, 100000))
                for n, (u, i) in enumerate([(u, i) for i, _ in chosen for u in units][:SERIES]) for back in range(MONTHS))
        db.executemany("INSERT INTO figure (unit, indicator, period_kind, period, breakdown, revision, id, mantissa, scale, current, status, flags, delivery, row_no, "
                       "column_no, actor, received, first_received, turn) VALUES (?, ?, 2, ?, '', 1, ?, ?, 0, 1, 'approved', 0, 0, 0, 0, 0, 1, 1, 1)", rows)
    return [code for _, code in chosen], last


def month(ordinal):
    return f"{ordinal // 12}-{ordinal % 12 + 1:02}"


def measure(run):
    data, times = run.copy(run.demonstration()), 5 if run.quick else 51
    codes, last = lengthen(data)
    with Server(run, data) as ours, Postgres(run) as postgres:
        db, _ = questions.fill(postgres, data)
        cursor, bearer = db.cursor(), ours.token("operator")
        values = {"codes": codes, "code": codes[0], "first": last - MONTHS + 1, "last": last}
        connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=120)
        span, many = f"&from={month(values['first'])}&to={month(last)}", "".join("&indicator=" + quote(c) for c in codes)
        one = "/api/v1/pivot?indicator=" + quote(codes[0])
        for what, path, query, goal in (
                (f"{SERIES:,} series × 10 years: indicator, unit by year, with every total", "/api/v1/pivot?rows=indicator,unit&grain=yearly" + many + span, YEARLY, 100),
                (f"{SERIES:,} series × 10 years: province by month", "/api/v1/pivot?rows=indicator" + many + span, PROVINCE, 100),
                ("ranking of 65 units in a month", f"{one}&from={month(last)}&to={month(last)}&show=value&show=rank", RANK, None),
                ("65 units × 120 months against a year before", one + span + "&show=value&show=year_change", CHANGE, None)):
            questions.ask_ours(connection, path, bearer)
            questions.ask_peer(cursor, query, values)
            mine, its = zip(*((questions.ask_ours(connection, path, bearer), questions.ask_peer(cursor, query, values)) for _ in range(times)))
            tail = [statistics.quantiles(x, n=20)[18] for x in (mine, its)]
            run.row("pivot: " + what, mine, its, "ms", peer_name="PostgreSQL, SQL, local socket", better="less",
                    goal=f"≤ {goal} ms" if goal else "", reached=(lambda own, ratio, most=goal: own <= most) if goal else None)
            run.notes.append(f"pivot, {what}: p95 {tail[0]:.1f} ms against {tail[1]:.1f} ms")
        phrase, keys = "hồ sơ quá hạn Diên Khánh tháng 5", []
        for _ in range(times):
            keys += [questions.ask_ours(connection, "/api/v1/search?q=" + quote(phrase[:n]), bearer) for n in range(1, len(phrase) + 1)]
        run.row("search: a keystroke of “" + phrase + "”", keys, [], "ms")
        run.notes.append(f"search: p95 {statistics.quantiles(keys, n=20)[18]:.2f} ms over {len(keys)} keystrokes")
        db.close()
