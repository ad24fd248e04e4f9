"""A small province for whole-binary tests: few units and indicators, each for one rule; and what tests keep doing."""
import datetime
import io
import json
import os
import subprocess
import sys
import time
import uuid
import zipfile
from xml.etree import ElementTree

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import BINARY as BINARY_PLACE, Answer, Server, check, finish, free_port, skip, until  # noqa: E402,F401

# code, kind, name, parent, from, until
UNITS = [("KH", "province", "Tỉnh Khánh Hòa", "", "1989-07-01", ""), ("SYT", "department", "Sở Y tế", "KH", "1990-01-01", ""),
         ("SYT-CC", "agency", "Chi cục Dân số", "SYT", "1990-01-01", ""), ("SGD", "department", "Sở Giáo dục", "KH", "1990-01-01", ""),
         ("X1", "commune", "Xã Diên Khánh", "KH", "1990-01-01", ""), ("X2", "commune", "Xã Cam Lâm", "KH", "1990-01-01", ""),
         ("P1", "ward", "Phường Nha Trang", "KH", "1990-01-01", ""), ("DK1", "special_zone", "Đặc khu Trường Sa", "KH", "2025-07-01", ""),
         ("OLD", "commune", "Xã Cũ", "KH", "1990-01-01", "2025-07-01")]
COMMUNES = ("X1", "X2", "P1", "DK1")
# what may differ between indicators; the rest is alike
INDICATORS = [
    dict(code="POP", name_vi="Dân số trung bình", name_en="Population", max="2000000"),
    dict(code="AREA", name_vi="Diện tích", name_en="Area", decimals="2"),
    dict(code="RATE", name_vi="Tỷ lệ hộ nghèo", name_en="Poverty rate", decimals="2", max="100", aggregate_units="weighted", weight_indicator="POP"),
    dict(code="MEAN", name_vi="Chỉ số hài lòng", name_en="Satisfaction", decimals="1", aggregate_units="mean"),
    dict(code="TOP", name_vi="Mực nước cao nhất", name_en="Highest water", aggregate_units="max"),
    dict(code="LOW", name_vi="Mực nước thấp nhất", name_en="Lowest water", aggregate_units="min"),
    dict(code="ALONE", name_vi="Không tổng hợp", name_en="Not aggregated", aggregate_units="none"),
    dict(code="BIRTHS", name_vi="Số trẻ sinh", name_en="Births", breakdowns="sex*"),
    dict(code="PARTA", name_vi="Hồ sơ trực tuyến", name_en="Online files"), dict(code="PARTB", name_vi="Hồ sơ trực tiếp", name_en="Paper files"),
    dict(code="WHOLE", name_vi="Tổng hồ sơ", name_en="Files", sum_of="PARTA;PARTB"),
    dict(code="SOLVED", name_vi="Hồ sơ đã giải quyết", name_en="Files settled"),
    dict(code="TEMP", name_vi="Nhiệt độ", name_en="Temperature", min="-10", decimals="1", aggregate_units="mean"),
    dict(code="LATER", name_vi="Chưa đến hạn", name_en="Not due yet", schedule="FAR"),
    dict(code="QUART", name_vi="Thu ngân sách quý", name_en="Quarterly revenue", period="quarterly", schedule="MQ"),
    dict(code="OPENI", name_vi="Chỉ tiêu công khai", name_en="Open one", openness="open"),
    dict(code="NEVER", name_vi="Chưa từng nộp", name_en="Never filled", scope="department", owner="SGD"),
    dict(code="M-KH", name_vi="Của tỉnh", name_en="Of the province", scope="province", owner="KH"),
    dict(code="M-SYT", name_vi="Của sở y tế", name_en="Of health", scope="department", owner="SYT"),
    dict(code="M-CC", name_vi="Của chi cục", name_en="Of the agency", scope="department", owner="SYT-CC"),
    dict(code="M-SGD", name_vi="Của sở giáo dục", name_en="Of education", scope="department", owner="SGD")]
