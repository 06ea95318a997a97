//! Regenerating a key at an upstream: remembered, asked for once, and logged with its outcome.

use std::time::Duration;

use chrono::TimeDelta;
use keyward_contract::{ApiKey, AuditInterface, OrganizationId, ProblemCode, UpstreamFailureCode};
use serde_json::{Value, json};

use super::{existing, fingerprint, list, next, row, take_over_key, to_the_end, unavailable};
use crate::{
    domain::{
        api_key::{KeyChanged, check_version},
        change::{Asked, Change},
    },
    http::{
        ClientInfo, Requester,
        preconditions::{Idempotency, Precondition, Preconditions},
        problem::Problem,
    },
    idempotency::NamedRequest,
    key_holder::HolderCapabilities,
    portal_auth::at_organization::AtOrganization,
    random,
    rules::{Operation, check},
    state::AppState,
    store::{
        StoreError,
        keys::{
            upstream_changes::{self as changes, UpstreamChange},
            upstreams::{self as rows, UpstreamState},
        },
    },
    upstream::{Conversation, Failure, Target, UpstreamKey},
};

/// When to look at the list after an answer got lost: the upstream may still be busy with the request.
const LOOKS: [u64; 4] = [0, 250, 750, 2000];
/// After this time, a request whose answer got lost isn't under way anymore, neither here nor at the upstream.
const SETTLED: TimeDelta = TimeDelta::seconds(60);

/// A request to regenerate, which goes on after its client has hung up, and after a restart.
pub(super) struct Order {
    of: OrganizationId,
    requester: Requester,
    preconditions: Preconditions,
}

impl Order {
    fn asked(&self) -> Asked<'_> {
        Asked::of(
            &self.requester,
            self.of,
            Operation::ApiKeyRegenerate,
            &self.preconditions,
        )
    }

    /// As it was when it was remembered.
    fn again(pending: &UpstreamChange) -> Self {
        let idempotency = pending.idempotency.as_ref();
        let idempotency = idempotency.and_then(|(path, key)| {
            Some(Idempotency {
                path: path.clone(),
                key: key.parse().ok()?,
            })
        });
        Self {
            of: pending.organization,
            requester: Requester {
                admin: pending.admin.clone(),
                client: ClientInfo {
                    address: pending.client_address.parse().unwrap_or([0, 0, 0, 0].into()),
                    https: true,
                    user_agent: None,
                    request_id: pending.request_id.clone(),
                    is_framed: false,
                    is_trial: false,
                    organization: None,
                },
                // Sessions of the API are opened with a key that is held here.
                interface: AuditInterface::AdminUi,
            },
            preconditions: Preconditions {
                precondition: Precondition::Missing,
                idempotency,
            },
        }
    }

    fn name(&self) -> Option<(String, String)> {
        let idempotency = self.preconditions.idempotency.as_ref();
        idempotency.map(|it| (it.path.clone(), it.key.to_string()))
    }

    fn is(&self, pending: &UpstreamChange) -> bool {
        pending.idempotency.is_some()
            && self.name() == pending.idempotency
            && self.requester.admin.id == pending.admin.id
    }
}

/// Regenerates the key at the upstream.
///
/// # Errors
/// As of a change of our own keys; [`ProblemCode::UpstreamUnavailable`] and [`ProblemCode::UpstreamRejected`] if nothing was
/// changed; [`ProblemCode::UpstreamPending`] if that isn't known.
pub async fn regenerate(
    app: &AppState,
    at: &AtOrganization,
    preconditions: &Preconditions,
) -> Result<KeyChanged, Problem> {
    let order = Order {
        of: at.organization.id,
        requester: at.requester.clone(),
        preconditions: preconditions.clone(),
    };
    let app = app.clone();
    // What was asked for at the upstream must be logged, also if the client hangs up.
    to_the_end(async move { carry_out(&app, &order).await }).await
}

