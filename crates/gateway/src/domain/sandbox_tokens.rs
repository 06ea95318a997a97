//! Sandbox API tokens of an organization. A replaced or deleted token is rejected from the next request on.

use keyward_contract::{
    Capabilities, NameSandboxToken, ProblemCode, SandboxToken, SandboxTokenClient, SandboxTokenId, SandboxTokenString,
    SandboxTokens,
};
use serde_json::{Value, json};

use super::change::{Asked, Change, duplicate};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    portal_auth::at_organization::AtOrganization,
    random,
    rules::{Operation, check},
    state::AppState,
    store::{
        Connection, StoreError,
        keys::sandbox_tokens::{self as rows, SandboxTokenRow},
        usage::sandbox_token_clients,
    },
};

/// The tokens of an organization, with what the asking admin can do.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<SandboxTokens, StoreError> {
    let mut reader = app.store.read().await?;
    let rows = rows::list(&mut reader, at.organization.id, None).await?;
    Ok(SandboxTokens {
        capabilities: at.standing().sandbox_tokens(rows.len()),
        base_url: app.sandbox_url(),
        tokens: rows.into_iter().map(|row| row.token).collect(),
    })
}

/// Which token a string is.
///
/// # Errors
/// [`ProblemCode::SandboxTokenNotFound`], also when another organization has it.
pub async fn find(app: &AppState, at: &AtOrganization, token: &SandboxTokenString) -> Result<SandboxToken, Problem> {
    let mut reader = app.store.read().await?;
    let id = rows::find(&mut reader, at.organization.id, token).await?;
    let id = id.ok_or(ProblemCode::SandboxTokenNotFound)?;
    Ok(row(&mut reader, at, id).await?.token)
}

/// The clients that use a token.
///
/// # Errors
/// [`ProblemCode::SandboxTokenNotFound`].
pub async fn clients(
    app: &AppState,
    at: &AtOrganization,
    id: SandboxTokenId,
) -> Result<Vec<SandboxTokenClient>, Problem> {
    let mut reader = app.store.read().await?;
    row(&mut reader, at, id).await?;
    Ok(sandbox_token_clients::list(&mut reader, id, app.clock.now()).await?)
}

async fn row(connection: &mut Connection, at: &AtOrganization, id: SandboxTokenId) -> Result<SandboxTokenRow, Problem> {
    let mut found = rows::list(connection, at.organization.id, Some(id)).await?;
    found.pop().ok_or_else(|| ProblemCode::SandboxTokenNotFound.into())
}

/// The token with its secret. The audit row is written first.
pub async fn reveal(app: &AppState, at: &AtOrganization, id: SandboxTokenId) -> Result<SandboxToken, Problem> {
    let asked = Asked::at(at, Operation::SandboxTokenReveal, &Preconditions::NONE);
    Change::run(app, asked, |change| {
        Box::pin(async move {
            check(capabilities(change, at).await?.reveal)?;
            let row = row(&mut change.transaction, at, id).await?;
            change.resource.clone_from(&row.token.name);
            Ok(SandboxToken {
                token: Some(row.open(&app.secrets)?),
                ..row.token
            })
        })
    })
    .await
}

/// As they are within the transaction.
async fn capabilities(change: &mut Change<'_>, at: &AtOrganization) -> Result<Capabilities, Problem> {
    let standing = change.standing().await?;
    let count = rows::list(&mut change.transaction, at.organization.id, None)
        .await?
        .len();
    Ok(standing.sandbox_tokens(count))
}

/// What is to become of a token.
pub enum SandboxTokenChange<'a> {
    /// Add one with this name.
    Add(&'a NameSandboxToken),
    /// Another name.
    Rename(SandboxTokenId, &'a NameSandboxToken),
    /// Replace it with a random one. The old one is rejected from then on.
    Regenerate(SandboxTokenId),
    /// Delete it. It is rejected from then on.
    Delete(SandboxTokenId),
    /// The same, confirmed after a restore.
    Confirm(SandboxTokenId),
}

impl SandboxTokenChange<'_> {
    fn operation(&self) -> Operation {
        match self {
            Self::Add(_) => Operation::SandboxTokenAdd,
            Self::Rename(..) => Operation::SandboxTokenEdit,
            Self::Regenerate(_) => Operation::SandboxTokenRegenerate,
            Self::Delete(_) => Operation::SandboxTokenDelete,
            Self::Confirm(_) => Operation::SandboxTokenConfirm,
        }
    }
}

