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

-- Who uses a token: an address with a user agent, which is empty when it names none. Kept for 30 days.
CREATE TABLE sandbox_token_clients (
    id INTEGER PRIMARY KEY,
    token_id BIGINT NOT NULL REFERENCES sandbox_tokens (id) ON DELETE CASCADE,
    client_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    last_seen_on BIGINT NOT NULL,
    UNIQUE (token_id, client_address, user_agent)
);

-- Its requests in an hour, counted since the epoch.
CREATE TABLE sandbox_token_client_hours (
    client_id BIGINT NOT NULL REFERENCES sandbox_token_clients (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (client_id, hour)
);
CREATE INDEX sandbox_token_client_hours_by_age ON sandbox_token_client_hours (hour);
