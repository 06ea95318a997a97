-- Roles become rows of their own, which admins of an organization share.

CREATE TABLE roles (
    id BIGINT PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name in lower case.
    folded_name TEXT NOT NULL,
    -- NULL: made by an admin.
    built_in TEXT CHECK (built_in IN ('super-admin', 'key-manager', 'auditor', 'api-client-admin')),
    api_key_management TEXT NOT NULL CHECK (api_key_management IN ('READ_WRITE', 'READ_ONLY', 'NONE')),
    reveal BIGINT NOT NULL CHECK (reveal IN (0, 1)),
    audit_log BIGINT NOT NULL CHECK (audit_log IN (0, 1)),
    admin_management BIGINT NOT NULL CHECK (admin_management IN (0, 1)),
    api_access BIGINT NOT NULL CHECK (api_access IN (0, 1)),
    version BIGINT NOT NULL,
    UNIQUE (organization_id, folded_name)
);

INSERT INTO roles (id, organization_id, name, folded_name, built_in, api_key_management, reveal, audit_log,
                   admin_management, api_access, version)
SELECT random() & 9007199254740991, o.id, b.name, b.folded_name, b.built_in, b.api_key_management, b.reveal, b.audit_log,
       b.admin_management, b.api_access, 1
FROM organizations o
CROSS JOIN (
    SELECT 'Super Admin' AS name, 'super admin' AS folded_name, 'super-admin' AS built_in,
           'READ_WRITE' AS api_key_management, 1 AS reveal, 1 AS audit_log, 1 AS admin_management, 1 AS api_access
    UNION ALL SELECT 'Key Manager', 'key manager', 'key-manager', 'READ_WRITE', 1, 0, 0, 0
    UNION ALL SELECT 'Auditor', 'auditor', 'auditor', 'READ_ONLY', 0, 1, 0, 0
    UNION ALL SELECT 'API Client Admin', 'api client admin', 'api-client-admin', 'NONE', 0, 0, 0, 1
) b;

CREATE TABLE role_holders (
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    role_id BIGINT NOT NULL REFERENCES roles (id),
    status TEXT NOT NULL CHECK (status IN ('active', 'invited', 'disabled')),
    version BIGINT NOT NULL,
    PRIMARY KEY (organization_id, admin_id)
);

-- So far everybody was a Super Admin. Whoever was given less by hand keeps the nearest role that is not more.
INSERT INTO role_holders (organization_id, admin_id, role_id, status, version)
SELECT a.organization_id, a.admin_id, r.id, 'active', 1
FROM admin_roles a
JOIN roles r ON r.organization_id = a.organization_id AND r.built_in = CASE
    WHEN a.api_key_management = 'READ_WRITE' AND a.reveal = 1 AND a.api_access = 1 THEN 'super-admin'
    WHEN a.api_key_management = 'READ_WRITE' THEN 'key-manager'
    WHEN a.api_key_management = 'READ_ONLY' THEN 'auditor'
    ELSE 'api-client-admin'
END;

DROP TABLE admin_roles;
ALTER TABLE role_holders RENAME TO admin_roles;
CREATE INDEX admin_roles_by_admin ON admin_roles (admin_id);
CREATE INDEX admin_roles_by_role ON admin_roles (role_id);
