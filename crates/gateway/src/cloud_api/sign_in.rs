//! Signing in with user name, password and obfuscated key.

use std::time::Duration;

use keyward_contract::{
    Admin, AuditAction, AuditInterface, AuditReason, AuditSubCategory, OrganizationAccess, OrganizationId,
    PLACES_SHOWN_MIN, ProblemCode, Subscription, places_shown,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{error::ApiError, guesses::Guess, session};
use crate::{
    api_session::{self, LiveSession},
    audit::{self, Actor, Event},
    credentials::{Attempt, CredentialsError, Verified, password::HashError},
    http::ClientInfo,
    key_holder::{KeyAt, KeyCheck, Obfuscated, Unusable},
    key_usage::{Client, KeyUse},
    secrets::hash_token,
    state::AppState,
    store::{
        Connection, StoreError,
        audit::audit_log,
        keys::api_keys,
        organizations,
        people::{admins, known_addresses, members, service_passwords},
        sessions::{api_sessions, portal_sessions::Origin},
    },
};

/// Body of `POST /api/v1/authenticatedSession`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiSignIn {
    /// The key, obfuscated with the timestamp.
    api_key: String,
    /// The admin's login. It may end in `/` and an organization's identifier, as in `admin@acme.example/2`.
    pub(super) username: String,
    /// The admin's password.
    password: String,
    /// Milliseconds since 1970, as a number or as text; the same that the key was obfuscated with.
    #[schema(value_type = u64)]
    timestamp: Value,
    /// The organization, if several of the admin's have this key. Not in the vendor's API.
    #[schema(nullable = false)]
    organization_id: Option<OrganizationId>,
    /// How much longer the session may be unused than others. The route says it.
    #[serde(skip)]
    pub(super) idle_extra: Duration,
    /// The organization that the user name ends in.
    #[serde(skip)]
    qualified: Option<OrganizationId>,
}

impl ApiSignIn {
    /// One with this key, whose user name and password were verified elsewhere.
    pub(super) fn verified(api_key: String) -> Self {
        Self {
            api_key,
            username: String::new(),
            password: String::new(),
            timestamp: Value::Null,
            organization_id: None,
            qualified: None,
            idle_extra: Duration::ZERO,
        }
    }

    /// Takes the organization off the user name, unless the whole is a login.
    pub(super) async fn read_organization(&mut self, app: &AppState) -> Result<(), StoreError> {
        let Some((login, id)) = self.username.rsplit_once('/') else {
            return Ok(());
        };
        let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let Some(id) = id.parse().ok().filter(|_| is_number) else {
            return Ok(());
        };
        let whole = admins::find_by_login(&mut *app.store.read().await?, &self.username).await?;
        if whole.is_none() {
            self.qualified = Some(OrganizationId(id));
            self.username = login.to_owned();
        }
        Ok(())
    }

    /// Whether the sign-in may be for this organization: as many places as name one must name it.
    fn is_for(&self, organization: OrganizationId, client: &ClientInfo) -> bool {
        let named = [client.organization, self.organization_id, self.qualified];
        named.into_iter().flatten().all(|named| named == organization)
    }
}

/// A rejected sign-in: the answer for the client, and the audit reason.
pub(super) struct Refused {
    pub(super) answer: ApiError,
    pub(super) reason: AuditReason,
    pub(super) admin: Option<Admin>,
    pub(super) organization: Option<OrganizationId>,
}

/// Opens a session and returns its ID.
///
/// The timestamp is checked first: it isn't a secret, and the check is cheap. User name and password come before the key, so
/// that only clients who know them learn that a key is disabled or a subscription has expired.
pub(super) async fn sign_in(app: &AppState, body: ApiSignIn, client: &ClientInfo) -> Result<String, ApiError> {
    let now = app.clock.now().timestamp_millis();
    let timestamp = match timestamp(&body.timestamp, now, app.config.timestamp_window) {
        Ok(timestamp) => timestamp,
        Err((answer, reason)) => {
            let mut reader = app.store.read().await?;
            let admin = admins::find_by_login(&mut reader, &body.username)
                .await?
                .map(|(admin, _)| admin);
            drop(reader);
            let mut event = event(AuditAction::SignIn, None, admin.as_ref(), client, app.clock.now());
            event.failure = Some(reason);
            event.after = audit::script(client);
            if reason == AuditReason::TimestampOutOfRange
                && let Some(offset) = clock_offset(&body.timestamp, now)
            {
                event.after.get_or_insert_default()["clockOffsetMs"] = offset.into();
            }
            app.counted.note(&event).await;
            return Err(answer);
        }
    };
    let credentials = (body.username.as_str(), body.password.as_str());
    let verified = match app.credentials.check(credentials, AuditInterface::Api, client).await {
        Ok(verified) => verified,
        Err(error) => return Err(error.into()),
    };
    open_verified(app, &verified, &body, timestamp, client).await
}

