CREATE TABLE duty (
	unit BIGINT NOT NULL, kind TEXT NOT NULL, subject BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL,
	id BIGINT NOT NULL, due BIGINT NOT NULL, until BIGINT NOT NULL,
	met BIGINT NOT NULL, met_by BIGINT NOT NULL, met_server BIGINT NOT NULL, met_seq BIGINT NOT NULL,
	excused BIGINT NOT NULL, excused_by BIGINT NOT NULL, excuse TEXT, excuse_document BIGINT NOT NULL,
	PRIMARY KEY (unit, kind, subject, period_kind, period), CHECK (until >= due)
);
CREATE INDEX duty_id ON duty (id);
CREATE INDEX duty_unit ON duty (unit, until, id);
CREATE INDEX duty_until ON duty (until, id, unit, kind, met, excused);
CREATE INDEX duty_open ON duty (unit, until) WHERE met = 0 AND excused = 0;
CREATE INDEX duty_open_until ON duty (until, id) WHERE met = 0 AND excused = 0;
CREATE INDEX duty_moved ON duty (unit, until) WHERE until <> due;

CREATE TABLE duty_plan (
	indicator BIGINT PRIMARY KEY, begun BIGINT NOT NULL, planned BIGINT NOT NULL
);

CREATE TABLE duty_planned (id BIGINT PRIMARY KEY, edition BIGINT NOT NULL, at BIGINT NOT NULL);

CREATE TABLE outage (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	begins BIGINT NOT NULL, ends BIGINT NOT NULL, automatic BIGINT NOT NULL, reason TEXT NOT NULL
);

CREATE TABLE alive (server BIGINT PRIMARY KEY, at BIGINT NOT NULL);

CREATE TABLE setting (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, value TEXT NOT NULL, note TEXT
);
CREATE UNIQUE INDEX setting_code ON setting (code) WHERE removed = 0;
