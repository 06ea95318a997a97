//! API roles of an organization: what clients with access tokens may do. A change counts from their next request on.

use keyward_contract::{
    API_ROLES_MAX, ApiRole, ApiRoleId, ApiRoles, AuditAction, AuditSubCategory, EditApiRole, ProblemCode, Refusal,
};
use serde_json::{Value, json};

use crate::{
    access::organization::AtOrganization,
    administration::{Asked, Begun, Change, check_version},
    app::AppState,
    authority::Precondition,
    idempotency::Idempotency,
    oauth_servers::{check_now, may_change},
    problem::Problem,
    store::{
        Connection, StoreError,
        api_roles::{self as rows, ApiRoleRow},
    },
};

/// The API roles of an organization, with what the asking admin can do.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<ApiRoles, StoreError> {
    let mut reader = app.store.read().await?;
    let found = rows::list(&mut reader, at.organization.id, None).await?;
    let edit = may_change(at.membership.permissions, &at.organization);
    let full = (found.len() >= API_ROLES_MAX).then_some(Refusal::ApiRoleLimit);
    Ok(ApiRoles {
        roles: found.into_iter().map(|row| described(row, at)).collect(),
        add: edit.or(full),
        edit,
    })
}

/// What is to become of an API role.
pub enum ApiRoleChange<'a> {
    /// A new one.
    Add(&'a EditApiRole),
    /// Another name or permission.
    Edit(ApiRoleId, &'a EditApiRole),
    /// None. Tokens with its scope are refused from then on.
    Delete(ApiRoleId),
}

/// Makes a change. Answers the role as it is now; `None` when it is gone.
///
/// # Errors
/// When it is refused.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    wanted: &ApiRoleChange<'_>,
) -> Result<Option<ApiRole>, Problem> {
    let (action, body) = match wanted {
        ApiRoleChange::Add(body) => (AuditAction::Create, json!(body).to_string()),
        ApiRoleChange::Edit(_, body) => (AuditAction::Update, json!(body).to_string()),
        ApiRoleChange::Delete(_) => (AuditAction::Delete, String::new()),
    };
    let asked = Asked {
        by: &at.requester,
        organization: Some(at.organization.id),
        idempotency,
        action,
        sub_category: AuditSubCategory::ApiRole,
        body,
    };
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = apply(&mut change, at, precondition, wanted).await;
    change.finish(result).await
}

async fn apply(
    change: &mut Change<'_>,
    at: &AtOrganization,
    precondition: &Precondition,
    wanted: &ApiRoleChange<'_>,
) -> Result<Option<ApiRole>, Problem> {
    change.resource = match wanted {
        ApiRoleChange::Add(body) => body.name.clone(),
        _ => AuditSubCategory::ApiRole.as_str().to_owned(),
    };
    let connection = &mut change.transaction;
    check_now(connection, at).await?;
    let organization = at.organization.id;
    let id = match wanted {
        ApiRoleChange::Add(body) => {
            if rows::list(connection, organization, None).await?.len() >= API_ROLES_MAX {
                return Err(Refusal::ApiRoleLimit.into());
            }
            let added = rows::insert(connection, organization, &body.name, body.permission).await;
            added.map_err(duplicate)?
        }
        ApiRoleChange::Edit(id, _) | ApiRoleChange::Delete(id) => {
            let before = row(connection, at, *id).await?;
            change.resource.clone_from(&before.name);
            check_version(precondition, before.version)?;
            change.before = Some(shown(&before));
            *id
        }
    };
    let connection = &mut change.transaction;
    match wanted {
        ApiRoleChange::Add(_) => {}
        ApiRoleChange::Edit(_, body) => {
            let updated = rows::update(connection, id, &body.name, body.permission).await;
            updated.map_err(duplicate)?;
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

fn duplicate(error: StoreError) -> Problem {
    if error.is_duplicate() {
        return Problem::new(ProblemCode::ApiRoleExists)
            .field("name", "There is an API role of this name. Enter another one.");
    }
    error.into()
}

fn shown(row: &ApiRoleRow) -> Value {
    json!({ "name": row.name, "permission": row.permission })
}
