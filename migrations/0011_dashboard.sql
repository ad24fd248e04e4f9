CREATE TABLE dashboard (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	code TEXT NOT NULL, name_vi TEXT NOT NULL, name_en TEXT, unit BIGINT, openness TEXT NOT NULL, tiles TEXT NOT NULL, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX dashboard_code ON dashboard (code) WHERE removed = 0;
