-- What a delivery cost its sender: seconds of work as the form or the wizard measured them (unknown: NULL), and how many of
-- its figures were pasted rather than typed.
ALTER TABLE delivery ADD COLUMN spent BIGINT CHECK (spent > 0);
ALTER TABLE delivery ADD COLUMN pasted BIGINT NOT NULL DEFAULT 0 CHECK (pasted >= 0);
