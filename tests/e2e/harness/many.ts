/** Statements that fill a database as years of use would. */

const numbers = (count: number) => `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`

/** So many organizations more, in which the first admin has the first role. */
export function manyOrganizations(count: number): string {
  return `
    ${numbers(count)} INSERT INTO organizations (id, name, folded_name, cloud, subscription, created_on)
      SELECT 1000000 + n, printf('Organization %05d', n * 7919 % ${count}), printf('organization %05d', n * 7919 % ${count}) || ' ' || n,
             'cloud-' || (n % 7) || '.example', CASE n % 5 WHEN 0 THEN 'expired' ELSE 'active' END, created_on + n
      FROM numbers, (SELECT created_on FROM organizations ORDER BY id LIMIT 1);
    ${numbers(count)} INSERT INTO roles (id, organization_id, name, folded_name, built_in, api_key_management, reveal, audit_log,
                                         admin_management, api_access, version)
      SELECT 2000000 + n, 1000000 + n, r.name, folded_name, built_in, api_key_management, reveal, audit_log, admin_management,
             api_access, version
      FROM numbers, (SELECT r.* FROM roles r JOIN admin_roles m ON m.role_id = r.id LIMIT 1) r;
    ${numbers(count)} INSERT INTO admin_roles (organization_id, admin_id, role_id, status, version)
      SELECT 1000000 + n, admin_id, 2000000 + n, status, version FROM numbers, (SELECT * FROM admin_roles LIMIT 1);
    ${numbers(count)} INSERT INTO api_keys (organization_id, id, sealed_key, enabled, last_modified_by_id, last_modified_by_name,
                                            last_modified_on, version)
      SELECT 1000000 + n, 3000000 + n, sealed_key, n % 5 > 0, last_modified_by_id, last_modified_by_name,
             last_modified_on - n * 60000, 1
      FROM numbers, (SELECT * FROM api_keys LIMIT 1);`
}

/** So many rows of the audit log, before those that are there. The chain does not hold them: what is written later goes on from the true ones. */
export function manyAuditRows(count: number): string {
  return `
    ${numbers(count)} INSERT INTO audit_log (id, logged_on, organization_id, action, category, sub_category, resource, admin_id,
                                             admin_name, client_address, interface, result, reason, request_id, mac)
      SELECT 1000000 + n, logged_on + n, organization_id, CASE n % 3 WHEN 0 THEN 'Reveal' ELSE 'Sign In' END, 'Login', 'Login',
             'resource-' || n, admin_id, admin_name, '192.0.2.' || (n % 250), 'Admin UI', 'Success', NULL, 'request-' || n, mac
      FROM numbers, (SELECT * FROM audit_log WHERE organization_id IS NOT NULL ORDER BY id LIMIT 1);`
}
