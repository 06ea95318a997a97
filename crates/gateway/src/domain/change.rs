//! The one engine of changes: a transaction with the change, its row of the audit log, and the answer for a repetition.

use std::pin::Pin;

use chrono::{DateTime, Utc};
use keyward_contract::{
    AdminId, Administrator, ApiRole, AuditAction, AuditReason, ChangedBy, FieldCode, Invitation, LastChange,
    OauthServer, OrganizationId, ProblemCode, Role, SandboxToken, SessionsEnded,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    audit::{Actor, Event, repeated},
    http::{
        Requester,
        preconditions::{Precondition, Preconditions},
        problem::Problem,
    },
    idempotency::{Answer, NamedRequest},
    portal_auth::{at_organization::AtOrganization, session::SignedIn},
    rules::{Operation, Standing, check},
    state::AppState,
    store::{self, Connection, StoreError, WriteTransaction, audit::audit_log, organizations},
};

/// What is asked for, by whom.
pub struct Asked<'a> {
    /// By whom.
    pub by: &'a Requester,
    /// The organization; `None` for the admin's own account.
    pub organization: Option<OrganizationId>,
    /// What is to be done.
    pub operation: Operation,
    preconditions: &'a Preconditions,
    resource: String,
    body: String,
}

impl<'a> Asked<'a> {
    /// By an admin at an organization.
    pub fn at(at: &'a AtOrganization, operation: Operation, preconditions: &'a Preconditions) -> Self {
        Self::of(&at.requester, at.organization.id, operation, preconditions)
    }

    /// By an admin, for their own account.
    pub fn by(signed_in: &'a SignedIn, operation: Operation, preconditions: &'a Preconditions) -> Self {
        Self {
            by: &signed_in.requester,
            organization: None,
            operation,
            preconditions,
            resource: signed_in.requester.admin.name.clone(),
            body: String::new(),
        }
    }

    /// The content that a repetition has to match, besides the path.
    #[must_use]
    pub fn body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_string(body).unwrap_or_default();
        self
    }

    /// The name of the resource for the audit log, until it is found.
    #[must_use]
    pub fn named(mut self, resource: &str) -> Self {
        resource.clone_into(&mut self.resource);
        self
    }

    /// By an admin at an organization, whose request may have ended.
    pub fn of(
        by: &'a Requester,
        organization: OrganizationId,
        operation: Operation,
        preconditions: &'a Preconditions,
    ) -> Self {
        Self {
            by,
            organization: Some(organization),
            operation,
            preconditions,
            resource: operation.sub_category().as_str().to_owned(),
            body: String::new(),
        }
    }

    fn event(&self, now: DateTime<Utc>) -> Event<'a> {
        Event {
            organization: self.organization,
            interface: self.by.interface,
            ..Event::new(
                (self.operation.action(), self.operation.sub_category()),
                "",
                (Actor::Admin(&self.by.admin), Some(&self.by.client)),
                now,
            )
        }
    }
}

/// What a change answers. It is stored for a repetition.
pub trait Made: Serialize + DeserializeOwned {
    /// The name of the resource whose secret it has. A repetition reveals it again, which is logged.
    fn reveals(&self) -> Option<&str> {
        None
    }
}

impl Made for () {}
impl Made for Administrator {}
impl Made for Role {}
impl Made for SessionsEnded {}
impl Made for Option<ApiRole> {}
impl Made for Option<OauthServer> {}

impl Made for Invitation {
    fn reveals(&self) -> Option<&str> {
        Some(&self.administrator.name)
    }
}

impl Made for SandboxToken {
    fn reveals(&self) -> Option<&str> {
        self.token.as_ref().map(|_| self.name.as_str())
    }
}

impl Made for Option<SandboxToken> {
    fn reveals(&self) -> Option<&str> {
        self.as_ref().and_then(SandboxToken::reveals)
    }
}

/// Decides on a change and makes it.
pub type Deciding<'c, T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send + 'c>>;

/// A running change. It only persists if it succeeds; for a refusal, the audit row and the answer persist.
pub struct Change<'a> {
    /// What the handlers have at hand.
    pub app: &'a AppState,
    /// The one writing transaction.
    pub transaction: WriteTransaction,
    /// When it is made.
    pub now: DateTime<Utc>,
    /// Name of what is changed, for the audit log.
    pub resource: String,
    /// What was before, without secrets.
    pub before: Option<Value>,
    /// What is after, without secrets.
    pub after: Option<Value>,
    /// The organization of the audit row.
    pub organization: Option<OrganizationId>,
    asked: Asked<'a>,
}

