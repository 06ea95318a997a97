-- A session's cookie changes when its admin re-authenticates. The cookie before stays valid, without its freshness, until
-- the browser shows the new one: the answer that set it may have been lost.
ALTER TABLE portal_sessions ADD COLUMN former_id_hash BLOB;
-- When the cookie before ends; NULL while the new one has not been used.
ALTER TABLE portal_sessions ADD COLUMN former_ends_on BIGINT;
CREATE UNIQUE INDEX portal_sessions_by_former ON portal_sessions (former_id_hash);