/// Opens a session for an admin whose password was right, and returns its ID.
pub(super) async fn open_verified(
    app: &AppState,
    verified: &Verified,
    body: &ApiSignIn,
    timestamp: u64,
    client: &ClientInfo,
) -> Result<String, ApiError> {
    match open(app, verified, body, timestamp, client).await? {
        Ok(id) => Ok(id),
        Err(refused) => Err(write_refusal(app, client, refused).await?),
    }
}

async fn open(
    app: &AppState,
    verified: &Verified,
    body: &ApiSignIn,
    timestamp: u64,
    client: &ClientInfo,
) -> Result<Result<String, Refused>, ApiError> {
    let admin = &verified.admin;
    let refused = |answer, reason, organization| {
        Ok(Err(Refused {
            answer,
            reason,
            admin: Some(admin.clone()),
            organization,
        }))
    };
    let mut reader = app.store.read().await?;
    // The same answer as for a wrong password: otherwise the answers below would reveal correct passwords while password
    // sign-in is off.
    if !service_passwords::opens_api_sessions(&mut reader, admin.id).await? {
        return refused(ApiError::SIGN_IN_FAILED, ProblemCode::PasswordSignInOff.into(), None);
    }
    let organizations = organizations::of_admin(&mut reader, admin.id).await?;
    let now = app.clock.now();
    let attempt = Attempt::key(&mut reader, admin, &client.network(), now).await?;
    let locked = attempt.locked_until(&mut reader, now).await?;
    if let Some(until) = locked {
        return refused(ApiError::key_locked(until), AuditReason::KeyLocked, None);
    }
    // The key determines the organization. A named organization with a different key is the same as a wrong key.
    let mut matches = Vec::new();
    let mut names = Vec::new();
    let mut former = Vec::new();
    let mut guess = Guess::default();
    let mut of_others = Vec::new();
    let mut is_of_admin = false;
    let mut held = None;
    let sent = Obfuscated {
        key: body.api_key.as_bytes(),
        timestamp,
        now,
    };
    for access in organizations {
        let OrganizationAccess { id, permissions, .. } = access;
        let key = KeyAt {
            connection: &mut reader,
            of: id,
        };
        let check = app.key_holder.check(key, sent).await?;
        if !body.is_for(id, client) {
            match check {
                KeyCheck::Wrong => of_others.push(id),
                KeyCheck::NoKey => {}
                _ => guess.is_none = true,
            }
            continue;
        }
        is_of_admin = true;
        match check {
            KeyCheck::NoKey => {}
            KeyCheck::Wrong => guess.at.push(id),
            KeyCheck::Held => held = Some(id),
            KeyCheck::Former { id: key, fits_present } => former.push((id, key, fits_present)),
            check => {
                matches.push((id, permissions, check));
                names.push((id, access.name));
            }
        }
    }
    // With an organization that isn't the admin's, it may be a guess at any key of theirs.
    if !is_of_admin {
        guess.at = of_others;
    }
    let (organization, permissions, check) = match matches.as_slice() {
        [] => {
            // A client that may have meant the current key isn't reported as using the previous one.
            for &(organization, key, _) in former.iter().filter(|(.., fits_present)| !fits_present) {
                note(app, organization, admin, client, KeyUse::FormerKeyTried(key));
            }
            // One of several is not the one meant.
            return match former.as_slice() {
                [] if held.is_some() => refused(ApiError::SIGN_IN_FAILED, AuditReason::KeyHeld, held),
                [] if guess.is_none => refused(ApiError::SIGN_IN_FAILED, AuditReason::KeyOfOtherOrganization, None),
                [] => Err(guess.count(app, &attempt, admin, client).await?),
                [(organization, _, true)] => refused(
                    ApiError::SIGN_IN_FAILED,
                    AuditReason::FormerOrPresentKey,
                    Some(*organization),
                ),
                [(organization, _, false)] => {
                    refused(ApiError::SIGN_IN_FAILED, AuditReason::FormerKey, Some(*organization))
                }
                _ => refused(ApiError::SIGN_IN_FAILED, AuditReason::FormerKey, None),
            };
        }
        [one] => *one,
        _ => {
            let ambiguous = ambiguous(app, &body.username, &names);
            return refused(ambiguous, AuditReason::OrganizationAmbiguous, None);
        }
    };
    let version = match check {
        KeyCheck::Valid { version } => version,
        KeyCheck::Unusable(Unusable::Disabled) => {
            return refused(
                ApiError::KEY_DISABLED,
                ProblemCode::ApiKeyDisabled.into(),
                Some(organization),
            );
        }
        KeyCheck::Unusable(Unusable::Subscription(subscription)) => {
            let reason = match subscription {
                Subscription::Expired => ProblemCode::SubscriptionExpired.into(),
                Subscription::Active | Subscription::None => ProblemCode::SubscriptionNone.into(),
            };
            return refused(
                ApiError::subscription_required(subscription),
                reason,
                Some(organization),
            );
        }
        KeyCheck::Former { .. } | KeyCheck::Held | KeyCheck::Wrong | KeyCheck::NoKey => {
            return refused(ApiError::SIGN_IN_FAILED, AuditReason::WrongKey, None);
        }
    };
    if !permissions.api_access {
        return refused(
            ApiError::API_ACCESS_DENIED,
            AuditReason::NoApiAccess,
            Some(organization),
        );
    }

    // Failures of others elsewhere don't count here: key and password were correct.
    app.limits
        .session
        .count(&session::admin_caller("POST", organization, admin.id))?;
    let id = api_session::new_id();
    let mut transaction = app.store.write().await?;
    let now = app.clock.now();
    // Password, role and key may have changed since they were checked. Within this transaction they no longer can.
    if let Some(until) = attempt.locked_until(&mut transaction, now).await? {
        drop(transaction);
        return refused(ApiError::key_locked(until), AuditReason::KeyLocked, None);
    }
    let membership = organizations::membership(&mut transaction, organization, admin.id).await?;
    let may = membership.is_some_and(|membership| membership.permissions.api_access);
    if !may || !verified.confirm(&mut transaction, now).await? {
        drop(transaction);
        return refused(
            ApiError::SIGN_IN_FAILED,
            AuditReason::AdminChangedConcurrently,
            Some(organization),
        );
    }
    if !service_passwords::opens_api_sessions(&mut transaction, admin.id).await? {
        drop(transaction);
        return refused(
            ApiError::SIGN_IN_FAILED,
            ProblemCode::PasswordSignInOff.into(),
            Some(organization),
        );
    }
    if !api_keys::is_usable_at(&mut transaction, organization, version).await? {
        drop(transaction);
        return refused(
            ApiError::SIGN_IN_FAILED,
            AuditReason::KeyChangedConcurrently,
            Some(organization),
        );
    }
    let origin = Origin {
        client_address: client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    let opened_by = (organization, admin.id, version);
    let id_hash = hash_token(&id);
    api_sessions::insert(&mut transaction, &id_hash, opened_by, &origin, (now, body.idle_extra)).await?;
    let ended = api_sessions::bound(&mut transaction, admin.id, &id_hash).await?;
    members::signed_in(&mut transaction, (organization, admin.id), now).await?;
    attempt.succeed(&mut transaction).await?;
    known_addresses::note(&mut transaction, admin.id, &client.network(), true, now).await?;
    let mut success = event(AuditAction::SignIn, Some(organization), Some(admin), client, now);
    success.after = (ended > 0).then(|| json!({ "oldSessionsEnded": ended }));
    audit_log::insert(&mut transaction, &app.secrets, &success).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    note(app, organization, admin, client, KeyUse::SessionOpened);
    Ok(Ok(id))
}

/// Which base URL or user name to use instead. It names what only the admin who has the key gets to know.
fn ambiguous(app: &AppState, login: &str, organizations: &[(OrganizationId, String)]) -> ApiError {
    /// As many as a message can be read with.
    const NAMED: usize = 5;
    let choice = |(id, name): &(OrganizationId, String)| {
        let url = app.organization_api_url(*id);
        format!("{name}: base URL {url} or user name {login}/{id}")
    };
    let named: Vec<String> = organizations.iter().take(NAMED).map(choice).collect();
    ApiError::organization_ambiguous(&named, organizations.len() > NAMED)
}

fn note(app: &AppState, organization: OrganizationId, admin: &Admin, client: &ClientInfo, did: KeyUse) {
    let client = Client {
        address: &client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    app.key_usage.note(organization, admin, client, did);
}

/// Ends a session.
pub(super) async fn sign_out(app: &AppState, live: &LiveSession, client: &ClientInfo) -> Result<(), StoreError> {
    let mut transaction = app.store.write().await?;
    api_sessions::delete(&mut transaction, &live.id_hash).await?;
    let session = &live.session;
    let event = event(
        AuditAction::SignOut,
        Some(session.organization),
        Some(&session.admin),
        client,
        app.clock.now(),
    );
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    Ok(transaction.commit().await?)
}

async fn write_refusal(app: &AppState, client: &ClientInfo, refused: Refused) -> Result<ApiError, StoreError> {
    let mut transaction = app.store.write().await?;
    let answer = insert_refusal(&mut transaction, app, client, refused).await?;
    transaction.commit().await?;
    Ok(answer)
}

/// The audit row of a rejected sign-in.
pub(super) async fn insert_refusal(
    connection: &mut Connection,
    app: &AppState,
    client: &ClientInfo,
    refused: Refused,
) -> Result<ApiError, StoreError> {
    let now = app.clock.now();
    let mut event = event(
        AuditAction::SignIn,
        refused.organization,
        refused.admin.as_ref(),
        client,
        now,
    );
    event.failure = Some(refused.reason);
    event.after = audit::script(client);
    audit_log::insert(connection, &app.secrets, &event).await?;
    Ok(refused.answer)
}

pub(super) fn event<'a>(
    action: AuditAction,
    organization: Option<OrganizationId>,
    admin: Option<&'a Admin>,
    client: &'a ClientInfo,
    now: chrono::DateTime<chrono::Utc>,
) -> Event<'a> {
    let name = admin.map_or("unknown user", |admin| &admin.name);
    // The page tries the key; that's no script.
    let (interface, sub_category, resource) = match client.is_trial {
        true => (
            AuditInterface::AdminUi,
            AuditSubCategory::ApiKey,
            AuditSubCategory::ApiKey.as_str(),
        ),
        false => (AuditInterface::Api, AuditSubCategory::Session, name),
    };
    Event {
        organization,
        interface,
        ..Event::new(
            (action, sub_category),
            resource,
            (admin.map_or(Actor::Unknown, Actor::Admin), Some(client)),
            now,
        )
    }
}

