//! The key of an organization that lives at an upstream. It is read there, and regenerated there exactly once per request.
//!
//! The upstream can't take part in a transaction. So a regeneration is remembered in one, then asked for, and then logged in
//! another one with its outcome. When the answer gets lost, the list of the upstream says what became of it, and nothing else:
//! it is never asked for a second time.

mod regenerate;

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use keyward_contract::{ApiKey, KeyStatus, OrganizationId, ProblemCode, ReadApiKey, UpstreamState as Shown};

pub use self::regenerate::regenerate;
use self::regenerate::{Order, resolve};
use super::{
    api_key::Revealed,
    change::{Asked, Change},
};
use crate::{
    http::{preconditions::Preconditions, problem::Problem},
    idempotency::NamedRequest,
    key_holder::HolderCapabilities,
    portal_auth::at_organization::AtOrganization,
    rules::{Operation, check},
    state::AppState,
    store::{
        Connection, StoreError,
        keys::{
            upstream_changes as changes,
            upstreams::{self as rows, UpstreamKind, UpstreamRow, UpstreamState},
        },
    },
    upstream::{Conversation, Failure, Target, Turn, UpstreamKey},
};

/// How long a list is current enough for a page.
const CURRENT: Duration = Duration::from_secs(10);
/// How often the time of the last list is stored while nothing changes.
const STORED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// The key without its secret. If the upstream doesn't answer, the last known state.
///
/// # Errors
/// [`ProblemCode::NoApiKey`]; [`ProblemCode::UpstreamUnavailable`] if nothing is known yet.
pub async fn read(app: &AppState, at: &AtOrganization) -> Result<ReadApiKey, Problem> {
    let of = at.organization.id;
    let current = is_current(app, of, Instant::now().checked_sub(CURRENT)).await?;
    let mut reader = app.store.read().await?;
    let state = row(&mut reader, of).await?.state;
    let pending = changes::find(&mut reader, of).await?;
    drop(reader);
    let failure = current.err();
    let Some(fetched_on) = state.fetched_on else {
        return Err(failure.map_or(Problem::new(ProblemCode::NoApiKey), |failure| unavailable(&failure)));
    };
    Ok(ReadApiKey {
        key: existing(&state)?,
        upstream: Some(Shown {
            fetched_on,
            failure: failure.map(|failure| failure.shown()),
            pending_since: pending.map(|pending| pending.asked_on),
        }),
    })
}

/// The key with its secret, as the upstream lists it now. The audit row is written before it is returned.
///
/// # Errors
/// As of [`read`], and what forbids it.
pub async fn reveal(app: &AppState, at: &AtOrganization) -> Result<ApiKey, Problem> {
    let of = at.organization.id;
    check(at.standing().api_key(HolderCapabilities::UPSTREAM, None).reveal)?;
    let listed = {
        let turn = app.upstreams.turn(of).await.map_err(|failure| unavailable(&failure))?;
        list_to_the_end(app, turn, of)
            .await?
            .map_err(|failure| unavailable(&failure))?
    };
    let asked = Asked::at(at, Operation::ApiKeyReveal, &Preconditions::NONE);
    let revealed = Change::run(app, asked, |change| {
        Box::pin(async move {
            let standing = change.standing().await?;
            check(standing.api_key(HolderCapabilities::UPSTREAM, None).reveal)?;
            let key = existing(&row(&mut change.transaction, of).await?.state)?;
            let listed = listed.ok_or(ProblemCode::NoApiKey)?;
            let secret = listed.key.ok_or_else(|| {
                Problem::new(ProblemCode::UpstreamRejected)
                    .detail("The upstream doesn't show the key to the account that Keyward signs in with there.")
            })?;
            Ok(Revealed(ApiKey {
                key: Some(secret),
                ..key
            }))
        })
    });
    revealed.await.map(|Revealed(key)| key)
}

/// Makes sure that the last known state is from this time or later, unless the upstream doesn't answer.
async fn is_current(
    app: &AppState,
    of: OrganizationId,
    since: Option<Instant>,
) -> Result<Result<(), Failure>, Problem> {
    let turn = match app.upstreams.turn(of).await {
        Ok(turn) => turn,
        Err(failure) => return Ok(Err(failure)),
    };
    if let Some(last) = since.and_then(|since| turn.listed_since(since)) {
        return Ok(last);
    }
    Ok(list_to_the_end(app, turn, of).await?.map(|_| ()))
}

/// As [`list`], also if the client hangs up: otherwise clients in a hurry would make the upstream open a session for each, and
/// forget what it has said.
async fn list_to_the_end(
    app: &AppState,
    mut turn: Turn,
    of: OrganizationId,
) -> Result<Result<Option<UpstreamKey>, Failure>, Problem> {
    let app = app.clone();
    to_the_end(async move {
        let (_, listed) = list(&app, &mut turn, of, None).await?;
        Ok(listed)
    })
    .await
}

/// Does something that a client which hangs up must not stop.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, Problem>> + Send + 'static,
) -> Result<T, Problem> {
    tokio::spawn(work)
        .await
        .unwrap_or_else(|_| Err(ProblemCode::Internal.into()))
}

/// Looks at the list of each upstream that owes the outcome of a regeneration.
///
/// # Errors
/// When the database fails.
pub async fn resolve_all(app: &AppState) -> Result<(), Problem> {
    let waiting = changes::organizations(&mut *app.store.read().await?).await?;
    // A slow upstream must not keep the others waiting.
    join_all(waiting.into_iter().map(|of| async move {
        // A failure of the upstream is shown to those who read the key.
        if let Err(problem) = is_current(app, of, None).await {
            let code = problem.code().as_str();
            tracing::error!(organization = %of, code, "the outcome of a regeneration can't be found out");
        }
    }))
    .await;
    Ok(())
}

