//! Which account an identity provider has signed in to.
//!
//! After its first sign-in, an account is linked to the subject of an issuer. A different provider can only be linked by the
//! signed-in owner. An account without a subject is found by its login if the provider vouches for it: the login is of the
//! provider's own domain, or the provider is the only one.

use keyward_contract::{Admin, AdminId, AuditAction, AuditReason, ProblemCode};
use serde_json::{Map, Value, json};

use super::{Failed, account::write_account};
use crate::{
    names,
    oidc::{claims, id_token::IdToken},
    random,
    state::AppState,
    store::{
        Connection, StoreError,
        people::{
            admins, password_sign_in,
            sso::{self as rows, Provider},
        },
        sessions::account_sessions,
    },
};

/// The account for a person whom a provider has signed in. `has_role` says whether a new one would have a role; `signed_in`
/// is the admin signed in in the same browser.
///
/// # Errors
/// When they have none.
pub(super) async fn find(
    connection: &mut Connection,
    app: &AppState,
    (provider, token): (&Provider, &IdToken),
    (has_role, signed_in): (bool, Option<AdminId>),
) -> Result<Admin, Failed> {
    if let Some(known) = rows::admin(connection, provider.id, &token.subject).await? {
        return Ok(known);
    }
    let no_account = |reason| Failed::new(ProblemCode::SsoNoAccount, reason);
    let login = login(connection, app, provider, &token.claims).await?;
    // The same issuer may have had a different entry before.
    if let Some(known) = rows::owner(connection, &provider.issuer, &token.subject).await? {
        identify(connection, (provider, token), &known).await?;
        return Ok(known);
    }
    let Some((admin, hash)) = admins::find_by_login(connection, &login).await? else {
        if !has_role {
            return Err(no_account(AuditReason::UnknownUser));
        }
        let id = random::admin_id();
        let admin = Admin { id, name: login };
        admins::insert(connection, &admin, None, app.clock.now()).await?;
        identify(connection, (provider, token), &admin).await?;
        return Ok(admin);
    };
    if signed_in != Some(admin.id) {
        let issuers = rows::issuers(connection, admin.id).await?;
        // A login that was reassigned to a different person at the provider doesn't open the previous person's account.
        if issuers.contains(&provider.issuer) {
            let admin = Some(admin);
            return Err(Failed {
                admin,
                ..no_account(AuditReason::SsoSubjectChanged)
            });
        }
        let has_say = vouches(connection, app, provider, &login).await?;
        // While passwords are on, the owner signs in with theirs and links the account. Only a provider of the login's own domain
        // overrides a password: a squatter may have set it.
        let is_theirs = has_say
            && (hash.is_none() || !provider.login_domain.is_empty() || !password_sign_in::is_on(connection).await?);
        if !issuers.is_empty() || !is_theirs {
            let admin = Some(admin);
            return Err(Failed {
                admin,
                ..Failed::new(ProblemCode::SsoNotConnected, ProblemCode::SsoNotConnected.into())
            });
        }
    }
    identify(connection, (provider, token), &admin).await?;
    // A squatter may have set it, and opened sessions with it.
    admins::end_password(connection, admin.id).await?;
    let ended = account_sessions::end_by_password(connection, admin.id).await?;
    if hash.is_some() {
        let after = json!({ "linkedWith": provider.name, "password": "ended", "sessionsEnded": ended });
        write_account(connection, app, provider, (AuditAction::Update, &admin, after)).await?;
    }
    Ok(admin)
}

async fn identify(
    connection: &mut Connection,
    (provider, token): (&Provider, &IdToken),
    admin: &Admin,
) -> Result<(), Failed> {
    let identified = rows::identify(connection, provider.id, &token.subject, admin.id).await;
    identified.map_err(|error| match error.is_duplicate() {
        true => Failed {
            admin: Some(admin.clone()),
            ..Failed::new(ProblemCode::SsoNoAccount, AuditReason::SsoSubjectChanged)
        },
        false => error.into(),
    })
}

/// Whether a provider vouches for a login: it is of the provider's own domain, or the provider is the only one.
pub(super) async fn vouches(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    login: &str,
) -> Result<bool, StoreError> {
    if !provider.login_domain.is_empty() {
        return Ok(names::domain_of(login) == names::domain(&provider.login_domain));
    }
    Ok(rows::list(connection, &app.secrets).await?.len() == 1)
}

/// The login in the claim. An email address has to be verified by the provider, and a provider can't name people outside its
/// domain, or in the domain of another provider.
async fn login(
    connection: &mut Connection,
    app: &AppState,
    provider: &Provider,
    claims: &Map<String, Value>,
) -> Result<String, Failed> {
    let wrong = |reason| Failed::new(ProblemCode::SsoNoAccount, reason);
    let text = claims::at(claims, &provider.claim)
        .and_then(Value::as_str)
        .map(str::trim);
    let text = text
        .filter(|text| !text.is_empty())
        .ok_or(wrong(AuditReason::SsoClaimMissing))?;
    if provider.claim == "email" && !claims::is_true(claims.get("email_verified")) {
        tracing::warn!(
            provider = provider.name,
            "the claim email_verified of the identity provider is not true, so that its claim email isn't trusted; let it be verified there, \
             or choose a different claim: keyward sso add --claim"
        );
        return Err(wrong(AuditReason::SsoEmailNotVerified));
    }
    let login = names::login(text).map_err(|error| {
        tracing::info!(provider = provider.name, reason = %error, "a provider sent a user name that can't be used");
        wrong(AuditReason::SsoLoginUnusable)
    })?;
    let (domain, own) = (names::domain_of(&login), names::domain(&provider.login_domain));
    let is_others = |it: &Provider| it.id != provider.id && names::domain(&it.login_domain) == domain;
    let is_own = match own.is_empty() {
        true => domain.is_empty() || !rows::list(connection, &app.secrets).await?.iter().any(is_others),
        false => own == domain,
    };
    if !is_own {
        return Err(wrong(AuditReason::SsoLoginOfOtherDomain));
    }
    Ok(login)
}