/// The timestamp, if it is valid, within range, and shows enough of the key.
fn timestamp(value: &Value, now: i64, window: Duration) -> Result<u64, (ApiError, AuditReason)> {
    let out_of_range = || {
        (
            ApiError::timestamp_out_of_range(now, window),
            AuditReason::TimestampOutOfRange,
        )
    };
    let no_number = || {
        let text = "timestamp must be a number, or a number as text.";
        (ApiError::invalid_input(text), AuditReason::TimestampOutOfRange)
    };
    let text = text_of(value).ok_or_else(no_number)?;
    // Words like `inf` and `nan` are no numbers here.
    let is_number = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let number: f64 = text.parse().ok().filter(|_| is_number).ok_or_else(no_number)?;
    let timestamp = whole(&text, number).ok_or_else(out_of_range)?;
    let is_in_window = |apart: i64| u128::from(apart.unsigned_abs()) <= window.as_millis();
    if !timestamp.checked_sub(now).is_some_and(is_in_window) {
        return Err(out_of_range());
    }
    let timestamp = u64::try_from(timestamp).map_err(|_| out_of_range())?;
    if places_shown(timestamp) < PLACES_SHOWN_MIN {
        return Err((ApiError::TIMESTAMP_UNUSABLE, AuditReason::TimestampUnusable));
    }
    Ok(timestamp)
}

/// What a client sent as a timestamp, as text.
fn text_of(sent: &Value) -> Option<String> {
    match sent {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The whole milliseconds of a number: languages without integers write `1700000000000.0` and `1.7e12`.
fn whole(text: &str, number: f64) -> Option<i64> {
    /// Up to here a float has every whole number.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    text.parse()
        .ok()
        .or_else(|| (number.abs() < EXACT).then_some(number as i64))
}

/// By how many milliseconds what a client sent is ahead of the gateway's clock, if it is a number.
fn clock_offset(sent: &Value, now: i64) -> Option<i64> {
    let text = text_of(sent)?;
    whole(&text, text.parse().ok()?)?.checked_sub(now)
}

impl From<CredentialsError> for ApiError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Wrong | CredentialsError::Disabled => Self::SIGN_IN_FAILED,
            CredentialsError::Locked(until) => Self::account_locked(until),
            CredentialsError::Store(error) => error.into(),
            CredentialsError::Hash(HashError::Busy) => Self::busy(),
            CredentialsError::Hash(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a password can't be checked");
                Self::UNEXPECTED
            }
        }
    }
}