ALIKE = dict(domain="D01", unit_of_measure="n", measure_vi="số", measure_en="count", period="monthly", schedule="M10", scope="commune", owner="",
             breakdowns="", decimals="0", min="0", max="", aggregate_units="sum", weight_indicator="", aggregate_time="last", direction="none",
             jump_z="6", sum_of="", openness="internal", owed_from="2024-01-01")
SCHEDULES = [("M10", "monthly", "10"), ("FAR", "monthly", "366"), ("MQ", "quarterly", "20")]
PASSWORD = "một mật khẩu đủ dài 1"


def csv_text(rows):
    quote = lambda v: '"' + v.replace('"', '""') + '"' if any(c in v for c in ',"\n') else v  # noqa: E731
    return "".join(",".join(quote(str(cell)) for cell in row) + "\n" for row in rows)


def month(back=1):
    """The month so many months before this one, in Vietnam."""
    now = datetime.datetime.utcnow() + datetime.timedelta(hours=7)
    index = now.year * 12 + now.month - 1 - back
    return f"{index // 12}-{index % 12 + 1:02}"


def overdue():
    """The latest month of which everything was due, whatever day it is today (schedule M10 and days off)."""
    return month(1 if (datetime.datetime.utcnow() + datetime.timedelta(hours=7)).day > 14 else 2)


def figure(indicator, unit, value, period=None, **more):
    return dict(indicator=indicator, unit=unit, period=period or month(), value=value, **more)


def pdf_text(data):
    """What stands in a PDF, its lines and spaces made one."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(done.stdout.decode().split())


def xlsx_sheets(data):
    """Every sheet as {name: {"A1": text}}, read with nothing but zip and XML."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(data)) as z:
        names = z.namelist()
        strings = []
        if "xl/sharedStrings.xml" in names:
            for item in ElementTree.fromstring(z.read("xl/sharedStrings.xml")):
                strings.append("".join(t.text or "" for t in item.iter(space + "t")))
        titles = [s.get("name") for s in ElementTree.fromstring(z.read("xl/workbook.xml")).iter(space + "sheet")]
        sheets = {}
        for n, title in enumerate(titles, 1):
            cells = {}
            for c in ElementTree.fromstring(z.read(f"xl/worksheets/sheet{n}.xml")).iter(space + "c"):
                value = c.find(space + "v")
                text = "".join(t.text or "" for t in c.iter(space + "t")) if c.get("t") == "inlineStr" else (value.text if value is not None else "")
                cells[c.get("r")] = strings[int(text)] if c.get("t") == "s" and text else text
            sheets[title] = cells
        return sheets


def xlsx_make(rows, merges=()):
    """A stranger's workbook: numbers as numbers, the rest as inline text."""
    def cell(r, c, v):
        place = f"{chr(65 + c)}{r}"
        if isinstance(v, (int, float)):
            return f'<c r="{place}"><v>{v}</v></c>'
        text = str(v).replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>' if v != "" else ""
    body = "".join(f'<row r="{r}">' + "".join(cell(r, c, v) for c, v in enumerate(row)) + "</row>" for r, row in enumerate(rows, 1))
    joined = f'<mergeCells count="{len(merges)}">' + "".join(f'<mergeCell ref="{m}"/>' for m in merges) + "</mergeCells>" if merges else ""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml."
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
                               f'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
                               f'ContentType="{kind}sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{kind}worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}relationships"><Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Báo cáo" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}relationships"><Relationship Id="rId1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{body}</sheetData>{joined}</worksheet>'}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in parts.items():
            z.writestr(name, head + text)
    return out.getvalue()


