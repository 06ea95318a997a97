-- Failed sign-ins of the last day, from which locks and delays follow, and who is known where. Nothing of it is restored.

DROP TABLE sign_in_failures;
DROP TABLE lockouts;

CREATE TABLE sign_in_counts (
    -- Grows with each failure, so that the rows that have rested longest go first when there are too many.
    id BIGINT NOT NULL UNIQUE,
    -- pair: a login from an address; login: a login from wherever it is not known; address: any login from an address;
    -- session: re-authentication in a portal session; key: wrong keys beside the right password of a login.
    kind TEXT NOT NULL,
    -- SHA-256 of the login, since people type passwords there; empty where no login counts.
    login_hash BLOB NOT NULL,
    -- The address of the client (IPv4) or its /64 (IPv6), the session, or empty.
    scope TEXT NOT NULL,
    -- When the last failures were: milliseconds in eight bytes each, the oldest first.
    failed_on BLOB NOT NULL,
    last_failed_on BIGINT NOT NULL,
    PRIMARY KEY (kind, login_hash, scope)
);
CREATE INDEX sign_in_counts_by_age ON sign_in_counts (last_failed_on);
CREATE INDEX sign_in_counts_by_login ON sign_in_counts (login_hash);

-- Where an admin has signed in within 30 days. What strangers fail at elsewhere does not count there.
CREATE TABLE known_addresses (
    admin_id BIGINT NOT NULL REFERENCES admins (id) ON DELETE CASCADE,
    -- An address (IPv4) or a /64 (IPv6).
    address TEXT NOT NULL,
    signed_in_on BIGINT NOT NULL,
    -- When an API session was last opened from there: it takes the key, too.
    key_shown_on BIGINT,
    PRIMARY KEY (admin_id, address)
);

-- Wrong keys beside right passwords, of all admins and addresses, since the key is the one it is.
CREATE TABLE key_guesses (
    organization_id BIGINT PRIMARY KEY REFERENCES organizations (id) ON DELETE CASCADE,
    -- When the last ones came, as in sign_in_counts.
    tried_on BLOB NOT NULL,
    -- Since when they are so many that somebody is guessing; NULL while they are not.
    guessed_since BIGINT
);
