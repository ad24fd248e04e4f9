CREATE INDEX figure_undecided ON figure (id) WHERE status = 'submitted' AND current = 1;
