"""What an office would write: reads each commune's workbook and stores its figures, one transaction a file.
usage: office.py SOCKET_DIR FILES MONTH FIRST UNITS STEP"""
import sys

import openpyxl
import psycopg2
from psycopg2.extras import execute_values

socket, place, month, first, units, step = sys.argv[1:]
db = psycopg2.connect(host=socket, user="bench", dbname="postgres")
for n in range(int(first), int(units), int(step)):
    sheet = openpyxl.load_workbook(f"{place}/{month}-{n:04}.xlsx", read_only=True).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    unit, keys = rows[0][1], rows[1]
    indicator, period, value = (keys.index(k) for k in ("indicator", "period", "value"))
    figures = [(unit, row[indicator], row[period], row[value]) for row in rows[2:]
               if row[indicator] and row[period] == month and isinstance(row[value], (int, float)) and 0 <= row[value] <= 1000000]
    with db, db.cursor() as cursor:
        execute_values(cursor, "INSERT INTO figure (unit, indicator, period, value) VALUES %s", figures, page_size=1000)
db.close()
