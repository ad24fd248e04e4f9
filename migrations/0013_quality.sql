CREATE TABLE quality_dimension (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, position BIGINT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	measure TEXT NOT NULL, weight BIGINT NOT NULL, decay_days BIGINT NOT NULL, fresh_periods BIGINT NOT NULL, on_time_share BIGINT NOT NULL,
	description_vi TEXT, description_en TEXT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX quality_dimension_code ON quality_dimension (code) WHERE removed = 0;

CREATE TABLE quality_fact (
	unit BIGINT NOT NULL, indicator BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL, day BIGINT NOT NULL,
	until BIGINT NOT NULL, excused BIGINT NOT NULL, met BIGINT NOT NULL,
	owed BIGINT NOT NULL, filled BIGINT NOT NULL, standing BIGINT NOT NULL, approved BIGINT NOT NULL,
	checks BIGINT NOT NULL, explained BIGINT NOT NULL, decided BIGINT NOT NULL, returned BIGINT NOT NULL, corrected BIGINT NOT NULL,
	received BIGINT NOT NULL, unclean BIGINT NOT NULL, gap BIGINT NOT NULL,
	PRIMARY KEY (unit, indicator, period_kind, period)
);
CREATE INDEX quality_fact_day ON quality_fact (day, unit);

CREATE TABLE quality_cell (
	unit BIGINT NOT NULL, indicator BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL,
	delivery BIGINT NOT NULL, n BIGINT NOT NULL, fault TEXT NOT NULL,
	PRIMARY KEY (unit, indicator, period_kind, period, delivery, n)
);

CREATE TABLE quality_reader (id BIGINT PRIMARY KEY, cursor TEXT NOT NULL, recount BIGINT NOT NULL, counted BIGINT NOT NULL);
INSERT INTO quality_reader (id, cursor, recount, counted) VALUES (1, '', 1, 0);
