-- Who uses the key, and who still tries the one before it. Nothing here is kept beyond 30 days.

-- A client: an admin at an address with a user agent, which is empty when it names none. The admin's name is a copy, so
-- that it is told what an admin used who is gone.
CREATE TABLE key_clients (
    id INTEGER PRIMARY KEY,
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    admin_id BIGINT NOT NULL,
    admin_name TEXT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    last_seen_on BIGINT NOT NULL,
    UNIQUE (organization_id, admin_id, client_address, user_agent)
);
CREATE INDEX key_clients_by_age ON key_clients (organization_id, last_seen_on);

-- API sessions that a client opened in an hour, counted since the epoch.
CREATE TABLE key_client_hours (
    client_id BIGINT NOT NULL REFERENCES key_clients (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    PRIMARY KEY (client_id, hour)
);
CREATE INDEX key_client_hours_by_age ON key_client_hours (hour);

-- The same of all clients together, those included that there was no room for.
CREATE TABLE key_hours (
    organization_id BIGINT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    hour BIGINT NOT NULL,
    sessions BIGINT NOT NULL,
    PRIMARY KEY (organization_id, hour)
);

-- The key before the present one, by which attempts with it are recognised. It opens nothing.
CREATE TABLE former_keys (
    organization_id BIGINT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- An attempt says which former key it was with: by the time it is written there may be another one.
    id BIGINT NOT NULL UNIQUE,
    sealed_key BLOB NOT NULL,
    replaced_on BIGINT NOT NULL
);

CREATE TABLE former_key_clients (
    id INTEGER PRIMARY KEY,
    former_key_id BIGINT NOT NULL REFERENCES former_keys (id) ON DELETE CASCADE,
    admin_id BIGINT NOT NULL,
    admin_name TEXT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    first_seen_on BIGINT NOT NULL,
    last_seen_on BIGINT NOT NULL,
    UNIQUE (former_key_id, admin_id, client_address, user_agent)
);