async fn carry_out(app: &AppState, order: &Order) -> Result<KeyChanged, Problem> {
    let named = Change::enter(app, &order.asked())?;
    let named = named.as_ref();
    if let Some(answer) = first_answer(app, order, named).await? {
        return answer;
    }
    let mut turn = app
        .upstreams
        .turn(order.of)
        .await
        .map_err(|failure| unavailable(&failure))?;
    let (target, listed) = list(app, &mut turn, order.of, named.map(|named| (order, named))).await?;
    if let Err(failure) = &listed {
        let pending = changes::find(&mut *app.store.read().await?, order.of).await?;
        return Err(pending.map_or_else(|| unavailable(failure), |_| not_confirmed(Some(failure))));
    }
    let mut pending = None;
    let remembered = &mut pending;
    let answer = Change::begin::<KeyChanged>(app, order.asked(), named, |change| {
        Box::pin(async move {
            *remembered = Some(remember(change, order).await?);
            Ok(())
        })
    });
    if let Some(answer) = answer.await? {
        return answer;
    }
    let pending: UpstreamChange = pending.ok_or(ProblemCode::Internal)?;
    let id = pending.before["id"].as_i64().unwrap_or_default();
    let outcome = match turn.regenerate(&target, id).await {
        Err(failure) if failure.is_in_doubt => {
            tracing::warn!(organization = %order.of, reason = failure.text, "the answer to a regeneration got lost");
            look_for(app, &mut turn, &target, &pending).await?
        }
        Err(failure) => Outcome::NotMade(failure),
        Ok(key) => Outcome::Made { key, by_list: false },
    };
    conclude(app, order, named, &pending, outcome).await
}

/// The first answer, if it is a repetition.
async fn first_answer(
    app: &AppState,
    order: &Order,
    named: Option<&NamedRequest>,
) -> Result<Option<Result<KeyChanged, Problem>>, Problem> {
    let mut reader = app.store.read().await?;
    let first = Change::first_answer::<KeyChanged>(app, named, &mut reader).await?;
    drop(reader);
    if first.is_none() {
        return Ok(None);
    }
    // Which logs that it reveals the key again.
    Ok(Some(refuse(app, order, named, ProblemCode::Internal.into()).await))
}

/// Answers with the first answer, if there is one, and else with this problem.
async fn refuse(
    app: &AppState,
    order: &Order,
    named: Option<&NamedRequest>,
    problem: Problem,
) -> Result<KeyChanged, Problem> {
    let refused = Change::run_entered(app, order.asked(), named, |_| Box::pin(async { Err(problem) }));
    refused.await?.0
}

/// Decides on it, and remembers it before the upstream is asked.
async fn remember(change: &mut Change<'_>, order: &Order) -> Result<UpstreamChange, Problem> {
    let standing = change.standing().await?;
    let row = row(&mut change.transaction, order.of).await?;
    let status = row.state.key.as_ref().map(|key| key.status);
    check(standing.api_key(HolderCapabilities::UPSTREAM, status).regenerate)?;
    let key = existing(&row.state)?;
    check_version(change, &key)?;
    if changes::find(&mut change.transaction, order.of).await?.is_some() {
        return Err(not_confirmed(None));
    }
    let pending = UpstreamChange {
        id: random::id(),
        organization: order.of,
        gateway: change.app.upstreams.gateway,
        admin: order.requester.admin.clone(),
        client_address: order.requester.client.address.to_string(),
        request_id: order.requester.client.request_id.clone(),
        idempotency: order.name(),
        fingerprint: row.state.fingerprint,
        before: json!(key),
        asked_on: change.now,
    };
    changes::insert(&mut change.transaction, &pending).await?;
    Ok(pending)
}

/// What became of a regeneration.
enum Outcome {
    /// It was made.
    Made {
        key: UpstreamKey,
        /// The upstream's answer got lost, and its list shows this key.
        by_list: bool,
    },
    /// It wasn't, and won't be.
    NotMade(Failure),
}

/// Looks for a new key in the list after the answer got lost.
async fn look_for(
    app: &AppState,
    turn: &mut Conversation,
    target: &Target,
    pending: &UpstreamChange,
) -> Result<Outcome, Problem> {
    let mut failed = None;
    for wait in LOOKS {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        match turn.list(target).await {
            Ok(Some(key)) if fingerprint(app, pending.organization, &key) != pending.fingerprint => {
                return Ok(Outcome::Made { key, by_list: true });
            }
            Ok(_) => failed = None,
            Err(failure) => {
                let is_final = failure.code == UpstreamFailureCode::Credentials;
                failed = Some(failure);
                if is_final {
                    break;
                }
            }
        }
    }
    Err(not_confirmed(failed.as_ref()))
}

