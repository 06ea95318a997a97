-- The keys that live at an upstream: where, how Keyward signs in there, and what is known of each.
CREATE TABLE upstreams (
    organization_id BIGINT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('ztw-legacy', 'oneapi')),
    url TEXT COLLATE "C" NOT NULL,
    -- Where access tokens come from, and what they are for; empty for ztw-legacy.
    token_url TEXT COLLATE "C" NOT NULL,
    audience TEXT COLLATE "C" NOT NULL,
    -- JSON, sealed for its version.
    sealed_credentials BYTEA NOT NULL,
    credentials_version BIGINT NOT NULL,
    -- The last known state; its version is 0 until there is one, and key_id NULL while there is no key.
    version BIGINT NOT NULL,
    key_id BIGINT,
    -- A keyed hash, by which a change is recognized.
    key_fingerprint BYTEA,
    enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    last_modified_by_id BIGINT NOT NULL,
    last_modified_by_name TEXT COLLATE "C" NOT NULL,
    last_modified_on BIGINT NOT NULL,
    fetched_on BIGINT
);

-- A regeneration that was begun at an upstream, until its outcome is known and logged.
CREATE TABLE upstream_changes (
    organization_id BIGINT PRIMARY KEY REFERENCES upstreams (organization_id) ON DELETE CASCADE,
    id BIGINT NOT NULL,
    -- The running gateway that began it.
    gateway_id BIGINT NOT NULL,
    admin_id BIGINT NOT NULL,
    admin_name TEXT COLLATE "C" NOT NULL,
    client_address TEXT COLLATE "C" NOT NULL,
    request_id TEXT COLLATE "C" NOT NULL,
    -- NULL without an idempotency key.
    path TEXT COLLATE "C",
    idempotency_key TEXT COLLATE "C",
    -- The key before it.
    key_fingerprint BYTEA NOT NULL,
    before_change TEXT COLLATE "C" NOT NULL,
    asked_on BIGINT NOT NULL
);
