-- The keys that live at an upstream: where, how Keyward signs in there, and what is known of each.
CREATE TABLE upstreams (
    organization_id INTEGER PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('ztw-legacy', 'oneapi')),
    url TEXT NOT NULL,
    -- Where access tokens come from, and what they are for; empty for ztw-legacy.
    token_url TEXT NOT NULL,
    audience TEXT NOT NULL,
    -- JSON, sealed for its version.
    sealed_credentials BLOB NOT NULL,
    credentials_version INTEGER NOT NULL,
    -- The last known state; its version is 0 until there is one, and key_id NULL while there is no key.
    version INTEGER NOT NULL,
    key_id INTEGER,
    -- A keyed hash, by which a change is recognized.
    key_fingerprint BLOB,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    last_modified_by_id INTEGER NOT NULL,
    last_modified_by_name TEXT NOT NULL,
    last_modified_on INTEGER NOT NULL,
    fetched_on INTEGER
);

-- A regeneration that was begun at an upstream, until its outcome is known and logged.
CREATE TABLE upstream_changes (
    organization_id INTEGER PRIMARY KEY REFERENCES upstreams (organization_id) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    -- The running gateway that began it.
    gateway_id INTEGER NOT NULL,
    admin_id INTEGER NOT NULL,
    admin_name TEXT NOT NULL,
    client_address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    -- NULL without an idempotency key.
    path TEXT,
    idempotency_key TEXT,
    -- The key before it.
    key_fingerprint BLOB NOT NULL,
    before_change TEXT NOT NULL,
    asked_on INTEGER NOT NULL
);
