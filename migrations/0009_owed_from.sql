ALTER TABLE indicator ADD COLUMN owed_from BIGINT;
