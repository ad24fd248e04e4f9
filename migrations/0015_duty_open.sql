DROP INDEX duty_open;
CREATE INDEX duty_open ON duty (unit, until, id) WHERE met = 0 AND excused = 0;