/// Logs the outcome, and answers the request with it.
async fn conclude(
    app: &AppState,
    order: &Order,
    named: Option<&NamedRequest>,
    pending: &UpstreamChange,
    outcome: Outcome,
) -> Result<KeyChanged, Problem> {
    let (key, by_list) = match outcome {
        Outcome::Made { key, by_list } => (key, by_list),
        Outcome::NotMade(failure) => {
            let mut transaction = app.store.write().await?;
            if !changes::delete(&mut transaction, pending).await? {
                return Err(not_confirmed(None));
            }
            transaction.commit().await.map_err(StoreError::from)?;
            let problem = match failure.code {
                UpstreamFailureCode::Rejected => Problem::new(ProblemCode::UpstreamRejected).detail(failure.text),
                _ => unavailable(&failure),
            };
            return refuse(app, order, named, problem).await;
        }
    };
    let of = order.of;
    let made = Change::run_entered(app, order.asked(), named, |change| {
        Box::pin(async move {
            if !changes::delete(&mut change.transaction, pending).await? {
                // Another gateway has logged it.
                return Err(not_confirmed(None));
            }
            let row = row(&mut change.transaction, of).await?;
            let state = next(app, &row, Some(&key));
            rows::set_state(&mut change.transaction, of, &state).await?;
            take_over_key(app, &mut change.transaction, &row, &key).await?;
            change.before = Some(pending.before.clone());
            change.after = Some(shown(&state, by_list));
            Ok(KeyChanged::Replaced(ApiKey {
                key: key.key,
                ..existing(&state)?
            }))
        })
    });
    made.await?.0
}

fn shown(state: &UpstreamState, by_list: bool) -> Value {
    let mut after = json!({ "version": state.version, "exists": true, "upstream": true });
    if by_list {
        after["confirmedBy"] = "the upstream's list".into();
    }
    after
}

/// Says what became of a regeneration, if the list tells.
pub(super) async fn resolve(
    app: &AppState,
    pending: &UpstreamChange,
    listed: Option<&UpstreamKey>,
    own: Option<(&Order, &NamedRequest)>,
) -> Result<(), Problem> {
    let is_settled = app.clock.now() - pending.asked_on > SETTLED;
    // This process isn't at it, for it has the turn. Another one may be, if there can be one.
    let is_abandoned = pending.gateway == app.upstreams.gateway || !app.store.is_shared() || is_settled;
    let outcome = match listed {
        _ if !is_abandoned => return Ok(()),
        Some(key) if fingerprint(app, pending.organization, key) != pending.fingerprint => Outcome::Made {
            key: key.clone(),
            by_list: true,
        },
        _ if is_settled => {
            let text = "The upstream still has the same key: it didn't carry out the request. Try again.";
            Outcome::NotMade(Failure::rejected(text))
        }
        _ => return Ok(()),
    };
    let order = Order::again(pending);
    let concluded = match own.filter(|(own, _)| own.is(pending)) {
        Some((own, named)) => conclude(app, own, Some(named), pending, outcome).await,
        None => match Change::enter(app, &order.asked()) {
            Ok(named) => conclude(app, &order, named.as_ref(), pending, outcome).await,
            // It was sent again and waits for its turn, in which it is resolved.
            Err(problem) if problem.code() == ProblemCode::IdempotencyKeyInUse => return Ok(()),
            Err(problem) => Err(problem),
        },
    };
    match concluded {
        Err(problem) if problem.is_fault() && problem.code() != ProblemCode::UpstreamPending => Err(problem),
        _ => Ok(()),
    }
}

/// That the outcome isn't known, and what keeps the list from telling it.
fn not_confirmed(failure: Option<&Failure>) -> Problem {
    let detail = match failure {
        Some(failure) if failure.code == UpstreamFailureCode::Credentials => {
            "The upstream's answer got lost, and it no longer accepts the previous key, so it was probably regenerated. The \
             operator has to enter the new key with keyward organization upstream; then the change is confirmed."
                .to_owned()
        }
        Some(failure) => format!("The upstream's answer got lost. {} Keyward keeps looking.", failure.text),
        None => "The upstream's answer got lost, and its list doesn't show a new key yet. Keyward keeps looking.".to_owned(),
    };
    Problem::new(ProblemCode::UpstreamPending).detail(detail).retry_after(5)
}
