-- The API sign-ins that failed recently, without reading what else an organization has in the log.
CREATE INDEX audit_log_failed_sign_ins ON audit_log (organization_id, logged_on, id)
    WHERE action = 'Sign In' AND interface = 'API' AND result = 'Failure';
