CREATE TABLE journal (
	server BIGINT NOT NULL, seq BIGINT NOT NULL, at BIGINT NOT NULL, kind TEXT NOT NULL, actor BIGINT NOT NULL,
	unit BIGINT NOT NULL, subject TEXT NOT NULL, subject_id BIGINT NOT NULL, data TEXT NOT NULL, hash BYTEA NOT NULL,
	PRIMARY KEY (server, seq), CHECK (seq > 0), CHECK (length(hash) = 32)
);
CREATE INDEX journal_subject ON journal (subject, subject_id, at);

CREATE TABLE journal_head (
	server BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash BYTEA NOT NULL, CHECK (seq >= 0), CHECK (length(hash) = 32)
);

CREATE TABLE account (
	id BIGINT PRIMARY KEY, version BIGINT NOT NULL, created BIGINT NOT NULL, changed BIGINT NOT NULL, removed BIGINT NOT NULL,
	login TEXT NOT NULL, name TEXT NOT NULL, email TEXT, phone TEXT, disabled BIGINT NOT NULL, fold TEXT NOT NULL,
	CHECK (disabled IN (0, 1))
);
CREATE UNIQUE INDEX account_login ON account (login) WHERE removed = 0;

CREATE TABLE account_secret (
	account BIGINT PRIMARY KEY, password TEXT NOT NULL, totp BYTEA, totp_wanted BYTEA, totp_step BIGINT NOT NULL,
	failures BIGINT NOT NULL, locked_until BIGINT NOT NULL
);

CREATE TABLE account_role (
	account BIGINT NOT NULL, role TEXT NOT NULL, unit BIGINT NOT NULL, PRIMARY KEY (account, role, unit),
	CHECK (role IN ('administrator', 'operator', 'leader', 'reporting_officer', 'approver', 'analyst', 'auditor', 'public'))
);

CREATE TABLE session (
	id BIGINT PRIMARY KEY, account BIGINT NOT NULL, token BYTEA NOT NULL, previous BYTEA, created BIGINT NOT NULL,
	rotated BIGINT NOT NULL, used BIGINT NOT NULL, expires BIGINT NOT NULL, closed BIGINT NOT NULL, address TEXT NOT NULL,
	CHECK (length(token) = 32)
);
CREATE UNIQUE INDEX session_token ON session (token);
CREATE INDEX session_previous ON session (previous);
CREATE INDEX session_account ON session (account);

CREATE TABLE api_token (
	id BIGINT PRIMARY KEY, account BIGINT NOT NULL, token BYTEA NOT NULL, name TEXT NOT NULL, verbs BIGINT NOT NULL,
	created BIGINT NOT NULL, expires BIGINT NOT NULL, revoked BIGINT NOT NULL, CHECK (length(token) = 32), CHECK (verbs > 0)
);
CREATE UNIQUE INDEX api_token_token ON api_token (token);
CREATE INDEX api_token_account ON api_token (account);

CREATE TABLE idempotency (
	account BIGINT NOT NULL, key TEXT NOT NULL, request BYTEA NOT NULL, status BIGINT NOT NULL, type TEXT NOT NULL,
	body BYTEA NOT NULL, created BIGINT NOT NULL, PRIMARY KEY (account, key), CHECK (length(request) = 32)
);
CREATE INDEX idempotency_created ON idempotency (created);

CREATE TABLE job_run (
	name TEXT PRIMARY KEY, planned BIGINT NOT NULL, started BIGINT NOT NULL, ended BIGINT NOT NULL, good BIGINT NOT NULL,
	result TEXT NOT NULL, server BIGINT NOT NULL
);
