-- People nudge too: once a day for each duty; given_by 0: the centre itself, permille NULL: nobody asked how probable lateness is.
CREATE TABLE nudge_given (
	unit BIGINT NOT NULL, duty BIGINT NOT NULL, day BIGINT NOT NULL, at BIGINT NOT NULL, given_by BIGINT NOT NULL, permille BIGINT,
	PRIMARY KEY (unit, duty, day)
);
INSERT INTO nudge_given SELECT unit, duty, (at + 25200000000) / 86400000000, at, 0, permille FROM nudge;
DROP TABLE nudge;
ALTER TABLE nudge_given RENAME TO nudge;
