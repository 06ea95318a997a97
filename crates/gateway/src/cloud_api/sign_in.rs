//! Signing in with user name, password and obfuscated key.

use keyward_contract::{
    Admin, AuditAction, AuditInterface, AuditSubCategory, OrganizationAccess, OrganizationId, Subscription,
};
use serde::Deserialize;
use serde_json::Value;

use super::{error::ApiError, session};
use crate::{
    access::credentials::{CredentialsError, Verified},
    app::AppState,
    audit::{Actor, Event},
    authority::{KeyCheck, Unusable},
    edge::ClientInfo,
    key_usage::{Client, KeyUse},
    secrets::hash_token,
    store::{StoreError, admins, api_keys, api_sessions, audit_log, members, organizations, portal_sessions::Origin},
};

/// How far a timestamp may be from the server's time, in milliseconds: two hours.
const CLOCK_RANGE: i64 = 2 * 60 * 60 * 1000;

/// Body of `POST /api/v1/authenticatedSession`.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiSignIn {
    /// The key, obfuscated with the timestamp.
    api_key: String,
    /// The admin's login.
    pub(super) username: String,
    /// The admin's password.
    password: String,
    /// Milliseconds since 1970, as a number or as text; the same that the key was obfuscated with.
    #[schema(value_type = u64)]
    timestamp: Value,
    /// Which of the admin's organizations is meant, where several have this key. Not in the vendor's API.
    #[schema(nullable = false)]
    organization_id: Option<OrganizationId>,
}

/// A refused sign-in: what the client is told, and what the audit log is.
struct Refused {
    answer: ApiError,
    reason: &'static str,
    admin: Option<Admin>,
    organization: Option<OrganizationId>,
}

/// Opens a session and answers its id.
///
/// The clock is compared first: what it tells is no secret and costs nothing. User name and password come before the
/// key, so that only who knows them learns that a key is disabled or a subscription over.
pub(super) async fn sign_in(app: &AppState, body: ApiSignIn, client: &ClientInfo) -> Result<String, ApiError> {
    let timestamp = match timestamp(&body.timestamp, app.clock.now().timestamp_millis()) {
        Ok(timestamp) => timestamp,
        Err(answer) => {
            let mut reader = app.store.read().await?;
            let admin = admins::find_by_login(&mut reader, &body.username)
                .await?
                .map(|(admin, _)| admin);
            drop(reader);
            let refused = Refused {
                answer,
                reason: "TimestampOutOfRange",
                admin,
                organization: None,
            };
            return Err(write_refusal(app, client, refused).await?);
        }
    };
    let credentials = (body.username.as_str(), body.password.as_str());
    let verified = match app.credentials.check(credentials, AuditInterface::Api, client).await {
        Ok(verified) => verified,
        Err(error) => return Err(credentials_error(app, error)),
    };
    let shown = (body.api_key.as_str(), timestamp);
    match open(app, &verified, shown, body.organization_id, client).await? {
        Ok(id) => Ok(id),
        Err(refused) => Err(write_refusal(app, client, refused).await?),
    }
}

