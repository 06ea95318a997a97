-- What a restore revives that was ended since the backup stays refused until somebody confirms it, and sealed values are
-- bound to their versions.

-- 'held': replaced or removed since the backup, and refused. 'unverified': there was nothing to compare it with.
ALTER TABLE api_keys ADD COLUMN restored TEXT CHECK (restored IN ('held', 'unverified'));
ALTER TABLE sandbox_tokens ADD COLUMN restored TEXT CHECK (restored IN ('held', 'unverified'));

-- A restore has disabled it, for it was taken away or changed since the backup; enabling it confirms it.
ALTER TABLE admin_roles ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
ALTER TABLE oauth_servers ADD COLUMN held BIGINT NOT NULL DEFAULT 0 CHECK (held IN (0, 1));

-- A password that was replaced or removed since the backup. It is kept here, where no sign-in looks.
ALTER TABLE admins ADD COLUMN held_password_hash TEXT;

-- Grows with each secret that the provider is given.
ALTER TABLE sso_providers ADD COLUMN secret_version BIGINT NOT NULL DEFAULT 1;
