-- Instants are epoch milliseconds. "sealed" is ciphertext under the master key; see src/secrets.rs.

CREATE TABLE installation (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    -- A constant, sealed: tells a wrong master key from a damaged database.
    master_key_check BLOB NOT NULL,
    -- SHA-256 of the token in the one-time set-up link; NULL when there is no such link.
    setup_token_hash BLOB,
    created_on BIGINT NOT NULL
);

CREATE TABLE organizations (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name in lower case: the operator's commands find an organization by it.
    folded_name TEXT NOT NULL UNIQUE,
    cloud TEXT NOT NULL,
    subscription TEXT NOT NULL CHECK (subscription IN ('active', 'expired', 'none')),
    created_on BIGINT NOT NULL
);

CREATE TABLE admins (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name in lower case: what an admin signs in with.
    login TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_on BIGINT NOT NULL
);

CREATE TABLE admin_roles (
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    api_key_management TEXT NOT NULL CHECK (api_key_management IN ('READ_WRITE', 'READ_ONLY', 'NONE')),
    reveal BIGINT NOT NULL CHECK (reveal IN (0, 1)),
    api_access BIGINT NOT NULL CHECK (api_access IN (0, 1)),
    PRIMARY KEY (organization_id, admin_id)
);
CREATE INDEX admin_roles_by_admin ON admin_roles (admin_id);

-- One row an organization, kept when the key is deleted, so that the version never goes back and the page can say who
-- deleted it.
CREATE TABLE api_keys (
    organization_id BIGINT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    -- NULL: there is no key.
    sealed_key BLOB,
    enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    last_modified_by_id BIGINT NOT NULL,
    last_modified_by_name TEXT NOT NULL,
    last_modified_on BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE portal_sessions (
    -- SHA-256 of the cookie.
    id_hash BLOB PRIMARY KEY,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    created_on BIGINT NOT NULL,
    last_used_on BIGINT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT
);
CREATE INDEX portal_sessions_by_admin ON portal_sessions (admin_id);

CREATE TABLE api_sessions (
    -- SHA-256 of the JSESSIONID.
    id_hash BLOB PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    -- The version of the key it was opened with: the session lives only while the key is at this version.
    key_version BIGINT NOT NULL,
    created_on BIGINT NOT NULL,
    last_used_on BIGINT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT
);
CREATE INDEX api_sessions_by_organization ON api_sessions (organization_id);

-- Failed sign-ins of the last minute, and lockouts. By SHA-256 of the login, since people type passwords there.
CREATE TABLE sign_in_failures (
    login_hash BLOB NOT NULL,
    failed_on BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_login ON sign_in_failures (login_hash, failed_on);
CREATE TABLE lockouts (
    login_hash BLOB PRIMARY KEY,
    locked_until BIGINT NOT NULL
);

-- First answers to changes, for 24 hours.
CREATE TABLE idempotent_answers (
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    path TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    -- HMAC-SHA-256 of what was asked for.
    request_fingerprint BLOB NOT NULL,
    sealed_answer BLOB NOT NULL,
    created_on BIGINT NOT NULL,
    PRIMARY KEY (admin_id, path, idempotency_key)
);
CREATE INDEX idempotent_answers_by_age ON idempotent_answers (created_on);

CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
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
    -- NULL: the operator's command line.
    client_address TEXT,
    interface TEXT NOT NULL,
    result TEXT NOT NULL,
    -- The true reason of a failure.
    reason TEXT,
    -- JSON without secrets.
    before_change TEXT,
    after_change TEXT,
    request_id TEXT
);
CREATE INDEX audit_log_by_organization ON audit_log (organization_id, logged_on);
