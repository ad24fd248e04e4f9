CREATE TABLE document (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, number TEXT, kind TEXT NOT NULL, issuer TEXT, issued_on BIGINT,
	name_vi TEXT NOT NULL, name_en TEXT, url TEXT, status TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX document_code ON document (code) WHERE removed = 0;

CREATE TABLE domain (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, position BIGINT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, icon TEXT,
	description_vi TEXT, description_en TEXT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX domain_code ON domain (code) WHERE removed = 0;

CREATE TABLE unit (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, kind TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, short_vi TEXT,
	parent BIGINT, valid_from BIGINT NOT NULL, valid_to BIGINT, org_code TEXT,
	lat TEXT, lon TEXT, area_km2 TEXT, population BIGINT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX unit_code ON unit (code) WHERE removed = 0;

CREATE TABLE unit_change (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	on_date BIGINT NOT NULL, kind TEXT NOT NULL, unit BIGINT NOT NULL, into_unit BIGINT, share TEXT,
	old_name TEXT, old_parent BIGINT, document BIGINT
);
CREATE UNIQUE INDEX unit_change_unit ON unit_change (unit, on_date, kind) WHERE removed = 0;

CREATE TABLE calendar (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, rule TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX calendar_code ON calendar (code) WHERE removed = 0;

CREATE TABLE holiday (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	calendar BIGINT NOT NULL, on_date BIGINT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX holiday_date ON holiday (calendar, on_date) WHERE removed = 0;

CREATE TABLE schedule (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, period TEXT NOT NULL,
	offset_days BIGINT NOT NULL, at_time TEXT NOT NULL, rrule TEXT, calendar BIGINT, document BIGINT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX schedule_code ON schedule (code) WHERE removed = 0;

CREATE TABLE code_list (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX code_list_code ON code_list (code) WHERE removed = 0;

CREATE TABLE code_item (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	list BIGINT NOT NULL, code TEXT NOT NULL, position BIGINT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	parent TEXT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX code_item_code ON code_item (list, code) WHERE removed = 0;

CREATE TABLE system (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, kind TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, owner BIGINT, level BIGINT,
	description_vi TEXT, description_en TEXT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX system_code ON system (code) WHERE removed = 0;

CREATE TABLE indicator (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL, domain BIGINT NOT NULL,
	unit_of_measure TEXT NOT NULL, measure_vi TEXT NOT NULL, measure_en TEXT NOT NULL,
	period TEXT NOT NULL, schedule BIGINT NOT NULL, scope TEXT NOT NULL, owner BIGINT, breakdowns TEXT,
	decimals BIGINT NOT NULL, min TEXT, max TEXT, aggregate_units TEXT NOT NULL, weight_indicator TEXT,
	aggregate_time TEXT NOT NULL, direction TEXT NOT NULL, target TEXT, jump_z TEXT, sum_of TEXT,
	document BIGINT, openness TEXT NOT NULL, definition_vi TEXT, definition_en TEXT, source_code TEXT, tags TEXT,
	fold TEXT NOT NULL
);
CREATE UNIQUE INDEX indicator_code ON indicator (code) WHERE removed = 0;

CREATE TABLE check_rule (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, indicator BIGINT, kind TEXT NOT NULL, severity TEXT NOT NULL, argument TEXT,
	message_vi TEXT, message_en TEXT, document BIGINT
);
CREATE UNIQUE INDEX check_rule_code ON check_rule (code) WHERE removed = 0;

CREATE TABLE target (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	indicator BIGINT NOT NULL, unit BIGINT NOT NULL, year BIGINT NOT NULL, value TEXT NOT NULL
);
CREATE UNIQUE INDEX target_year ON target (indicator, unit, year) WHERE removed = 0;

CREATE TABLE pack (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, edition TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	demonstration BIGINT NOT NULL, sha256 TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX pack_code ON pack (code) WHERE removed = 0;

CREATE TABLE figure (
	unit BIGINT NOT NULL, indicator BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL,
	breakdown TEXT NOT NULL, revision BIGINT NOT NULL,
	id BIGINT NOT NULL, mantissa BIGINT, scale BIGINT NOT NULL, current BIGINT NOT NULL,
	status TEXT NOT NULL, flags BIGINT NOT NULL, remark TEXT, reason TEXT,
	delivery BIGINT NOT NULL, sheet TEXT, row_no BIGINT NOT NULL, column_no BIGINT NOT NULL,
	actor BIGINT NOT NULL, received BIGINT NOT NULL, first_received BIGINT NOT NULL, decided_by BIGINT, decided BIGINT, decision_remark TEXT,
	PRIMARY KEY (unit, indicator, period_kind, period, breakdown, revision)
);
CREATE INDEX figure_current ON figure (indicator, period_kind, period, unit) WHERE current = 1;
CREATE INDEX figure_id ON figure (id);
CREATE INDEX figure_delivery ON figure (delivery);
CREATE INDEX figure_waiting ON figure (unit, id) WHERE status = 'submitted' AND current = 1;

CREATE TABLE registry_edition (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO registry_edition (id, n) VALUES (1, 1);
