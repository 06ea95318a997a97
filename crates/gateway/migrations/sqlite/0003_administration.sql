-- Admins come in by invitation, see their sessions, and give their password afresh.

-- An account that nobody has set a password for yet has an empty password hash, which no password matches.
ALTER TABLE admins ADD COLUMN last_sign_in_on BIGINT;
-- To an API session of the organization.
ALTER TABLE admin_roles ADD COLUMN last_api_sign_in_on BIGINT;

-- There while the invitation has not been accepted.
CREATE TABLE invitations (
    organization_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    -- SHA-256 of the token in the link.
    token_hash BLOB NOT NULL UNIQUE,
    expires_on BIGINT NOT NULL,
    PRIMARY KEY (organization_id, admin_id),
    FOREIGN KEY (organization_id, admin_id) REFERENCES admin_roles (organization_id, admin_id) ON DELETE CASCADE
);

-- One-time links by which an admin sets a new password, made by the operator.
CREATE TABLE password_resets (
    admin_id BIGINT PRIMARY KEY REFERENCES admins (id) ON DELETE CASCADE,
    token_hash BLOB NOT NULL UNIQUE,
    expires_on BIGINT NOT NULL
);

-- What a session is called where it is listed; it opens nothing.
ALTER TABLE portal_sessions ADD COLUMN public_id BIGINT NOT NULL DEFAULT 0;
UPDATE portal_sessions SET public_id = random() & 9007199254740991;
CREATE UNIQUE INDEX portal_sessions_by_public_id ON portal_sessions (public_id);
ALTER TABLE api_sessions ADD COLUMN public_id BIGINT NOT NULL DEFAULT 0;
UPDATE api_sessions SET public_id = random() & 9007199254740991;
CREATE UNIQUE INDEX api_sessions_by_public_id ON api_sessions (public_id);
CREATE INDEX api_sessions_by_admin ON api_sessions (admin_id);

-- When the password was last given in the session.
ALTER TABLE portal_sessions ADD COLUMN authenticated_on BIGINT NOT NULL DEFAULT 0;
UPDATE portal_sessions SET authenticated_on = created_on;
