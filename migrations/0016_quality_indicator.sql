CREATE INDEX quality_fact_indicator ON quality_fact (indicator, period_kind);
