-- Accounts: whose they are at identity providers, what their logins are compared by, and passwords of services.

-- Whose account it is: the subject of an issuer. It outlives the provider's entry here, so that another one does not open it.
CREATE TABLE sso_subjects (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX sso_subjects_by_admin ON sso_subjects (admin_id);
INSERT INTO sso_subjects (issuer, subject, admin_id)
SELECT p.issuer, i.subject, MIN(i.admin_id) FROM sso_identities i JOIN sso_providers p ON p.id = i.provider_id
GROUP BY p.issuer, i.subject;

-- Logout tokens that have been obeyed, until they expire (OpenID Connect Back-Channel Logout 1.0, section 2.6, step 8).
CREATE TABLE sso_logout_tokens (
    provider_id BIGINT NOT NULL REFERENCES sso_providers (id) ON DELETE CASCADE,
    -- SHA-256 of the claim jti.
    token_hash BLOB NOT NULL,
    expires_on BIGINT NOT NULL,
    PRIMARY KEY (provider_id, token_hash)
);
CREATE INDEX sso_logout_tokens_by_end ON sso_logout_tokens (expires_on);

-- Whether API sessions open with the password while passwords are turned off for everybody else.
ALTER TABLE admins ADD COLUMN service_password BIGINT NOT NULL DEFAULT 0 CHECK (service_password IN (0, 1));

-- By which rules logins and names were brought into the form that they are compared in; see src/names.rs.
ALTER TABLE installation ADD COLUMN name_rules BIGINT NOT NULL DEFAULT 0;
