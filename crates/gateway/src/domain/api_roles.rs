//! API roles of an organization: what access tokens authorize. A change takes effect with the next request.

use keyward_contract::{ApiRole, ApiRoleId, ApiRoles, EditApiRole, ProblemCode};
use serde_json::{Value, json};

use super::change::{Asked, Change, duplicate};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    rules::{Operation, check},
    state::AppState,
    store::{
        Connection, StoreError,
        keys::api_roles::{self as rows, ApiRoleRow},
    },
};

/// The API roles of an organization, with what the asking admin can do.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<ApiRoles, StoreError> {
    let mut reader = app.store.read().await?;
    let found = rows::list(&mut reader, at.organization.id, None).await?;
    let (add, edit) = at.standing().api_roles(found.len());
    Ok(ApiRoles {
        roles: found.into_iter().map(|row| described(row, at)).collect(),
        add,
        edit,
    })
}

/// What is to become of an API role.
pub enum ApiRoleChange<'a> {
    /// A new one.
    Add(&'a EditApiRole),
    /// Another name or permission.
    Edit(ApiRoleId, &'a EditApiRole),
    /// Delete it. Tokens with its scope are rejected from then on.
    Delete(ApiRoleId),
}

/// Makes a change. Returns the new state; `None` once deleted.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    wanted: &ApiRoleChange<'_>,
) -> Result<Option<ApiRole>, Problem> {
    let asked = |operation| Asked::at(at, operation, preconditions);
    let asked = match wanted {
        ApiRoleChange::Add(body) => asked(Operation::ApiRoleAdd).body(body).named(&body.name),
        ApiRoleChange::Edit(_, body) => asked(Operation::ApiRoleEdit).body(body),
        ApiRoleChange::Delete(_) => asked(Operation::ApiRoleDelete),
    };
    Change::run(app, asked, |change| Box::pin(apply(change, at, wanted))).await
}

async fn apply(
    change: &mut Change<'_>,
    at: &AtOrganization,
    wanted: &ApiRoleChange<'_>,
) -> Result<Option<ApiRole>, Problem> {
    let organization = at.organization.id;
    let count = rows::list(&mut change.transaction, organization, None).await?.len();
    let (add, edit) = change.standing().await?.api_roles(count);
    let connection = &mut change.transaction;
    let id = match wanted {
        ApiRoleChange::Add(body) => {
            check(add)?;
            let added = rows::insert(connection, organization, &body.name, body.permission).await;
            added.map_err(taken)?
        }
        ApiRoleChange::Edit(id, _) | ApiRoleChange::Delete(id) => {
            check(edit)?;
            let before = row(connection, at, *id).await?;
            change.resource.clone_from(&before.name);
            change.check_version(before.version)?;
            change.before = Some(shown(&before));
            *id
        }
    };
    let connection = &mut change.transaction;
    match wanted {
        ApiRoleChange::Add(_) => {}
        ApiRoleChange::Edit(_, body) => {
            let updated = rows::update(connection, id, &body.name, body.permission).await;
            updated.map_err(taken)?;
        }
        ApiRoleChange::Delete(_) => {
            rows::delete(connection, id).await?;
            return Ok(None);
        }
    }
    let after = row(connection, at, id).await?;
    change.after = Some(shown(&after));
    Ok(Some(described(after, at)))
}

async fn row(connection: &mut Connection, at: &AtOrganization, id: ApiRoleId) -> Result<ApiRoleRow, Problem> {
    let mut found = rows::list(connection, at.organization.id, Some(id)).await?;
    found.pop().ok_or_else(|| ProblemCode::ApiRoleNotFound.into())
}

fn described(row: ApiRoleRow, at: &AtOrganization) -> ApiRole {
    ApiRole {
        scope: format!("{}::{}::{}", at.organization.cloud, at.organization.id, row.name),
        id: row.id,
        name: row.name,
        permission: row.permission,
        version: row.version,
    }
}

fn taken(error: StoreError) -> Problem {
    duplicate(ProblemCode::ApiRoleExists)(error)
}

fn shown(row: &ApiRoleRow) -> Value {
    json!({ "name": row.name, "permission": row.permission })
}
