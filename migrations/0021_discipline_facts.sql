-- By which rule a duty counts, with how much grace, and whether the reminder stated it when it was issued.
ALTER TABLE reminder_duty ADD COLUMN rule TEXT NOT NULL DEFAULT '';
ALTER TABLE reminder_duty ADD COLUMN grace BIGINT NOT NULL DEFAULT 0;
ALTER TABLE reminder_duty ADD COLUMN stated BIGINT NOT NULL DEFAULT 0;
UPDATE reminder_duty SET stated = 1 WHERE excluded IS NULL AND (unit, reminder) IN (SELECT unit, id FROM reminder WHERE issued > 0);

-- What a reminder said when it was issued.
ALTER TABLE reminder ADD COLUMN notice TEXT;

-- Papers are numbered within a year, each kind by itself.
CREATE TABLE paper_number (kind TEXT NOT NULL, year BIGINT NOT NULL, last BIGINT NOT NULL, PRIMARY KEY (kind, year));
INSERT INTO paper_number SELECT 'reminder', year, last FROM reminder_number;
DROP TABLE reminder_number;
ALTER TABLE violation_month ADD COLUMN year BIGINT NOT NULL DEFAULT 0;
ALTER TABLE violation_month ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
