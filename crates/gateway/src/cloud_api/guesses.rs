//! Wrong keys with correct passwords: protection against guessing the key by someone who knows a password.

use keyward_contract::{Admin, AuditAction, AuditReason, AuditSubCategory, OrganizationId};
use serde_json::json;

use super::{
    error::ApiError,
    sign_in::{Refused, event, insert_refusal},
};
use crate::{
    credentials::{Attempt, Lock},
    http::ClientInfo,
    metrics,
    state::AppState,
    store::{StoreError, audit::audit_log, keys::key_guesses},
};

/// What a wrong key may have been a guess at.
#[derive(Default)]
pub(super) struct Guess {
    /// The organizations with whose keys it was compared.
    pub(super) at: Vec<OrganizationId>,
    /// It is the key of a different organization of the admin: a mistake, not a guess.
    pub(super) is_none: bool,
}

impl Guess {
    /// Counts it, for the admin and for each key, and writes it to the audit log. Returns the answer for the client.
    pub(super) async fn count(
        self,
        app: &AppState,
        attempt: &Attempt,
        admin: &Admin,
        client: &ClientInfo,
    ) -> Result<ApiError, StoreError> {
        metrics::wrong_key();
        let mut transaction = app.store.write().await?;
        let now = app.clock.now();
        let refused = |answer, reason| Refused {
            answer,
            reason,
            admin: Some(admin.clone()),
            organization: None,
        };
        // Concurrent attempts may have failed by now.
        if let Some(until) = attempt.locked_until(&mut transaction, now).await? {
            let refused = refused(ApiError::key_locked(until), AuditReason::KeyLocked);
            let answer = insert_refusal(&mut transaction, app, client, refused).await?;
            transaction.commit().await?;
            return Ok(answer);
        }
        let locked = attempt.fail(&mut transaction, now).await?;
        let wrong = refused(ApiError::SIGN_IN_FAILED, AuditReason::WrongKey);
        let answer = insert_refusal(&mut transaction, app, client, wrong).await?;
        if let Some(lock) = locked {
            let mut event = event(AuditAction::Lock, None, Some(admin), client, now);
            event.failure = Some(match lock {
                Lock::Burst => AuditReason::TooManyWrongKeys,
                Lock::Slow => AuditReason::TooManyWrongKeysInADay,
            });
            audit_log::insert(&mut transaction, &app.secrets, &event).await?;
        }
        for organization in self.at {
            let Some(since) = key_guesses::add(&mut transaction, organization, now).await? else {
                continue;
            };
            tracing::warn!(%organization, "someone is guessing the cloud service API key");
            let mut event = event(AuditAction::SignIn, Some(organization), Some(admin), client, now);
            event.sub_category = AuditSubCategory::ApiKey;
            event.resource = AuditSubCategory::ApiKey.as_str();
            event.failure = Some(AuditReason::KeyGuessed);
            event.after = Some(json!({ "wrongKeys": key_guesses::ALARM, "since": since }));
            audit_log::insert(&mut transaction, &app.secrets, &event).await?;
        }
        transaction.commit().await?;
        Ok(answer)
    }
}
