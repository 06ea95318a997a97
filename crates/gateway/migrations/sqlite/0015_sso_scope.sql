-- What an identity provider is asked to tell, in words of its own (RFC 6749, section 3.3); empty: what the claims need.
ALTER TABLE sso_providers ADD COLUMN scope TEXT NOT NULL DEFAULT '';
