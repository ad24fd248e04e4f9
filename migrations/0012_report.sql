CREATE TABLE report (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	fold TEXT NOT NULL, code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, unit BIGINT NOT NULL,
	language TEXT NOT NULL, period TEXT NOT NULL, automatic BIGINT NOT NULL, days_after BIGINT NOT NULL, at_time TEXT NOT NULL,
	formats TEXT NOT NULL, to_roles TEXT, to_units TEXT, keep_editions BIGINT NOT NULL, content TEXT NOT NULL, owner BIGINT
);
CREATE UNIQUE INDEX report_code ON report (code) WHERE removed = 0;

-- slot: when it was due, 0 when made by hand: so a slot is made once, however many servers run.
CREATE TABLE report_edition (
	unit BIGINT NOT NULL, id BIGINT NOT NULL, report BIGINT NOT NULL, period TEXT NOT NULL, slot BIGINT NOT NULL,
	made BIGINT NOT NULL, actor BIGINT NOT NULL, owner BIGINT NOT NULL, language TEXT NOT NULL, name TEXT NOT NULL,
	demonstration BIGINT NOT NULL, problem TEXT,
	PRIMARY KEY (unit, id)
);
CREATE UNIQUE INDEX report_edition_slot ON report_edition (unit, report, slot) WHERE slot > 0;
CREATE INDEX report_edition_id ON report_edition (id);

CREATE TABLE report_file (
	unit BIGINT NOT NULL, edition BIGINT NOT NULL, format TEXT NOT NULL, bytes BIGINT NOT NULL, sha256 TEXT NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (unit, edition, format)
);
