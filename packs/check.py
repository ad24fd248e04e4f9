#!/usr/bin/env python3
"""Proves that the packs are whole: run without arguments; the exit code is 1 when anything is wrong.

Every rule is shown able to fail first: a small fault is planted in a copy in memory, and the
rule must find it."""
import copy
import csv
import datetime
import json
import pathlib
import re
import sys
import unicodedata
from decimal import Decimal, InvalidOperation

HERE = pathlib.Path(__file__).parent
CODE = re.compile(r"[A-Za-z0-9._-]{1,64}")
PERIODS = {"daily", "weekly", "monthly", "quarterly", "half_yearly", "yearly"}
AGGREGATES = {"sum", "mean", "weighted", "none", "last", "max", "min"}
COMMUNES = {"commune", "ward", "special_zone"}
COLUMNS = {
    "domains": "code position name_vi name_en icon description_vi description_en",
    "units": "code kind name_vi name_en short_vi parent valid_from valid_to org_code lat lon area_km2 population",
    "unit_changes": "on_date kind unit into_unit share old_name document",
    "code_lists": "code name_vi name_en",
    "code_items": "list code position name_vi name_en parent",
    "documents": "code number kind issuer issued_on name_vi name_en url status",
    "calendars": "code name_vi name_en rule",
    "holidays": "calendar on_date name_vi name_en",
    "schedules": "code name_vi name_en period offset_days at_time rrule calendar document",
    "systems": "code kind name_vi name_en owner level description_vi description_en",
    "indicators": "code name_vi name_en domain unit_of_measure measure_vi measure_en period schedule scope owner "
    "breakdowns decimals min max aggregate_units weight_indicator aggregate_time direction target jump_z sum_of "
    "document openness definition_vi definition_en source_code tags",
    "check_rules": "code indicator kind severity argument message_vi message_en document",
    "formulas": "indicator valid_from formula document remark",
    "criteria_sets": "code index_code edition name_vi name_en description_vi description_en period valid_from valid_to document status asked points "
    "demonstration",
    "criteria": "criteria_set code parent position name_vi name_en points method formula low high steps effort",
    "criteria_comments": "criteria_set unit opinion comment",
    "targets": "indicator unit year value",
    "inspection_rules": "code name_vi name_en period grace_days target document",
    "ladder_steps": "code name_vi name_en reminders target document",
    "quality_dimensions": "code position name_vi name_en measure weight decay_days fresh_periods on_time_share "
    "description_vi description_en",
}
REQUIRED = {
    "domains": "code position name_vi name_en",
    "units": "code kind name_vi name_en valid_from",
    "unit_changes": "on_date kind unit",
    "code_lists": "code name_vi name_en",
    "code_items": "list code position name_vi name_en",
    "documents": "code kind name_vi status",
    "calendars": "code name_vi name_en rule",
    "holidays": "calendar on_date name_vi name_en",
    "schedules": "code name_vi name_en period offset_days at_time rrule calendar",
    "systems": "code kind name_vi name_en",
    "indicators": "code name_vi name_en domain unit_of_measure measure_vi measure_en period schedule scope owner "
    "decimals aggregate_units aggregate_time direction openness definition_vi definition_en",
    "check_rules": "code kind severity message_vi message_en",
    "formulas": "indicator valid_from formula",
    "criteria_sets": "code index_code edition name_vi name_en description_vi description_en period valid_from status points demonstration",
    "criteria": "criteria_set code position name_vi name_en points method",
    "criteria_comments": "criteria_set unit opinion",
    "targets": "indicator unit year value",
    "inspection_rules": "code name_vi name_en grace_days target",
    "ladder_steps": "code name_vi name_en reminders target",
    "quality_dimensions": "code position name_vi name_en measure weight decay_days fresh_periods on_time_share",
}
CHOICES = {
    ("quality_dimensions", "measure"): {"right", "sufficient", "clean", "live", "on_time", "fresh", "shared", "unmeasured"},
    ("units", "kind"): {"province", "department", "agency", "public_service"} | COMMUNES,
    ("unit_changes", "kind"): {"merge", "split", "rename", "reparent", "create", "dissolve"},
    ("documents", "kind"): {"law", "decree", "decision", "resolution", "circular", "plan", "directive"},
    ("documents", "status"): {"in_force", "expired"},
    ("calendars", "rule"): {"previous_workday", "next_workday", "none"},
    ("schedules", "period"): PERIODS,
    ("systems", "kind"): {"system", "database", "platform"},
    ("indicators", "period"): PERIODS,
    ("indicators", "scope"): {"province", "department", "commune"},
    ("indicators", "aggregate_units"): AGGREGATES,
    ("indicators", "aggregate_time"): AGGREGATES,
    ("indicators", "direction"): {"up", "down", "none"},
    ("indicators", "openness"): {"open", "internal", "restricted"},
    ("check_rules", "kind"): {"range", "jump", "sum_of_parts", "required_breakdown", "not_greater_than", "integer", "remark_if_zero"},
    ("check_rules", "severity"): {"hard", "soft"},
    ("criteria_sets", "period"): PERIODS - {"daily", "weekly"},
    ("criteria_sets", "status"): {"draft", "consulting", "agreed", "promulgated", "replaced"},
    ("criteria", "method"): {"group", "linear", "steps", "ratio", "yes_no"},
    ("criteria_comments", "opinion"): {"agree", "comment", "object"},
    ("inspection_rules", "target"): {"unit", "leader", "head"},
    ("ladder_steps", "target"): {"unit", "leader", "head"},
}
# (kind, column) -> kind referred to; a trailing + marks a list.
REFERENCES = {
    ("units", "parent"): "units",
    ("unit_changes", "unit"): "units",
    ("unit_changes", "into_unit"): "units",
    ("unit_changes", "document"): "documents",
    ("code_items", "list"): "code_lists",
    ("holidays", "calendar"): "calendars",
    ("schedules", "calendar"): "calendars",
    ("schedules", "document"): "documents",
    ("systems", "owner"): "units",
    ("indicators", "domain"): "domains",
    ("indicators", "schedule"): "schedules",
    ("indicators", "owner"): "units",
    ("indicators", "weight_indicator"): "indicators",
    ("indicators", "sum_of"): "indicators+",
    ("indicators", "breakdowns"): "code_lists+",
    ("indicators", "document"): "documents",
    ("check_rules", "indicator"): "indicators",
    ("check_rules", "document"): "documents",
    ("formulas", "indicator"): "indicators",
    ("formulas", "document"): "documents",
    ("criteria_sets", "document"): "documents",
    ("criteria", "criteria_set"): "criteria_sets",
    ("criteria_comments", "criteria_set"): "criteria_sets",
    ("criteria_comments", "unit"): "units",
    ("targets", "indicator"): "indicators",
    ("targets", "unit"): "units",
}
NUMBERS = {
    "units": "lat lon area_km2 population",
    "unit_changes": "share",
    "indicators": "decimals min max target jump_z",
    "criteria_sets": "points",
    "criteria": "position points low high effort",
    "targets": "year value",
}
RRULE = re.compile(r"FREQ=(DAILY|WEEKLY|MONTHLY|YEARLY)(;(BYDAY=[A-Z,]+|BYMONTH=[\d,]+|BYMONTHDAY=-?[\d,]+))*")
FREQUENCY = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY"}