async fn open(
    app: &AppState,
    verified: &Verified,
    (obfuscated, timestamp): (&str, u64),
    meant: Option<OrganizationId>,
    client: &ClientInfo,
) -> Result<Result<String, Refused>, StoreError> {
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
    let organizations = organizations::of_admin(&mut reader, admin.id).await?;
    drop(reader);
    // The key is what says which of the admin's organizations is meant. One that is named and is none of these is as good
    // as a wrong key.
    let mut matches = Vec::new();
    let mut former = Vec::new();
    for OrganizationAccess { id, permissions, .. } in organizations {
        if meant.is_some_and(|meant| meant != id) {
            continue;
        }
        match app.authority.check_key(id, obfuscated.as_bytes(), timestamp).await? {
            KeyCheck::Wrong => {}
            KeyCheck::Former { id: key, fits_present } => former.push((id, key, fits_present)),
            check => matches.push((id, permissions, check)),
        }
    }
    let (organization, permissions, check) = match matches.as_slice() {
        [] => {
            // Who may have meant the present key is not said to have the former one.
            for &(organization, key, _) in former.iter().filter(|(.., fits_present)| !fits_present) {
                note(app, organization, admin, client, KeyUse::FormerKeyTried(key));
            }
            // One of several is not the one meant.
            return match former.as_slice() {
                [] => refused(ApiError::SIGN_IN_FAILED, "WrongKey", None),
                [(organization, _, true)] => {
                    refused(ApiError::SIGN_IN_FAILED, "FormerOrPresentKey", Some(*organization))
                }
                [(organization, _, false)] => refused(ApiError::SIGN_IN_FAILED, "FormerKey", Some(*organization)),
                _ => refused(ApiError::SIGN_IN_FAILED, "FormerKey", None),
            };
        }
        [one] => *one,
        _ => return refused(ApiError::ORGANIZATION_AMBIGUOUS, "OrganizationAmbiguous", None),
    };
    let version = match check {
        KeyCheck::Valid { version } => version,
        KeyCheck::Unusable(Unusable::Disabled) => {
            return refused(ApiError::KEY_DISABLED, "KeyDisabled", Some(organization));
        }
        KeyCheck::Unusable(Unusable::Subscription(subscription)) => {
            let reason = match subscription {
                Subscription::Expired => "SubscriptionExpired",
                Subscription::Active | Subscription::None => "NoSubscription",
            };
            return refused(
                ApiError::subscription_required(subscription),
                reason,
                Some(organization),
            );
        }
        KeyCheck::Former { .. } | KeyCheck::Wrong => return refused(ApiError::SIGN_IN_FAILED, "WrongKey", None),
    };
    if !permissions.api_access {
        return refused(ApiError::API_ACCESS_DENIED, "NoApiAccess", Some(organization));
    }

    let now = app.clock.now();
    let id = session::new_id();
    let mut transaction = app.store.write().await?;
    // Password, role and key may have changed since they were looked at. Here they can't any more.
    let membership = organizations::membership(&mut transaction, organization, admin.id).await?;
    let may = membership.is_some_and(|membership| membership.permissions.api_access);
    if !may || !verified.confirm(&mut transaction).await? {
        drop(transaction);
        return refused(ApiError::SIGN_IN_FAILED, "AdminChangedMeanwhile", Some(organization));
    }
    if !api_keys::is_usable_at(&mut transaction, organization, version).await? {
        drop(transaction);
        return refused(ApiError::SIGN_IN_FAILED, "KeyChangedMeanwhile", Some(organization));
    }
    api_sessions::delete_ended(&mut transaction, now - app.config.api_session_idle).await?;
    let origin = Origin {
        client_address: client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    let opened_by = (organization, admin.id, version);
    api_sessions::insert(&mut transaction, &hash_token(&id), opened_by, &origin, now).await?;
    members::signed_in(&mut transaction, (organization, admin.id), now).await?;
    let success = event(AuditAction::SignIn, Some(organization), Some(admin), client, now);
    audit_log::insert(&mut transaction, &app.secrets, &success).await?;
    transaction.commit().await?;
    note(app, organization, admin, client, KeyUse::SessionOpened);
    Ok(Ok(id))
}

fn note(app: &AppState, organization: OrganizationId, admin: &Admin, client: &ClientInfo, did: KeyUse) {
    let client = Client {
        address: &client.address.to_string(),
        user_agent: client.user_agent.as_deref(),
    };
    app.key_usage.note(organization, admin, client, did);
}

/// Ends a session.
pub(super) async fn sign_out(
    app: &AppState,
    live: &session::LiveSession,
    client: &ClientInfo,
) -> Result<(), StoreError> {
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
    let now = app.clock.now();
    let mut event = event(
        AuditAction::SignIn,
        refused.organization,
        refused.admin.as_ref(),
        client,
        now,
    );
    event.failure = Some(refused.reason);
    let mut transaction = app.store.write().await?;
    audit_log::insert(&mut transaction, &app.secrets, &event).await?;
    transaction.commit().await?;
    Ok(refused.answer)
}

fn event<'a>(
    action: AuditAction,
    organization: Option<OrganizationId>,
    admin: Option<&'a Admin>,
    client: &'a ClientInfo,
    now: chrono::DateTime<chrono::Utc>,
) -> Event<'a> {
    Event {
        logged_on: now,
        organization,
        action,
        sub_category: AuditSubCategory::Session,
        resource: admin.map_or("unknown user", |admin| &admin.name),
        actor: admin.map_or(Actor::Unknown, Actor::Admin),
        client: Some(client),
        interface: AuditInterface::Api,
        failure: None,
        before: None,
        after: None,
    }
}

/// The timestamp, if it is one and within range.
fn timestamp(value: &Value, now: i64) -> Result<u64, ApiError> {
    let out_of_range = || ApiError::timestamp_out_of_range(now);
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => {
            return Err(ApiError::invalid_input(
                "timestamp must be a number, or a number as text.",
            ));
        }
    };
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !is_number && value.is_string() {
        return Err(ApiError::invalid_input(
            "timestamp must be a number, or a number as text.",
        ));
    }
    let timestamp: i64 = text.parse().map_err(|_| out_of_range())?;
    if timestamp.checked_sub(now).is_none_or(|apart| apart.abs() > CLOCK_RANGE) {
        return Err(out_of_range());
    }
    u64::try_from(timestamp).map_err(|_| out_of_range())
}

fn credentials_error(app: &AppState, error: CredentialsError) -> ApiError {
    match error {
        CredentialsError::Wrong | CredentialsError::Disabled => ApiError::SIGN_IN_FAILED,
        CredentialsError::Locked(until) => {
            ApiError::account_locked((until - app.clock.now()).num_seconds().unsigned_abs() + 1)
        }
        CredentialsError::Store(error) => error.into(),
        CredentialsError::Hash(error) => {
            tracing::error!(error = &error as &dyn std::error::Error, "a password can't be checked");
            ApiError::UNEXPECTED
        }
    }
}
