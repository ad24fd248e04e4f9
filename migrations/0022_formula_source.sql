-- What an indicator was ever computed from: its figures keep what they were made of when the formula is gone.
CREATE TABLE formula_source (
	indicator BIGINT NOT NULL, source BIGINT NOT NULL, PRIMARY KEY (indicator, source)
);
INSERT INTO formula_source (indicator, source)
	SELECT DISTINCT made.indicator, used.indicator FROM figure_input i JOIN figure made ON made.unit = i.unit AND made.id = i.figure
	JOIN figure used ON used.id = i.input;