def read():
    """All packs: {"manifests": {...}, "texts": {path: text}, "rows": {kind: [row]}, "story": {...}}."""
    world = {"manifests": {}, "texts": {}, "rows": {kind: [] for kind in COLUMNS}, "headers": [], "files": {}}
    for path in sorted(HERE.glob("*/*")):
        text = path.read_bytes().decode("utf-8")
        name = f"{path.parent.name}/{path.name}"
        world["texts"][name] = text
        if path.name == "pack.json":
            world["manifests"][path.parent.name] = json.loads(text)
        elif path.name == "story.json":
            world["story"] = json.loads(text)
        elif path.suffix == ".csv":
            world["files"].setdefault(path.parent.name, []).append(path.name)
            rows = list(csv.DictReader(text.splitlines(keepends=True), strict=True))
            header = next(csv.reader([text.splitlines()[0]]))
            world["headers"].append((name, path.stem, header))
            for number, row in enumerate(rows, 2):
                world["rows"].setdefault(path.stem, []).append({**row, "@": f"{name}:{number}", "@pack": path.parent.name})
    return world


def codes(world, kind):
    return {row["code"] for row in world["rows"][kind]}


def by_code(world, kind):
    return {row["code"]: row for row in world["rows"][kind]}


def rule_text(world):
    for name, text in world["texts"].items():
        if unicodedata.normalize("NFC", text) != text:
            yield f"{name}: not in NFC"
        if name.endswith(".csv") and not text.endswith("\r\n"):
            yield f"{name}: must end with CRLF (RFC 4180)"


def rule_headers(world):
    for name, kind, header in world["headers"]:
        if kind not in COLUMNS:
            yield f"{name}: unknown kind"
        elif header != COLUMNS[kind].split():
            yield f"{name}: columns are {header}"


