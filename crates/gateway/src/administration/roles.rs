//! Roles of an organization.

use keyward_contract::{AuditAction, AuditSubCategory, EditRole, Permissions, ProblemCode, Role, RoleId};
use serde_json::{Value, json};

use super::{
    change::{Asked, Begun, Change, check_version},
    rules::{Asking, check},
};
use crate::{
    access::organization::AtOrganization,
    app::AppState,
    authority::Precondition,
    idempotency::Idempotency,
    problem::Problem,
    store::{
        Connection, StoreError, account_sessions,
        roles::{self, RoleRow},
    },
};

/// The roles of an organization, with what the asking admin can do with each.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<Vec<Role>, StoreError> {
    let asking = Asking::new(at.requester.admin.id, &at.membership);
    let mut reader = app.store.read().await?;
    let rows = roles::list(&mut reader, at.organization.id, None).await?;
    Ok(rows.into_iter().map(|row| describe(row, &asking)).collect())
}

/// The role of this identifier.
///
/// # Errors
/// [`ProblemCode::RoleNotFound`], also when another organization has it.
pub async fn find(connection: &mut Connection, at: &AtOrganization, role: RoleId) -> Result<RoleRow, Problem> {
    let mut found = roles::list(connection, at.organization.id, Some(role)).await?;
    found.pop().ok_or_else(|| ProblemCode::RoleNotFound.into())
}

/// Adds a role.
///
/// # Errors
/// When it is refused.
pub async fn add(
    app: &AppState,
    at: &AtOrganization,
    idempotency: Option<&Idempotency>,
    body: &EditRole,
) -> Result<Role, Problem> {
    let asked = asked(at, idempotency, AuditAction::Create, &serde_json::to_string(body));
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_add(&mut change, at, body).await;
    change.finish(result).await
}

async fn apply_add(change: &mut Change<'_>, at: &AtOrganization, body: &EditRole) -> Result<Role, Problem> {
    change.resource.clone_from(&body.name);
    let asking = change.asking(at.organization.id).await?;
    check(asking.assign(&body.permissions))?;
    let connection = &mut change.transaction;
    let added = roles::insert(connection, at.organization.id, &body.name, None, body.permissions).await;
    let id = added.map_err(duplicate)?;
    change.after = Some(shown(&body.name, &body.permissions));
    Ok(describe(find(&mut change.transaction, at, id).await?, &asking))
}

/// Edits a role. It acts at the next request of everybody who has it.
///
/// # Errors
/// When it is refused.
pub async fn edit(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    role: RoleId,
    body: &EditRole,
) -> Result<Role, Problem> {
    let asked = asked(at, idempotency, AuditAction::Update, &serde_json::to_string(body));
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_edit(&mut change, at, precondition, role, body).await;
    change.finish(result).await
}

async fn apply_edit(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    role: RoleId,
    body: &EditRole,
) -> Result<Role, Problem> {
    let asking = change.asking(at.organization.id).await?;
    let row = find(&mut change.transaction, at, role).await?;
    change.resource.clone_from(&row.name);
    check(asking.edit_role(&row))?;
    check_version(precondition, row.version)?;
    check(asking.assign(&body.permissions))?;
    roles::update(&mut change.transaction, role, &body.name, body.permissions)
        .await
        .map_err(duplicate)?;
    if !body.permissions.api_access {
        account_sessions::end_api_of_role(&mut change.transaction, at.organization.id, role).await?;
    }
    change.before = Some(shown(&row.name, &row.permissions));
    change.after = Some(shown(&body.name, &body.permissions));
    Ok(describe(find(&mut change.transaction, at, role).await?, &asking))
}

/// Deletes a role that nobody has.
///
/// # Errors
/// When it is refused.
pub async fn delete(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    role: RoleId,
) -> Result<(), Problem> {
    let asked = asked(at, idempotency, AuditAction::Delete, &Ok(String::new()));
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply_delete(&mut change, at, precondition, role).await;
    change.finish(result).await
}

async fn apply_delete(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    role: RoleId,
) -> Result<(), Problem> {
    let asking = change.asking(at.organization.id).await?;
    let row = find(&mut change.transaction, at, role).await?;
    change.resource.clone_from(&row.name);
    check(asking.delete_role(&row))?;
    check_version(precondition, row.version)?;
    roles::delete(&mut change.transaction, role).await?;
    change.before = Some(shown(&row.name, &row.permissions));
    Ok(())
}

fn asked<'a>(
    at: &'a AtOrganization,
    idempotency: Option<&'a Idempotency>,
    action: AuditAction,
    body: &Result<String, serde_json::Error>,
) -> Asked<'a> {
    Asked {
        by: &at.requester,
        organization: Some(at.organization.id),
        idempotency,
        action,
        sub_category: AuditSubCategory::Role,
        body: body.as_deref().unwrap_or_default().to_owned(),
    }
}

fn duplicate(error: StoreError) -> Problem {
    if error.is_duplicate() {
        return Problem::new(ProblemCode::RoleExists).field("name", "There is a role of this name. Enter another one.");
    }
    error.into()
}

fn shown(name: &str, permissions: &Permissions) -> Value {
    json!({ "name": name, "permissions": permissions })
}

fn describe(row: RoleRow, asking: &Asking) -> Role {
    Role {
        edit: asking.edit_role(&row),
        delete: asking.delete_role(&row),
        assign: asking.assign(&row.permissions),
        id: row.id,
        name: row.name,
        built_in: row.built_in,
        permissions: row.permissions,
        admins: row.admins,
        version: row.version,
    }
}
