//! Sandbox API tokens of an organization. A token that is replaced or deleted is refused from the next request on.

use keyward_contract::{
    AuditAction, AuditSubCategory, Capabilities, ChangedBy, LastChange, NameSandboxToken, Permission, Permissions,
    ProblemCode, Refusal, SANDBOX_TOKENS_MAX, SandboxToken, SandboxTokenClient, SandboxTokenId, SandboxTokenString,
    SandboxTokens, Subscription,
};
use serde_json::{Value, json};

use crate::{
    access::organization::AtOrganization,
    administration::{Asked, Begun, Change, check_version},
    app::AppState,
    authority::Precondition,
    idempotency::Idempotency,
    problem::Problem,
    random,
    store::{
        Connection, StoreError, organizations, sandbox_token_clients,
        sandbox_tokens::{self as rows, SandboxTokenRow},
    },
};

/// The tokens of an organization, with what the asking admin can do.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &AppState, at: &AtOrganization) -> Result<SandboxTokens, StoreError> {
    let mut reader = app.store.read().await?;
    let rows = rows::list(&mut reader, at.organization.id, None).await?;
    Ok(SandboxTokens {
        capabilities: capabilities(at.membership.permissions, at.organization.subscription, rows.len()),
        base_url: app.sandbox_url(),
        tokens: rows.into_iter().map(|row| row.token).collect(),
    })
}

/// The first reason that stands in the way counts: the role, then the subscription, then how many there are.
fn capabilities(role: Permissions, subscription: Subscription, count: usize) -> Capabilities {
    let denied = |allowed: bool| (!allowed).then_some(Refusal::PermissionDenied);
    let subscribed = match subscription {
        Subscription::Active => None,
        Subscription::Expired => Some(Refusal::SubscriptionExpired),
        Subscription::None => Some(Refusal::SubscriptionNone),
    };
    let change = denied(role.api_key_management == Permission::Full).or(subscribed);
    Capabilities {
        add: change.or((count >= SANDBOX_TOKENS_MAX).then_some(Refusal::SandboxTokenLimit)),
        edit: change,
        regenerate: change,
        delete: change,
        reveal: denied(role.api_key_management != Permission::None && role.reveal)
            .or(subscribed.filter(|_| subscription == Subscription::None)),
    }
}

/// As they are within a transaction: role and subscription may have changed since the request came in.
async fn capabilities_now(connection: &mut Connection, at: &AtOrganization) -> Result<Capabilities, Problem> {
    let (organization, admin) = (at.organization.id, at.requester.admin.id);
    let membership = organizations::membership(&mut *connection, organization, admin).await?;
    let found = organizations::find(&mut *connection, organization).await?;
    let (Some(membership), Some(found)) = (membership, found) else {
        return Err(ProblemCode::OrganizationNotFound.into());
    };
    let count = rows::list(connection, organization, None).await?.len();
    Ok(capabilities(membership.permissions, found.subscription, count))
}

fn check(refusal: Option<Refusal>) -> Result<(), Problem> {
    refusal.map_or(Ok(()), |refusal| Err(refusal.into()))
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

/// Who uses a token.
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

/// The token with its secret. The audit log has it before anybody sees it.
///
/// # Errors
/// When it is refused.
pub async fn reveal(app: &AppState, at: &AtOrganization, id: SandboxTokenId) -> Result<SandboxToken, Problem> {
    let asked = asked(at, None, AuditAction::Reveal, String::new());
    let mut change = match Change::begin(app, asked).await? {
        Begun::First(change) => change,
        Begun::Repeated(answer) => return answer,
    };
    let result = open(&mut change, at, id).await;
    change.finish(result).await
}

async fn open(change: &mut Change<'_>, at: &AtOrganization, id: SandboxTokenId) -> Result<SandboxToken, Problem> {
    change.resource = AuditSubCategory::SandboxToken.as_str().to_owned();
    check(capabilities_now(&mut change.transaction, at).await?.reveal)?;
    let row = row(&mut change.transaction, at, id).await?;
    change.resource.clone_from(&row.token.name);
    Ok(SandboxToken {
        token: Some(row.open(&change.app.secrets)?),
        ..row.token
    })
}

fn asked<'a>(
    at: &'a AtOrganization,
    idempotency: Option<&'a Idempotency>,
    action: AuditAction,
    body: String,
) -> Asked<'a> {
    Asked {
        by: &at.requester,
        organization: Some(at.organization.id),
        idempotency,
        action,
        sub_category: AuditSubCategory::SandboxToken,
        body,
    }
}