def rule_cells(world):
    for kind, rows in world["rows"].items():
        for row in rows:
            for column in REQUIRED[kind].split():
                if not row[column]:
                    yield f"{row['@']}: {column} is empty"
            if "code" in row and kind != "code_items" and not CODE.fullmatch(row["code"]):
                yield f"{row['@']}: {row['code']} is no code"
            for column, value in row.items():
                if value is None or (value != value.strip()):
                    yield f"{row['@']}: {column} is missing or has spaces around it"
            for column in NUMBERS.get(kind, "").split():
                try:
                    Decimal(row[column] or "0")
                except InvalidOperation:
                    yield f"{row['@']}: {column} {row[column]} is no number"
            for column in ("valid_from", "valid_to", "on_date", "issued_on"):
                try:
                    datetime.date.fromisoformat(row.get(column) or "2000-01-01")
                except ValueError:
                    yield f"{row['@']}: {column} {row[column]} is no date"


def rule_choices(world):
    for (kind, column), allowed in CHOICES.items():
        for row in world["rows"][kind]:
            if row[column] not in allowed:
                yield f"{row['@']}: {column} {row[column]} is not one of {sorted(allowed)}"


def rule_unique(world):
    for kind, rows in world["rows"].items():
        seen = set()
        for row in rows:
            key = {
                "code_items": lambda r: (r["list"], r["code"]),
                "holidays": lambda r: (r["calendar"], r["on_date"]),
                "criteria": lambda r: (r["criteria_set"], r["code"]),
                "criteria_comments": lambda r: (r["criteria_set"], r["unit"]),
                "formulas": lambda r: (r["indicator"], r["valid_from"]),
                "targets": lambda r: (r["indicator"], r["unit"], r["year"]),
                "quality_dimensions": lambda r: (r["@"].split(":")[0], r["code"]),  # a pack may put others in their place
                "unit_changes": lambda r: (r["on_date"], r["kind"], r["unit"], r["into_unit"]),
            }.get(kind, lambda r: r["code"])(row)
            if key in seen:
                yield f"{row['@']}: {key} twice"
            seen.add(key)


def rule_references(world):
    for (kind, column), target in REFERENCES.items():
        known = codes(world, target.rstrip("+"))
        for row in world["rows"][kind]:
            for code in row[column].split(";") if target.endswith("+") else [row[column]]:
                if code and code.rstrip("*") not in known:
                    yield f"{row['@']}: {column} {code} is not in {target}"
    names = by_code(world, "indicators")
    for row in world["rows"]["check_rules"]:
        if (row["kind"] == "not_greater_than") != bool(row["argument"]) or (row["argument"] or row["indicator"] or "D01.01") not in names:
            yield f"{row['@']}: argument must be an indicator for not_greater_than and empty otherwise"


def rule_counts(world):
    rows = world["rows"]
    if len(rows["domains"]) != 22:
        yield f"{len(rows['domains'])} domains, not 22"
    if len(rows["indicators"]) < 300:
        yield f"{len(rows['indicators'])} indicators, fewer than 300"
    today = [u for u in rows["units"] if u["kind"] in COMMUNES and not u["valid_to"]]
    if len(today) != 65:
        yield f"{len(today)} communal units, not 65"
    if sum(Decimal(u["population"]) for u in today) != Decimal(by_code(world, "units")["56"]["population"]):
        yield "populations of the communal units do not add up to the province's"
    bodies = [u for u in rows["units"] if u["kind"] in {"department", "agency", "public_service"}]
    if len(bodies) < 38:
        yield f"{len(bodies)} departments, agencies and public-service units, fewer than 38"
    used = {i["domain"] for i in rows["indicators"]}
    for domain in codes(world, "domains") - used:
        yield f"domain {domain} has no indicator"
    owed = sum(i["scope"] == "commune" for i in rows["indicators"])
    if not 30 <= owed <= 45:
        yield f"a commune owes {owed} indicators"


def rule_units(world):
    units = by_code(world, "units")
    for unit in units.values():
        if unit["kind"] in COMMUNES and not unit["valid_to"]:
            if not (8 < Decimal(unit["lat"]) < 14 and 108 < Decimal(unit["lon"]) < 116):
                yield f"{unit['@']}: centre is not in Khánh Hòa"
        if unit["valid_to"] and unit["valid_to"] <= unit["valid_from"]:
            yield f"{unit['@']}: ends before it begins"
    shares = {}
    for change in world["rows"]["unit_changes"]:
        if change["kind"] not in {"merge", "split"}:
            continue
        shares[change["unit"]] = shares.get(change["unit"], 0) + Decimal(change["share"])
        if units[change["unit"]]["valid_to"] != change["on_date"]:
            yield f"{change['@']}: {change['unit']} is merged away but does not end on that day"
    for unit in units.values():
        if unit["valid_to"] and shares.get(unit["code"]) != 1:
            yield f"{unit['@']}: shares of what became of it do not add up to 1"


