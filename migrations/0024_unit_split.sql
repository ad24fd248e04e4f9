DROP INDEX unit_change_unit;
CREATE UNIQUE INDEX unit_change_unit ON unit_change (unit, on_date, kind, COALESCE(into_unit, 0)) WHERE removed = 0;
