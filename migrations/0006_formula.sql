CREATE TABLE formula (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	indicator BIGINT NOT NULL, valid_from BIGINT NOT NULL, formula TEXT NOT NULL, document BIGINT, remark TEXT, fold TEXT NOT NULL
);
CREATE UNIQUE INDEX formula_from ON formula (indicator, valid_from) WHERE removed = 0;

CREATE TABLE figure_input (
	unit BIGINT NOT NULL, figure BIGINT NOT NULL, input BIGINT NOT NULL,
	PRIMARY KEY (unit, figure, input)
);

CREATE TABLE derive_cursor (id BIGINT PRIMARY KEY, cursor TEXT NOT NULL);
INSERT INTO derive_cursor (id, cursor) VALUES (1, '');