def rule_schedules(world):
    for row in world["rows"]["schedules"]:
        if not RRULE.fullmatch(row["rrule"]):
            yield f"{row['@']}: {row['rrule']} is no rule we know"
        if row["rrule"].split(";")[0] != "FREQ=" + FREQUENCY.get(row["period"], "YEARLY"):
            yield f"{row['@']}: {row['rrule']} does not repeat {row['period']}"
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", row["at_time"]):
            yield f"{row['@']}: {row['at_time']} is no time of day"
        if not re.fullmatch(r"-?\d{1,3}", row["offset_days"]):
            yield f"{row['@']}: offset_days {row['offset_days']} is no number of days"


def rule_indicators(world):
    indicators, schedules = by_code(world, "indicators"), by_code(world, "schedules")
    for row in indicators.values():
        if row["schedule"] in schedules and schedules[row["schedule"]]["period"] != row["period"]:
            yield f"{row['@']}: {row['period']} on schedule {row['schedule']}"
        if row["min"] and row["max"] and Decimal(row["min"]) >= Decimal(row["max"]):
            yield f"{row['@']}: min is not below max"
        if row["target"] and row["max"] and row["aggregate_time"] != "sum" and Decimal(row["target"]) > Decimal(row["max"]):
            yield f"{row['@']}: target is above max"
        if (row["aggregate_units"] == "weighted") != bool(row["weight_indicator"]):
            yield f"{row['@']}: weighted mean and weight do not go together"
        for part in filter(None, row["sum_of"].split(";")):
            other = indicators.get(part)
            same = ("period", "scope", "unit_of_measure") + ("owner",) * (row["scope"] != "commune")
            if other and any(other[column] != row[column] for column in same):
                yield f"{row['@']}: part {part} differs in one of {', '.join(same)}: nobody could check the sum"
        for column in ("definition_vi", "definition_en"):
            if len(row[column]) < 25 or not row[column].endswith("."):
                yield f"{row['@']}: {column} says too little"
        if row["name_vi"] == row["name_en"]:
            yield f"{row['@']}: name is not translated"


def rule_formulas(world):
    names = by_code(world, "indicators")
    for row in world["rows"]["formulas"]:
        terms = re.findall(r"\[([^\]]*)\]", row["formula"])
        for code in terms:
            if code not in names:
                yield f"{row['@']}: [{code}] is no indicator"
        if not terms or row["indicator"] in terms:
            yield f"{row['@']}: the formula of {row['indicator']} names no indicator or itself"


def rule_criteria(world):
    names, sets = by_code(world, "indicators"), by_code(world, "criteria_sets")
    sums = dict.fromkeys(sets, Decimal(0))
    known = {(row["criteria_set"], row["code"]) for row in world["rows"]["criteria"]}
    for row in world["rows"]["criteria"]:
        if row["parent"] and (row["criteria_set"], row["parent"]) not in known:
            yield f"{row['@']}: parent {row['parent']} is not in the set"
        if row["method"] != "group" and row["criteria_set"] in sums:
            sums[row["criteria_set"]] += Decimal(row["points"])
            if not row["formula"] or any(code not in names for code in re.findall(r"\[([^\]]*)\]", row["formula"])):
                yield f"{row['@']}: {row['code']} reads what is no indicator"
    for code, total in sums.items():
        if total != Decimal(sets[code]["points"]):
            yield f"criteria: {code} adds up to {total} points"


def rule_install_order(world):
    manifests = world["manifests"]
    here = {}
    for row_kind, rows in world["rows"].items():
        for row in rows:
            if "code" in row:
                here[(row_kind, row["code"])] = row["@pack"]

    def above(code, seen):
        for need in manifests[code]["requires"]:
            if need not in manifests:
                yield f"{code}: requires {need}, which is not here"
            elif need not in seen:
                seen.add(need)
                yield from above(need, seen)

    for folder, manifest in manifests.items():
        if manifest["code"] != folder:
            yield f"{folder}/pack.json: code is {manifest['code']}"
        if sorted(manifest["contents"]) != sorted(world["files"].get(folder, [])):
            yield f"{folder}/pack.json: contents are not its files"
        seen = {folder}
        yield from above(folder, seen)
        for (kind, column), target in REFERENCES.items():
            for row in world["rows"][kind]:
                if row["@pack"] != folder or (kind, column) == ("indicators", "owner"):
                    continue
                for code in row[column].rstrip("*").split(";"):
                    where = here.get((target.rstrip("+"), code.rstrip("*")))
                    if where and where not in seen:
                        yield f"{row['@']}: {column} {code} is in {where}, which {folder} does not require"


