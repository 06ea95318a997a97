-- Single sign-on: admins who sign in at identity providers (OpenID Connect).

CREATE TABLE sso_providers (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    -- The name in lower case: the operator's commands find a provider by it.
    folded_name TEXT NOT NULL UNIQUE,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    -- NULL: a public client.
    sealed_client_secret BLOB,
    -- The claim that is the login of an admin.
    claim TEXT NOT NULL,
    -- What logins end in behind the @, in lower case; empty: the provider may name any.
    login_domain TEXT NOT NULL,
    -- The claim that roles follow from; empty: roles are given here alone.
    roles_claim TEXT NOT NULL,
    UNIQUE (issuer, client_id)
);

-- Who somebody is at a provider. The subject never changes there (OpenID Connect Core, section 2), the claim may.
CREATE TABLE sso_identities (
    provider_id BIGINT NOT NULL REFERENCES sso_providers (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    PRIMARY KEY (provider_id, subject),
    UNIQUE (provider_id, admin_id)
);
CREATE INDEX sso_identities_by_admin ON sso_identities (admin_id);

-- Which role a value of the claim gives. Of several in one organization the first counts.
CREATE TABLE sso_roles (
    id INTEGER PRIMARY KEY,
    provider_id BIGINT NOT NULL REFERENCES sso_providers (id) ON DELETE CASCADE,
    value TEXT NOT NULL,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    role_id BIGINT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
    UNIQUE (provider_id, value, organization_id)
);

-- Which provider gave the role; NULL: an admin did.
ALTER TABLE admin_roles ADD COLUMN sso_provider_id BIGINT REFERENCES sso_providers (id) ON DELETE SET NULL;

-- Where a session was opened from; NULL: with a password. A provider that is removed ends its sessions.
ALTER TABLE portal_sessions ADD COLUMN sso_provider_id BIGINT REFERENCES sso_providers (id) ON DELETE CASCADE;
ALTER TABLE portal_sessions ADD COLUMN sso_subject TEXT;
-- What the provider calls its own session (claim sid).
ALTER TABLE portal_sessions ADD COLUMN sso_session TEXT;

ALTER TABLE installation ADD COLUMN password_sign_in BIGINT NOT NULL DEFAULT 1 CHECK (password_sign_in IN (0, 1));
