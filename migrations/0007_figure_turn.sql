ALTER TABLE figure ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
CREATE INDEX figure_turned ON figure (turn);
