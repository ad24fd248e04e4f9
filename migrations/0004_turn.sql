CREATE TABLE figure_turn (id BIGINT PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO figure_turn (id, n) VALUES (1, 0);
