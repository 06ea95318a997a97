-- The rows of the audit log are chained: the MAC of each covers the row and the MAC of the row before it.

-- NULL: written before there was a chain; the next start of this version chains it.
ALTER TABLE audit_log ADD COLUMN mac BLOB;

CREATE TABLE audit_chain (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- The last row that retention has cut off; 0 and zeros before it has cut any.
    start_id BIGINT NOT NULL,
    start_mac BLOB NOT NULL,
    -- What was logged before this is cut off. NULL: nothing is.
    kept_since BIGINT,
    -- The last row.
    head_id BIGINT NOT NULL,
    head_mac BLOB NOT NULL,
    -- The MAC of all of the above.
    seal BLOB NOT NULL
);