/// Reads the list, stores what is new, and logs what it says of a regeneration whose outcome isn't known. `own` is the request
/// in whose name this happens.
async fn list(
    app: &AppState,
    turn: &mut Conversation,
    of: OrganizationId,
    own: Option<(&Order, &NamedRequest)>,
) -> Result<(Target, Result<Option<UpstreamKey>, Failure>), Problem> {
    let mut reader = app.store.read().await?;
    let row = row(&mut reader, of).await?;
    let pending = match row.is_pending {
        true => changes::find(&mut reader, of).await?,
        false => None,
    };
    drop(reader);
    let target = Target {
        place: row.place.clone(),
        credentials: row.open(&app.secrets)?,
        credentials_version: row.credentials_version,
        known: row.state.key.as_ref().map(|key| key.id),
    };
    let listed = turn.list(&target).await;
    let Ok(key) = &listed else {
        return Ok((target, listed));
    };
    match pending {
        Some(pending) => resolve(app, &pending, key.as_ref(), own).await?,
        None => note(app, &row, key.as_ref()).await?,
    }
    Ok((target, listed))
}

/// Stores the state that was read, if it has changed or was stored long ago.
async fn note(app: &AppState, before: &UpstreamRow, listed: Option<&UpstreamKey>) -> Result<(), Problem> {
    let of = before.organization;
    let known = &before.state;
    let is_known = is_same(app, before, listed);
    let stored_lately = known
        .fetched_on
        .is_some_and(|on| (app.clock.now() - on).abs() < STORED_EVERY);
    if is_known && stored_lately {
        return Ok(());
    }
    let mut transaction = app.store.write().await?;
    let row = row(&mut transaction, of).await?;
    if row.state.version != known.version || row.place != before.place {
        // Someone knows better by now.
        return Ok(());
    }
    let state = match is_known {
        true => UpstreamState {
            fetched_on: Some(app.clock.now()),
            ..row.state.clone()
        },
        false => next(app, &row, listed),
    };
    rows::set_state(&mut transaction, of, &state).await?;
    if let Some(key) = listed {
        take_over_key(app, &mut transaction, &row, key).await?;
    }
    transaction.commit().await.map_err(StoreError::from)?;
    Ok(())
}

fn is_same(app: &AppState, row: &UpstreamRow, listed: Option<&UpstreamKey>) -> bool {
    match (row.state.key.as_ref(), listed) {
        (None, None) => row.state.version > 0,
        (Some(known), Some(listed)) => {
            row.state.fingerprint == fingerprint(app, row.organization, listed)
                && known.last_modified_by == listed.last_modified_by
                && known.last_modified_on == listed.last_modified_on
                && (known.status == KeyStatus::Enabled) == listed.enabled
        }
        _ => false,
    }
}

/// The next state of the key, as it was read now.
fn next(app: &AppState, row: &UpstreamRow, listed: Option<&UpstreamKey>) -> UpstreamState {
    let version = row.state.version + 1;
    let key = listed.map(|listed| ApiKey {
        id: listed.id,
        status: match listed.enabled {
            true => KeyStatus::Enabled,
            false => KeyStatus::Disabled,
        },
        last_modified_by: listed.last_modified_by.clone(),
        last_modified_on: listed.last_modified_on,
        version,
        restored: None,
        key: None,
    });
    UpstreamState {
        key,
        fingerprint: listed
            .map(|listed| fingerprint(app, row.organization, listed))
            .unwrap_or_default(),
        version,
        fetched_on: Some(app.clock.now()),
    }
}

/// Where the key is a credential, the next sign-in is with the new one.
async fn take_over_key(
    app: &AppState,
    connection: &mut Connection,
    row: &UpstreamRow,
    listed: &UpstreamKey,
) -> Result<(), StoreError> {
    let (UpstreamKind::ZtwLegacy, Some(key)) = (row.place.kind, &listed.key) else {
        return Ok(());
    };
    let mut credentials = row.open(&app.secrets)?;
    if credentials.key.as_ref() == Some(key) {
        return Ok(());
    }
    credentials.key = Some(key.clone());
    rows::set(connection, &app.secrets, row, &row.place, &credentials).await?;
    Ok(())
}

/// Tells a key from the one before it, also where the upstream doesn't show it.
fn fingerprint(app: &AppState, of: OrganizationId, key: &UpstreamKey) -> Vec<u8> {
    let changed = key.last_modified_on.timestamp_millis().to_string();
    let what = key.key.as_ref().map_or(changed.as_str(), |key| key.reveal());
    let text = zeroize::Zeroizing::new(format!("key at an upstream {of} {} {what}", key.id));
    app.secrets.fingerprint(text.as_bytes()).to_vec()
}

async fn row(connection: &mut Connection, of: OrganizationId) -> Result<UpstreamRow, Problem> {
    let row = rows::find(connection, of).await?;
    row.ok_or_else(|| ProblemCode::OrganizationNotFound.into())
}

fn existing(state: &UpstreamState) -> Result<ApiKey, Problem> {
    state.key.clone().ok_or_else(|| ProblemCode::NoApiKey.into())
}

fn unavailable(failure: &Failure) -> Problem {
    let problem = Problem::new(ProblemCode::UpstreamUnavailable).detail(&failure.text);
    problem.retry_after(failure.retry_after.unwrap_or(5))
}