def rule_story(world):
    story, indicators = world["story"], by_code(world, "indicators")
    never, told = set(story["never_filled"]), {}
    for figure in story["figures"]:
        told[figure["indicator"]] = figure
    for code in set(indicators) - never - set(told):
        yield f"story: {code} is filled but has no story"
    for code in (set(told) | never) - set(indicators):
        yield f"story: {code} is no indicator"
    for code in never & set(told):
        yield f"story: {code} is never filled and has a story"
    for code, figure in told.items():
        row = indicators.get(code)
        if not row:
            continue
        if len(figure["season"]) != 12 or min(figure["season"]) <= 0:
            yield f"story: {code}: season is not twelve positive factors"
        if figure["kind"] not in {"count", "ratio", "amount", "level"} or figure["scale_by"] not in {"population", "area", "none"}:
            yield f"story: {code}: kind or scale_by"
        if row["sum_of"].split(";") != figure.get("sum_of", [""]):
            yield f"story: {code}: sum_of differs from the indicator's"
        for other in figure.get("ratio_of", []) + list(filter(None, [figure.get("part_of")])):
            if other not in told or indicators[other]["period"] != row["period"]:
                yield f"story: {code}: {other} has no story or another period"
        low, high = Decimal(row["min"] or "-1e18"), Decimal(row["max"] or "1e18")
        if not low <= Decimal(str(figure["base"])) <= high:
            yield f"story: {code}: base {figure['base']} is outside the indicator's range"
        split = figure.get("split", {})
        required = {b.rstrip("*") for b in row["breakdowns"].split(";") if b.endswith("*")}
        if required != set(split) or any(abs(sum(p.values()) - 1) > 1e-9 for p in split.values()):
            yield f"story: {code}: required breakdowns are not split into parts of 1"
    units = codes(world, "units")
    for entry in story["late"]["units"] + story["silent"] + story["flaws"]["units"]:
        if entry["unit"] not in units:
            yield f"story: {entry['unit']} is no unit"
    tagged = {t for code in never if code in indicators for t in indicators[code]["tags"].split(";")}
    for tag in {"pctt", "pcdb", "urban1", "tw-city"} - tagged:
        yield f"story: nothing tagged {tag} is left unfilled"


RULES = [rule for name, rule in list(globals().items()) if name.startswith("rule_")]


def plant(world, rule):
    """A copy with one fault that this rule, and perhaps others, must find."""
    bad = copy.deepcopy(world)
    rows, story = bad["rows"], bad["story"]
    first = rows["indicators"][0]
    {
        "rule_text": lambda: bad["texts"].update({"base/domains.csv": unicodedata.normalize("NFD", bad["texts"]["base/domains.csv"])}),
        "rule_headers": lambda: bad["headers"].append(("x/units.csv", "units", ["code"])),
        "rule_cells": lambda: first.update(name_en=""),
        "rule_choices": lambda: first.update(period="hourly"),
        "rule_unique": lambda: rows["indicators"].append(first),
        "rule_references": lambda: first.update(owner="NOBODY"),
        "rule_counts": lambda: rows["domains"].pop(),
        "rule_units": lambda: rows["unit_changes"][0].update(share="0.5"),
        "rule_schedules": lambda: rows["schedules"][0].update(rrule="FREQ=SOMETIMES"),
        "rule_indicators": lambda: first.update(definition_en="Land."),
        "rule_criteria": lambda: rows["criteria"].pop(),
        "rule_formulas": lambda: rows["formulas"][0].update(formula="[NOTHING]"),
        "rule_install_order": lambda: bad["manifests"]["index-766"].update(requires=["nothing"]),
        "rule_story": lambda: story["figures"].pop(),
    }[rule.__name__]()
    return bad


def main():
    world = read()
    wrong = [problem for rule in RULES for problem in rule(world)]
    wrong += [f"{rule.__name__} does not find its planted fault" for rule in RULES if not list(rule(plant(world, rule)))]
    for problem in wrong:
        print(problem)
    rows = world["rows"]
    print(f"packs: {len(world['manifests'])} packs, {len(rows['indicators'])} indicators, {len(rows['units'])} units, "
          f"{len(RULES)} rules each shown able to fail, {len(wrong)} problems")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
