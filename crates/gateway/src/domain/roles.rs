//! Roles of an organization.

use keyward_contract::{EditRole, Permissions, ProblemCode, Role, RoleId};
use serde_json::{Value, json};

use super::change::{Asked, Change, duplicate};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    rules::{Operation, Standing, check},
    state::AppState,
    store::{
        Connection, StoreError,
        people::roles::{self, RoleRow},
        sessions::account_sessions,
    },
};

/// The roles of an organization, with what the asking admin can do with each.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<Vec<Role>, StoreError> {
    let standing = at.standing();
    let mut reader = app.store.read().await?;
    let rows = roles::list(&mut reader, at.organization.id, None).await?;
    Ok(rows.into_iter().map(|row| describe(row, &standing)).collect())
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
pub async fn add(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    body: &EditRole,
) -> Result<Role, Problem> {
    let asked = Asked::at(at, Operation::RoleAdd, preconditions)
        .body(body)
        .named(&body.name);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let standing = change.standing().await?;
            check(standing.assign(&body.permissions))?;
            let connection = &mut change.transaction;
            let added = roles::insert(connection, at.organization.id, &body.name, None, body.permissions).await;
            let id = added.map_err(taken)?;
            change.after = Some(shown(&body.name, &body.permissions));
            Ok(describe(find(&mut change.transaction, at, id).await?, &standing))
        })
    })
    .await
}

/// Edits a role. Takes effect with the next request of everyone who has it.
pub async fn edit(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    role: RoleId,
    body: &EditRole,
) -> Result<Role, Problem> {
    let asked = Asked::at(at, Operation::RoleEdit, preconditions).body(body);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let standing = change.standing().await?;
            check(standing.manage_admins())?;
            let row = find(&mut change.transaction, at, role).await?;
            change.resource.clone_from(&row.name);
            check(standing.edit_role(&row))?;
            change.check_version(row.version)?;
            check(standing.assign(&body.permissions))?;
            roles::update(&mut change.transaction, role, &body.name, body.permissions)
                .await
                .map_err(taken)?;
            if !body.permissions.api_access {
                account_sessions::end_api_of_role(&mut change.transaction, at.organization.id, role).await?;
            }
            change.before = Some(shown(&row.name, &row.permissions));
            change.after = Some(shown(&body.name, &body.permissions));
            Ok(describe(find(&mut change.transaction, at, role).await?, &standing))
        })
    })
    .await
}

/// Deletes a role that no one has.
pub async fn delete(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    role: RoleId,
) -> Result<(), Problem> {
    let asked = Asked::at(at, Operation::RoleDelete, preconditions);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            let standing = change.standing().await?;
            check(standing.manage_admins())?;
            let row = find(&mut change.transaction, at, role).await?;
            change.resource.clone_from(&row.name);
            check(standing.delete_role(&row))?;
            change.check_version(row.version)?;
            roles::delete(&mut change.transaction, role).await?;
            change.before = Some(shown(&row.name, &row.permissions));
            Ok(())
        })
    })
    .await
}

fn taken(error: StoreError) -> Problem {
    duplicate(ProblemCode::RoleExists)(error)
}

fn shown(name: &str, permissions: &Permissions) -> Value {
    json!({ "name": name, "permissions": permissions })
}

fn describe(row: RoleRow, standing: &Standing) -> Role {
    Role {
        edit: standing.edit_role(&row),
        delete: standing.delete_role(&row),
        assign: standing.assign(&row.permissions),
        id: row.id,
        name: row.name,
        built_in: row.built_in,
        permissions: row.permissions,
        admins: row.admins,
        version: row.version,
    }
}
