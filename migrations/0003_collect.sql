CREATE TABLE delivery (
	unit BIGINT NOT NULL, id BIGINT NOT NULL,
	status TEXT NOT NULL CHECK (status IN ('waiting', 'done')),
	source TEXT NOT NULL CHECK (source IN ('form', 'file', 'api')),
	filename TEXT, media_type TEXT, bytes BIGINT NOT NULL, content_hash TEXT NOT NULL, note TEXT,
	actor BIGINT NOT NULL, received BIGINT NOT NULL,
	accepted BIGINT NOT NULL, same BIGINT NOT NULL, doubtful BIGINT NOT NULL, refused BIGINT NOT NULL,
	server BIGINT NOT NULL, seq BIGINT NOT NULL, entry_hash TEXT NOT NULL, mapping TEXT, flags BIGINT NOT NULL,
	PRIMARY KEY (unit, id)
);
CREATE INDEX delivery_id ON delivery (id);

CREATE TABLE delivery_file (
	unit BIGINT NOT NULL, delivery BIGINT NOT NULL, content BYTEA NOT NULL,
	PRIMARY KEY (unit, delivery)
);

CREATE TABLE delivery_cell (
	unit BIGINT NOT NULL, delivery BIGINT NOT NULL, n BIGINT NOT NULL,
	sheet TEXT, row_no BIGINT NOT NULL, column_no BIGINT NOT NULL, state TEXT NOT NULL,
	indicator TEXT, of_unit TEXT, period TEXT, breakdown TEXT, value TEXT, remark TEXT, findings TEXT NOT NULL,
	PRIMARY KEY (unit, delivery, n)
);

CREATE TABLE draft (
	unit BIGINT NOT NULL, indicator BIGINT NOT NULL, period_kind BIGINT NOT NULL, period BIGINT NOT NULL,
	breakdown TEXT NOT NULL, value TEXT NOT NULL, remark TEXT, actor BIGINT NOT NULL, changed BIGINT NOT NULL,
	PRIMARY KEY (unit, indicator, period_kind, period, breakdown)
);

CREATE TABLE mapping (
	unit BIGINT NOT NULL, fingerprint TEXT NOT NULL, id BIGINT NOT NULL, name TEXT NOT NULL,
	content TEXT NOT NULL, actor BIGINT NOT NULL, changed BIGINT NOT NULL, used BIGINT NOT NULL,
	PRIMARY KEY (unit, fingerprint)
);
