CREATE TABLE indicator_source (
	indicator BIGINT NOT NULL, source BIGINT NOT NULL, others BIGINT NOT NULL,
	PRIMARY KEY (indicator, source, others)
);
INSERT INTO indicator_source (indicator, source, others)
SELECT DISTINCT f.indicator, g.indicator, CASE WHEN f.unit = g.unit THEN 0 ELSE 1 END
FROM figure_input i JOIN figure f ON f.id = i.figure JOIN figure g ON g.id = i.input;
