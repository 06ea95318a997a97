-- Sandbox API tokens of organizations.

CREATE TABLE sandbox_tokens (
    id BIGINT PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name in lower case: no two of an organization are alike.
    folded_name TEXT NOT NULL,
    sealed_token BLOB NOT NULL,
    -- SHA-256 of the token: what one that is shown is found by.
    token_hash BLOB NOT NULL UNIQUE,
    last_modified_by_id BIGINT NOT NULL,
    last_modified_by_name TEXT NOT NULL,
    last_modified_on BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (organization_id, folded_name)
);
