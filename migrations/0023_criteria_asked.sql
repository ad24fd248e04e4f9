-- Who was asked about a set of criteria; agreed is what all of them agree to.
ALTER TABLE criteria_set ADD COLUMN asked TEXT;
