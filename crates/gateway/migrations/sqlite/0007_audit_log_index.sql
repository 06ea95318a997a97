-- With this index rows come by id, in either direction, and a reader stops at its limit. The one before had them by time, and
-- every read sorted all rows of the organization.
DROP INDEX audit_log_by_organization;
CREATE INDEX audit_log_by_organization ON audit_log (organization_id);