/// Makes a change. Returns the new state, with a new secret; `None` once deleted.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
    wanted: &SandboxTokenChange<'_>,
) -> Result<Option<SandboxToken>, Problem> {
    let asked = Asked::at(at, wanted.operation(), preconditions);
    let asked = match wanted {
        SandboxTokenChange::Add(body) => asked.body(body).named(&body.name),
        SandboxTokenChange::Rename(_, body) => asked.body(body),
        _ => asked,
    };
    Change::run(app, asked, |change| Box::pin(apply(change, at, wanted))).await
}

async fn apply(
    change: &mut Change<'_>,
    at: &AtOrganization,
    wanted: &SandboxTokenChange<'_>,
) -> Result<Option<SandboxToken>, Problem> {
    let (app, organization) = (change.app, at.organization.id);
    let capabilities = capabilities(change, at).await?;
    let (id, name) = match wanted {
        SandboxTokenChange::Add(body) => {
            check(capabilities.add)?;
            let token = random::sandbox_token_string();
            let made = change.last_change(1);
            let added = rows::insert(
                &mut change.transaction,
                &app.secrets,
                organization,
                (&body.name, &token),
                &made,
            );
            let id = added.await.map_err(taken)?;
            let added = row(&mut change.transaction, at, id).await?.token;
            change.after = Some(shown(&added));
            return Ok(Some(SandboxToken {
                token: Some(token),
                ..added
            }));
        }
        SandboxTokenChange::Rename(id, body) => (*id, Some(&body.name)),
        SandboxTokenChange::Regenerate(id) | SandboxTokenChange::Delete(id) | SandboxTokenChange::Confirm(id) => {
            (*id, None)
        }
    };
    check(capabilities.edit)?;
    let row_before = row(&mut change.transaction, at, id).await?;
    let before = &row_before.token;
    change.resource.clone_from(&before.name);
    change.check_version(before.version)?;
    change.before = Some(shown(before));
    let made = change.last_change(before.version + 1);
    let token = match wanted {
        SandboxTokenChange::Delete(_) => {
            rows::delete(&mut change.transaction, id).await?;
            return Ok(None);
        }
        SandboxTokenChange::Regenerate(_) => Some(random::sandbox_token_string()),
        SandboxTokenChange::Confirm(_) => {
            // It has to open: a rolled-back or changed value can't be confirmed.
            row_before.open(&app.secrets)?;
            if before.restored.is_some() {
                rows::confirm(&mut change.transaction, &app.secrets, &row_before, &made).await?;
            }
            let after = row(&mut change.transaction, at, id).await?.token;
            change.after = Some(shown(&after));
            return Ok(Some(after));
        }
        SandboxTokenChange::Add(_) | SandboxTokenChange::Rename(..) => None,
    };
    let name = name.unwrap_or(&before.name);
    rows::update(
        &mut change.transaction,
        &app.secrets,
        &row_before,
        (name, token.as_ref()),
        &made,
    )
    .await
    .map_err(taken)?;
    let after = row(&mut change.transaction, at, id).await?.token;
    change.after = Some(shown(&after));
    Ok(Some(SandboxToken { token, ..after }))
}

/// The name is taken.
fn taken(error: StoreError) -> Problem {
    duplicate(ProblemCode::SandboxTokenExists)(error)
}

fn shown(token: &SandboxToken) -> Value {
    let mut value = json!({ "id": token.id, "name": token.name, "version": token.version });
    if let Some(restored) = token.restored {
        value["restored"] = json!(restored);
    }
    value
}