impl<'a> Change<'a> {
    /// Runs a change: returns the first answer to its idempotency key, or else calls `apply`, writes the audit row and
    /// stores the answer, all in one transaction. Refusals are written and stored in the same way.
    ///
    /// # Errors
    /// The refusal; that the same change is running, or its idempotency key was used for a different one; a fault, after which
    /// nothing has changed.
    pub async fn run<T: Made>(
        app: &'a AppState,
        asked: Asked<'a>,
        apply: impl for<'c> FnOnce(&'c mut Change<'a>) -> Deciding<'c, T> + Send,
    ) -> Result<T, Problem> {
        let named = Self::enter(app, &asked)?;
        let (result, _) = Self::run_entered(app, asked, named.as_ref(), apply).await?;
        result
    }

    /// Registers a change that has to be prepared before its transaction.
    ///
    /// # Errors
    /// When the same change is running.
    pub fn enter(app: &AppState, asked: &Asked<'_>) -> Result<Option<NamedRequest>, Problem> {
        let what = format!("{} {}", asked.operation.action().as_str(), asked.body);
        let idempotency = asked.preconditions.idempotency.as_ref();
        Ok(app.running.enter(asked.by.admin.id, idempotency, &what, &app.secrets)?)
    }

    /// The first answer to a registered change.
    ///
    /// # Errors
    /// When its idempotency key was used for a different one.
    pub async fn first_answer<T: DeserializeOwned>(
        app: &AppState,
        named: Option<&NamedRequest>,
        connection: &mut Connection,
    ) -> Result<Option<Result<T, Problem>>, Problem> {
        let Some(named) = named else { return Ok(None) };
        let answer = named.first_answer(connection, &app.secrets, app.clock.now()).await?;
        Ok(answer.map(|answer| match answer {
            Answer::Changed(made) => Ok(made),
            Answer::Refused(problem) => Err(problem.into()),
        }))
    }

    /// As [`run`](Self::run), for a registered change. Also returns whether it was a repetition.
    ///
    /// # Errors
    /// As of [`run`](Self::run), but for the refusal.
    pub async fn run_entered<T: Made>(
        app: &'a AppState,
        asked: Asked<'a>,
        named: Option<&NamedRequest>,
        apply: impl for<'c> FnOnce(&'c mut Change<'a>) -> Deciding<'c, T> + Send,
    ) -> Result<(Result<T, Problem>, bool), Problem> {
        let mut change = match Self::open(app, asked, named).await? {
            Opened::Repeated(answer) => return Ok((answer, true)),
            Opened::New(change) => change,
        };
        let result = change.decide(apply).await?;
        Ok((change.finish(named, result).await, false))
    }

    /// The first half of a registered change that takes effect elsewhere: decides on it, and commits what `apply` remembers of
    /// it, without an audit row or an answer. Both follow with its outcome, by [`run_entered`](Self::run_entered). Returns the
    /// answer if there is one already, or a refusal, which is final.
    ///
    /// # Errors
    /// As of [`run`](Self::run), but for the refusal.
    pub async fn begin<T: Made>(
        app: &'a AppState,
        asked: Asked<'a>,
        named: Option<&NamedRequest>,
        apply: impl for<'c> FnOnce(&'c mut Change<'a>) -> Deciding<'c, ()> + Send,
    ) -> Result<Option<Result<T, Problem>>, Problem> {
        let mut change = match Self::open(app, asked, named).await? {
            Opened::Repeated(answer) => return Ok(Some(answer)),
            Opened::New(change) => change,
        };
        match change.decide(apply).await? {
            Ok(()) => {
                change.transaction.commit().await.map_err(StoreError::from)?;
                Ok(None)
            }
            Err(refusal) => Ok(Some(change.finish(named, Err(refusal)).await)),
        }
    }