class Centre(Server):
    """A server with the small province in it; self.token is the administrator's."""

    def __init__(self):
        super().__init__()
        self.tokens = {}

    def start(self):
        code, output = self.run("init")
        assert code == 0, output
        assert self.serve(), self.log()
        self.token = self.role("administrator")
        self.ok("POST", "/api/v1/packs/base/install")
        self.load("units", [("code", "kind", "name_vi", "name_en", "parent", "valid_from", "valid_to", "population")]
                  + [(c, k, n, n, p, f, t, "1000") for c, k, n, p, f, t in UNITS])
        self.load("schedules", [("code", "name_vi", "name_en", "period", "offset_days", "at_time")]
                  + [(c, c, c, p, o, "17:00") for c, p, o in SCHEDULES])
        names = list(ALIKE) + ["code", "name_vi", "name_en"]
        self.load("indicators", [names] + [[dict(ALIKE, **i).get(n, "") for n in names] for i in INDICATORS])
        self.load("check-rules", [("code", "indicator", "kind", "severity", "argument", "message_vi", "message_en"),
                                  ("R-SOLVED", "SOLVED", "not_greater_than", "hard", "WHOLE", "Không thể giải quyết nhiều hơn tiếp nhận", "More than came")])
        self.planned()
        return self

    def planned(self, seconds=20):
        """Waits until the duties follow the registry as it stands."""
        assert until(lambda: self.ok("GET", "/api/v1/duties?limit=1", token=self.role("administrator")).json["followed"], seconds), self.log()

    def counted(self, seconds=60):
        """Waits until quality has counted everything that happened."""
        assert until(lambda: self.ok("GET", "/api/v1/scores", token=self.role("operator")).json["followed"], seconds), self.log()

    def load(self, kind, rows):
        return self.ok("POST", f"/api/v1/{kind}/import", csv_text(rows), {"Content-Type": "text/csv"}).json

    def ok(self, method, path, body=None, headers=None, token=None):
        answer = self.call(method, path, body, headers, token)
        assert answer.status < 300, f"{method} {path}: {answer}"
        return answer

    def role(self, role, unit=None, verbs=None):
        """A token of that role over that unit, made once."""
        key = (role, unit, verbs)
        if key not in self.tokens:
            more = (["--unit", unit] if unit else []) + (["--verbs", verbs] if verbs else [])
            code, output = self.run("token", "create", "--role", role, *more)
            assert code == 0, output
            self.tokens[key] = output.strip().split()[-1]
        return self.tokens[key]

    def account(self, login, *roles):
        """An account with a password, and a session's token."""
        code, output = self.run("user", "add", login, "--role", ",".join(roles))
        assert code == 0, output
        password = output.strip().split("\n")[-1]
        return password, self.ok("POST", "/api/v1/sessions", {"login": login, "password": password}, token="").json["token"]

    def deliver(self, *figures, token=None, query="", **more):
        return self.call("POST", "/api/v1/deliveries" + query, dict(figures=list(figures), **more), token=token or self.sender())

    def sender(self):
        return self.role("operator")

    def upload(self, name, data, token=None, path="/api/v1/deliveries", **fields):
        mark = uuid.uuid4().hex
        body = b""
        for key, value in fields.items():
            body += f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        body += f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode()
        body += data + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", path, body, {"Content-Type": "multipart/form-data; boundary=" + mark}, token or self.sender())

    def pages(self, path, token=None, field="items"):
        """Every item of a list, page after page."""
        found, cursor = [], ""
        mark = "&" if "?" in path else "?"
        while cursor is not None:
            answer = self.ok("GET", path + (mark + "cursor=" + cursor if cursor else ""), token=token).json
            found += answer[field]
            cursor = answer["next"]
        return found

    def figures(self, query, token=None):
        return self.pages("/api/v1/figures?" + query, token)


def problem(answer, status, text=""):
    return answer.status == status and answer.headers.get("content-type", "").startswith("application/problem+json") and text in answer.body.decode()


def finding(answer, row=0):
    """Names of the checks that a row of a delivery did not pass."""
    rows = answer.json["rows"]
    return {p["check"] for p in rows[row]["problems"]} if len(rows) > row else set()


def counts(answer):
    got = answer.json
    return tuple(got[k] for k in ("accepted", "same", "doubtful", "refused"))
