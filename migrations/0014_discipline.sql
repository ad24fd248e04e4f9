CREATE TABLE inspection_rule (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, period TEXT, grace_days BIGINT NOT NULL, target TEXT NOT NULL,
	document BIGINT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX inspection_rule_code ON inspection_rule (code) WHERE removed = 0;

CREATE TABLE ladder_step (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, reminders BIGINT NOT NULL, target TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	document BIGINT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX ladder_step_code ON ladder_step (code) WHERE removed = 0;

CREATE TABLE inspection (
	week BIGINT PRIMARY KEY, cutoff BIGINT NOT NULL, actor BIGINT NOT NULL
);

CREATE TABLE reminder (
	unit BIGINT NOT NULL, week BIGINT NOT NULL, rule TEXT NOT NULL, id BIGINT NOT NULL,
	late BIGINT NOT NULL, oldest BIGINT NOT NULL, cutoff BIGINT NOT NULL,
	reviewed BIGINT NOT NULL, reviewed_by BIGINT NOT NULL, chosen BIGINT NOT NULL, remark TEXT,
	year BIGINT NOT NULL, number BIGINT NOT NULL, issued BIGINT NOT NULL, issued_by BIGINT NOT NULL,
	server BIGINT NOT NULL, seq BIGINT NOT NULL,
	acknowledged BIGINT NOT NULL, acknowledged_by BIGINT NOT NULL,
	appealed BIGINT NOT NULL, appealed_by BIGINT NOT NULL, appeal TEXT,
	decided BIGINT NOT NULL, decided_by BIGINT NOT NULL, upheld BIGINT NOT NULL, decision TEXT,
	withdrawn BIGINT NOT NULL, withdrawn_by BIGINT NOT NULL, withdrawal TEXT,
	PRIMARY KEY (unit, week, rule)
);
CREATE INDEX reminder_id ON reminder (id);
CREATE INDEX reminder_week ON reminder (week, unit);
CREATE INDEX reminder_issued ON reminder (unit, issued) WHERE issued > 0;

CREATE TABLE reminder_duty (
	unit BIGINT NOT NULL, reminder BIGINT NOT NULL, duty BIGINT NOT NULL,
	indicator BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL, until BIGINT NOT NULL,
	excluded TEXT, why TEXT, PRIMARY KEY (unit, reminder, duty)
);
CREATE INDEX reminder_duty_duty ON reminder_duty (unit, duty);

CREATE TABLE reminder_number (year BIGINT PRIMARY KEY, last BIGINT NOT NULL);

CREATE TABLE escalation (
	unit BIGINT NOT NULL, year BIGINT NOT NULL, step TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL,
	decided BIGINT NOT NULL, decided_by BIGINT NOT NULL, PRIMARY KEY (unit, year, step),
	CHECK (decision IN ('act', 'dismiss'))
);

CREATE TABLE violation_month (
	month BIGINT PRIMARY KEY, id BIGINT NOT NULL, at BIGINT NOT NULL, units BIGINT NOT NULL, reminders BIGINT NOT NULL, annex TEXT NOT NULL
);

CREATE TABLE nudge (
	unit BIGINT NOT NULL, duty BIGINT NOT NULL, at BIGINT NOT NULL, permille BIGINT NOT NULL, PRIMARY KEY (unit, duty)
);
