-- OAuth 2.0 authorization servers of organizations, and what their tokens allow.

-- Whether the service provider lets access tokens of the organization in.
ALTER TABLE organizations ADD COLUMN access_tokens INTEGER NOT NULL DEFAULT 1;

CREATE TABLE oauth_servers (
    id BIGINT PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- The name in lower case: no two of an organization are alike.
    folded_name TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    jwks_uri TEXT NOT NULL,
    certificate_validation INTEGER NOT NULL,
    -- What claims must be; empty for anything.
    audience TEXT NOT NULL,
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    -- The JWKS as it was last fetched with a key in it that can be used, so that a restart while the provider is down refuses
    -- nobody.
    jwks TEXT,
    fetched_on BIGINT,
    last_modified_by_id BIGINT NOT NULL,
    last_modified_by_name TEXT NOT NULL,
    last_modified_on BIGINT NOT NULL,
    version BIGINT NOT NULL,
    UNIQUE (organization_id, folded_name)
);
CREATE UNIQUE INDEX oauth_servers_enabled ON oauth_servers (organization_id) WHERE enabled = 1;

CREATE TABLE api_roles (
    id BIGINT PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    folded_name TEXT NOT NULL,
    permission TEXT NOT NULL CHECK (permission IN ('none', 'view', 'full')),
    version BIGINT NOT NULL,
    UNIQUE (organization_id, folded_name)
);

-- Who came with access tokens: a principal at an address with a user agent, which is empty when it names none. Kept for 30
-- days.
CREATE TABLE oauth_clients (
    id INTEGER PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    principal TEXT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    last_seen_on BIGINT NOT NULL,
    UNIQUE (organization_id, principal, client_address, user_agent)
);

-- Their requests in an hour, counted since the epoch.
CREATE TABLE oauth_client_hours (
    client_id BIGINT NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    requests BIGINT NOT NULL,
    PRIMARY KEY (client_id, hour)
);
CREATE INDEX oauth_client_hours_by_age ON oauth_client_hours (hour);