    /// Begins the transaction, unless there is an answer already.
    async fn open<T: Made>(
        app: &'a AppState,
        asked: Asked<'a>,
        named: Option<&NamedRequest>,
    ) -> Result<Opened<'a, T>, Problem> {
        let mut transaction = app.store.write().await?;
        let now = app.clock.now();
        if let Some(answer) = Self::first_answer::<T>(app, named, &mut transaction).await? {
            if let Ok(made) = &answer
                && let Some(resource) = made.reveals()
            {
                // The role may have been revoked while this waited.
                if let Some(organization) = asked.organization {
                    let standing = Self::standing_of(&mut transaction, organization, asked.by.admin.id).await?;
                    check(standing.lacks(asked.operation.needs()))?;
                }
                let event = Event {
                    action: AuditAction::Reveal,
                    resource,
                    after: Some(repeated(asked.operation.action())),
                    ..asked.event(now)
                };
                audit_log::insert(&mut transaction, &app.secrets, &event).await?;
                transaction.commit().await.map_err(StoreError::from)?;
            }
            return Ok(Opened::Repeated(answer));
        }
        Ok(Opened::New(Box::new(Self {
            app,
            transaction,
            now,
            resource: asked.resource.clone(),
            before: None,
            after: None,
            organization: asked.organization,
            asked,
        })))
    }

    async fn decide<T>(
        &mut self,
        apply: impl for<'c> FnOnce(&'c mut Change<'a>) -> Deciding<'c, T> + Send,
    ) -> Result<Result<T, Problem>, Problem> {
        store::mark(&mut self.transaction).await?;
        let result = apply(self).await;
        if result.is_err() {
            // Writes before the refusal must not be committed with its row.
            store::back_to_mark(&mut self.transaction).await?;
        }
        Ok(result)
    }

    async fn finish<T: Serialize>(
        mut self,
        named: Option<&NamedRequest>,
        result: Result<T, Problem>,
    ) -> Result<T, Problem> {
        let failure = match &result {
            Err(problem) if problem.is_fault() => return result,
            Err(problem) => Some(AuditReason::Problem(problem.code())),
            Ok(_) => None,
        };
        let event = Event {
            organization: self.organization,
            before: self.before.take().filter(|_| failure.is_none()),
            after: self.after.take().filter(|_| failure.is_none()),
            failure,
            resource: &self.resource,
            ..self.asked.event(self.now)
        };
        audit_log::insert(&mut self.transaction, &self.app.secrets, &event).await?;
        let answer = match result {
            Ok(made) => Answer::Changed(made),
            Err(problem) => Answer::Refused(problem.into_body()),
        };
        if let Some(named) = named {
            named
                .keep(&mut self.transaction, &self.app.secrets, &answer, self.now)
                .await?;
        }
        self.transaction.commit().await.map_err(StoreError::from)?;
        match answer {
            Answer::Changed(made) => Ok(made),
            Answer::Refused(problem) => Err(problem.into()),
        }
    }

    /// The admin's role and the organization as they are within the transaction: they may have changed since the request came in.
    ///
    /// # Errors
    /// [`ProblemCode::OrganizationNotFound`] when one of them is gone.
    pub async fn standing(&mut self) -> Result<Standing, Problem> {
        let organization = self.organization.ok_or(ProblemCode::OrganizationNotFound)?;
        Self::standing_of(&mut self.transaction, organization, self.asked.by.admin.id).await
    }

    async fn standing_of(
        connection: &mut Connection,
        organization: OrganizationId,
        admin: AdminId,
    ) -> Result<Standing, Problem> {
        let membership = organizations::membership(&mut *connection, organization, admin).await?;
        let organization = organizations::find(connection, organization).await?;
        match (membership, organization) {
            (Some(membership), Some(organization)) => Ok(Standing::new(admin, &membership, &organization)),
            _ => Err(ProblemCode::OrganizationNotFound.into()),
        }
    }

    /// Rejects a change of a stale or unnamed version (optimistic locking).
    ///
    /// # Errors
    /// [`ProblemCode::IfMatchRequired`], [`ProblemCode::StaleVersion`].
    pub fn check_version(&self, version: i64) -> Result<(), Problem> {
        match &self.asked.preconditions.precondition {
            Precondition::Missing => Err(Problem::new(ProblemCode::IfMatchRequired)
                .detail("Send the ETag of the version you mean to change in the header If-Match.")),
            Precondition::Foreign => Err(Problem::new(ProblemCode::IfMatchRequired).detail(
                "The entity tag in If-Match isn't one of Keyward's: a proxy rewrote it, or its quotes are missing. Send \
                 the number that the body has as version, in quotes, such as \"1\".",
            )),
            Precondition::Versions(versions) if !versions.contains(&version) => {
                Err(Problem::new(ProblemCode::StaleVersion).detail("Load it again to see the current version."))
            }
            Precondition::Any | Precondition::Versions(_) => Ok(()),
        }
    }

    /// This change as the last change of a row, with its new version.
    pub fn last_change(&self, version: i64) -> LastChange {
        let admin = &self.asked.by.admin;
        LastChange {
            last_modified_by: ChangedBy {
                id: admin.id,
                name: admin.name.clone(),
            },
            last_modified_on: self.now,
            version,
        }
    }

    /// Writes an audit row for a second resource that changes with it.
    pub async fn note_update(&mut self, resource: &str, before: Value, after: Value) -> Result<(), StoreError> {
        let event = Event {
            action: AuditAction::Update,
            resource,
            before: Some(before),
            after: Some(after),
            ..self.asked.event(self.now)
        };
        audit_log::insert(&mut self.transaction, &self.app.secrets, &event).await
    }
}

/// A change whose transaction was begun.
enum Opened<'a, T> {
    /// It is a repetition, and this the first answer.
    Repeated(Result<T, Problem>),
    /// It is new.
    New(Box<Change<'a>>),
}

/// The problem that a name is taken, if that is what the database says.
pub fn duplicate(code: ProblemCode) -> impl Fn(StoreError) -> Problem {
    move |error| match error.is_duplicate() {
        true => Problem::new(code).field("name", FieldCode::Taken),
        false => error.into(),
    }
}
