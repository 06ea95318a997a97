-- By how many milliseconds a session outlives the idle time that is set: those of the Cloud & Branch Connector API do.
ALTER TABLE api_sessions ADD COLUMN idle_extra BIGINT NOT NULL DEFAULT 0;
