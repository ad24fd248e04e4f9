-- The history of a series is read for every figure at the door, and many duties are looked at whenever lateness is
-- predicted: both are answered from an index alone.
CREATE INDEX figure_series ON figure (unit, indicator, period_kind, breakdown, period, mantissa, scale) WHERE current = 1;
DROP INDEX duty_until;
CREATE INDEX duty_until ON duty (until, id, unit, kind, met, excused, subject, period_kind, period, due);
