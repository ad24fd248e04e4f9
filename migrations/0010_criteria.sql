CREATE TABLE criteria_set (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, index_code TEXT NOT NULL, edition TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	description_vi TEXT, description_en TEXT, period TEXT NOT NULL, valid_from BIGINT NOT NULL, valid_to BIGINT,
	document BIGINT, status TEXT NOT NULL, points TEXT NOT NULL, demonstration BIGINT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX criteria_set_code ON criteria_set (code) WHERE removed = 0;
CREATE UNIQUE INDEX criteria_set_edition ON criteria_set (index_code, edition) WHERE removed = 0;

CREATE TABLE criterion (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	criteria_set BIGINT NOT NULL, code TEXT NOT NULL, parent TEXT, position BIGINT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT NOT NULL,
	points TEXT NOT NULL, method TEXT NOT NULL, formula TEXT, low TEXT, high TEXT, steps TEXT, effort BIGINT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX criterion_code ON criterion (criteria_set, code) WHERE removed = 0;

CREATE TABLE criteria_comment (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	criteria_set BIGINT NOT NULL, unit BIGINT NOT NULL, opinion TEXT NOT NULL, comment TEXT
);
CREATE UNIQUE INDEX criteria_comment_unit ON criteria_comment (criteria_set, unit) WHERE removed = 0;