/// What is to become of a token.
pub enum SandboxTokenChange<'a> {
    /// A new one, of this name.
    Add(&'a NameSandboxToken),
    /// Another name.
    Rename(SandboxTokenId, &'a NameSandboxToken),
    /// Another random string. The old one is refused from then on.
    Regenerate(SandboxTokenId),
    /// None. It is refused from then on.
    Delete(SandboxTokenId),
    /// The same, and one that may be used again after a restore.
    Confirm(SandboxTokenId),
}

impl SandboxTokenChange<'_> {
    fn action(&self) -> AuditAction {
        match self {
            Self::Add(_) => AuditAction::Create,
            Self::Rename(..) | Self::Confirm(_) => AuditAction::Update,
            Self::Regenerate(_) => AuditAction::Regenerate,
            Self::Delete(_) => AuditAction::Delete,
        }
    }

    /// What a repetition has to ask for as well. Which token it is says the path.
    fn body(&self) -> String {
        match self {
            Self::Add(body) | Self::Rename(_, body) => body.name.clone(),
            Self::Regenerate(_) | Self::Delete(_) | Self::Confirm(_) => String::new(),
        }
    }
}

/// Makes a change. Answers the token as it is now, with its secret where that is new; `None` when it is gone.
///
/// # Errors
/// When it is refused.
pub async fn change(
    app: &AppState,
    at: &AtOrganization,
    (precondition, idempotency): (&Precondition, Option<&Idempotency>),
    wanted: &SandboxTokenChange<'_>,
) -> Result<Option<SandboxToken>, Problem> {
    let asked = asked(at, idempotency, wanted.action(), wanted.body());
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
    wanted: &SandboxTokenChange<'_>,
) -> Result<Option<SandboxToken>, Problem> {
    let (app, organization) = (change.app, at.organization.id);
    change.resource = AuditSubCategory::SandboxToken.as_str().to_owned();
    let capabilities = capabilities_now(&mut change.transaction, at).await?;
    let (id, name) = match wanted {
        SandboxTokenChange::Add(body) => {
            change.resource.clone_from(&body.name);
            check(capabilities.add)?;
            let token = random::sandbox_token_string();
            let made = last_change(change, 1);
            let added = rows::insert(
                &mut change.transaction,
                &app.secrets,
                organization,
                (&body.name, &token),
                &made,
            );
            let id = added.await.map_err(duplicate)?;
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
    check_version(precondition, before.version)?;
    change.before = Some(shown(before));
    let made = last_change(change, before.version + 1);
    let token = match wanted {
        SandboxTokenChange::Delete(_) => {
            rows::delete(&mut change.transaction, id).await?;
            return Ok(None);
        }
        SandboxTokenChange::Regenerate(_) => Some(random::sandbox_token_string()),
        SandboxTokenChange::Confirm(_) => {
            // It must open: what was put back or changed can't be confirmed.
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
    .map_err(duplicate)?;
    let after = row(&mut change.transaction, at, id).await?.token;
    change.after = Some(shown(&after));
    Ok(Some(SandboxToken { token, ..after }))
}

fn last_change(change: &Change<'_>, version: i64) -> LastChange {
    let admin = &change.asked.by.admin;
    LastChange {
        last_modified_by: ChangedBy {
            id: admin.id,
            name: admin.name.clone(),
        },
        last_modified_on: change.now,
        version,
    }
}

fn duplicate(error: StoreError) -> Problem {
    if error.is_duplicate() {
        return Problem::new(ProblemCode::SandboxTokenExists)
            .field("name", "There is a token of this name. Enter another one.");
    }
    error.into()
}

fn shown(token: &SandboxToken) -> Value {
    let mut value = json!({ "id": token.id, "name": token.name, "version": token.version });
    if let Some(restored) = token.restored {
        value["restored"] = json!(restored);
    }
    value
}
