-- What was judged is judged again when a fact of the past changes (core/duty.h).
CREATE TABLE duty_edition (n BIGINT NOT NULL);
INSERT INTO duty_edition (n) VALUES (0);

-- Evidence finds its duties by both.
DROP INDEX duty_id;
CREATE INDEX duty_id ON duty (id, unit);
