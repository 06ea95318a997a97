-- When the clock was last believed. At a start that is far from it nothing is deleted by its age at first.
CREATE TABLE clock_marks (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    believed_on BIGINT NOT NULL
);

-- Ids come from the chain. SQLite's own count of them (sqlite_sequence) was one thing more that could be changed unseen.
CREATE TABLE chained_audit_log (
    id INTEGER PRIMARY KEY,
    logged_on BIGINT NOT NULL,
    -- NULL: concerns the installation or an admin of no particular organization.
    organization_id BIGINT,
    action TEXT NOT NULL,
    category TEXT NOT NULL,
    sub_category TEXT NOT NULL,
    resource TEXT NOT NULL,
    -- NULL: unknown user.
    admin_id BIGINT,
    admin_name TEXT,
    -- NULL: the operator's command line, or several.
    client_address TEXT,
    interface TEXT NOT NULL,
    result TEXT NOT NULL,
    -- The true reason of a failure.
    reason TEXT,
    -- JSON without secrets.
    before_change TEXT,
    after_change TEXT,
    request_id TEXT,
    -- NULL: written before there was a chain; the next start chains it.
    mac BLOB
);
INSERT INTO chained_audit_log
    (id, logged_on, organization_id, action, category, sub_category, resource, admin_id, admin_name, client_address,
     interface, result, reason, before_change, after_change, request_id, mac)
SELECT id, logged_on, organization_id, action, category, sub_category, resource, admin_id, admin_name, client_address,
       interface, result, reason, before_change, after_change, request_id, mac
FROM audit_log;
DROP TABLE audit_log;
ALTER TABLE chained_audit_log RENAME TO audit_log;
CREATE INDEX audit_log_by_organization ON audit_log (organization_id);
