//! One change by an admin: a transaction with the row of the audit log and the answer for a repetition in it.

use chrono::{DateTime, Utc};
use keyward_contract::{
    Administrator, ApiRole, AuditAction, AuditInterface, AuditSubCategory, Invitation, OauthServer, OrganizationId,
    ProblemCode, Role, SandboxToken, SessionsEnded,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::rules::Asking;
use crate::{
    app::AppState,
    audit::{Actor, Event, repeated},
    authority::{Precondition, Requester},
    idempotency::{Answer, Idempotency, NamedRequest},
    problem::Problem,
    store::{Connection, StoreError, WriteTransaction, audit_log, organizations},
};

/// What is asked for, by whom.
pub struct Asked<'a> {
    /// By whom.
    pub by: &'a Requester,
    /// In which organization; `None` for the admin's own account.
    pub organization: Option<OrganizationId>,
    /// What makes it safe to repeat.
    pub idempotency: Option<&'a Idempotency>,
    /// What is to be done.
    pub action: AuditAction,
    /// To what kind of thing.
    pub sub_category: AuditSubCategory,
    /// The body, which a repetition must have as well.
    pub body: String,
}

/// What a change answers. It is kept for a repetition.
pub trait Made: Serialize + DeserializeOwned {
    /// Whose secret is in it, by name. A repetition gives that out again, which is in the audit log.
    fn gives_out(&self) -> Option<&str> {
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
    fn gives_out(&self) -> Option<&str> {
        Some(&self.administrator.name)
    }
}

impl Made for SandboxToken {
    fn gives_out(&self) -> Option<&str> {
        self.token.as_ref().map(|_| self.name.as_str())
    }
}

impl Made for Option<SandboxToken> {
    fn gives_out(&self) -> Option<&str> {
        self.as_ref().and_then(SandboxToken::gives_out)
    }
}

/// A change that has begun.
pub enum Begun<'a, T> {
    /// It is to be made.
    First(Box<Change<'a>>),
    /// It was made, or refused, before. This was the answer.
    Repeated(Result<T, Problem>),
}

/// A change under way. It refuses before it writes; nothing lasts unless it is finished.
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
    /// What is asked for.
    pub asked: Asked<'a>,
    /// In which organization the audit log has it.
    pub organization: Option<OrganizationId>,
    named: Option<NamedRequest>,
}

impl<'a> Change<'a> {
    /// Enters the change and looks for the first answer to it.
    ///
    /// # Errors
    /// When the same change is running, or its name was used for another one.
    pub async fn begin<T: Made>(app: &'a AppState, asked: Asked<'a>) -> Result<Begun<'a, T>, Problem> {
        let named = Self::enter(app, &asked)?;
        let transaction = app.store.write().await?;
        Self::begin_in(app, asked, named, transaction).await
    }

    /// Enters the change, for one that has to be prepared before it gets hold of the transaction.
    ///
    /// # Errors
    /// When the same change is running.
    pub fn enter(app: &AppState, asked: &Asked<'_>) -> Result<Option<NamedRequest>, Problem> {
        let what = format!("{} {}", asked.action.as_str(), asked.body);
        Ok(app
            .running
            .enter(asked.by.admin.id, asked.idempotency, &what, &app.secrets)?)
    }

    /// The first answer to a change that was entered.
    ///
    /// # Errors
    /// When its name was used for another one.
    pub async fn first_answer<T: DeserializeOwned>(
        app: &AppState,
        named: Option<&NamedRequest>,
        connection: &mut Connection,
    ) -> Result<Option<Result<T, Problem>>, Problem> {
        let Some(named) = named else { return Ok(None) };
        let answer = named
            .first_answer::<T, keyward_contract::Problem>(connection, &app.secrets, app.clock.now())
            .await?;
        Ok(answer.map(|answer| match answer {
            Answer::Changed(made) => Ok(made),
            Answer::Refused(problem) => Err(problem.into()),
        }))
    }

    /// Begins a change that was entered. That a repetition gives out a secret again is in the audit log before it does.
    ///
    /// # Errors
    /// When its name was used for another one.
    pub async fn begin_in<T: Made>(
        app: &'a AppState,
        asked: Asked<'a>,
        named: Option<NamedRequest>,
        mut transaction: WriteTransaction,
    ) -> Result<Begun<'a, T>, Problem> {
        let now = app.clock.now();
        if let Some(answer) = Self::first_answer::<T>(app, named.as_ref(), &mut transaction).await? {
            if let Ok(made) = &answer
                && let Some(resource) = made.gives_out()
            {
                let event = Event {
                    action: AuditAction::Reveal,
                    resource,
                    after: Some(repeated(asked.action)),
                    ..event(&asked, asked.organization, now)
                };
                audit_log::insert(&mut transaction, &app.secrets, &event).await?;
                transaction.commit().await.map_err(StoreError::from)?;
            }
            return Ok(Begun::Repeated(answer));
        }
        Ok(Begun::First(Box::new(Self {
            app,
            transaction,
            now,
            resource: String::new(),
            before: None,
            after: None,
            organization: asked.organization,
            asked,
            named,
        })))
    }

    /// Who asks, with the role as it is within the transaction: it may have been taken since the request came in.
    ///
    /// # Errors
    /// When it doesn't let them manage admins.
    pub async fn asking(&mut self, organization: OrganizationId) -> Result<Asking, Problem> {
        let admin = self.asked.by.admin.id;
        let membership = organizations::membership(&mut self.transaction, organization, admin).await?;
        let Some(membership) = membership else {
            return Err(ProblemCode::OrganizationNotFound.into());
        };
        let asking = Asking::new(admin, &membership);
        asking.may_manage()?;
        Ok(asking)
    }

    /// Writes a row of the audit log for something else of its kind that changes with it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn note_update(&mut self, resource: &str, before: Value, after: Value) -> Result<(), StoreError> {
        let event = Event {
            action: AuditAction::Update,
            resource,
            before: Some(before),
            after: Some(after),
            ..self.event()
        };
        audit_log::insert(&mut self.transaction, &self.app.secrets, &event).await
    }

    fn event(&self) -> Event<'a> {
        event(&self.asked, self.organization, self.now)
    }

    /// Writes the row of the audit log and keeps the answer for a repetition, of a refusal too, then commits. After a
    /// fault nothing lasts.
    ///
    /// # Errors
    /// The refusal, or when the database fails.
    pub async fn finish<T: Serialize>(mut self: Box<Self>, result: Result<T, Problem>) -> Result<T, Problem> {
        let reason = match &result {
            Err(problem) if problem.is_fault() => return result,
            Err(problem) => Some(problem.code().as_str()),
            Ok(_) => None,
        };
        let made = result.is_ok();
        let event = Event {
            failure: reason,
            before: self.before.take().filter(|_| made),
            after: self.after.take().filter(|_| made),
            resource: &self.resource,
            ..self.event()
        };
        audit_log::insert(&mut self.transaction, &self.app.secrets, &event).await?;
        let answer = match result {
            Ok(made) => Answer::Changed(made),
            Err(problem) => Answer::Refused(problem.into_body()),
        };
        if let Some(named) = &self.named {
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
}

fn event<'a>(asked: &Asked<'a>, organization: Option<OrganizationId>, logged_on: DateTime<Utc>) -> Event<'a> {
    Event {
        logged_on,
        organization,
        action: asked.action,
        sub_category: asked.sub_category,
        resource: "",
        actor: Actor::Admin(&asked.by.admin),
        client: Some(&asked.by.client),
        interface: AuditInterface::AdminUi,
        failure: None,
        before: None,
        after: None,
    }
}

/// Refuses a change that means another version, or doesn't say which.
///
/// # Errors
/// [`ProblemCode::IfMatchRequired`], [`ProblemCode::StaleVersion`].
pub fn check_version(precondition: &Precondition, version: i64) -> Result<(), Problem> {
    match precondition {
        Precondition::Missing => Err(Problem::new(ProblemCode::IfMatchRequired)
            .detail("Send the ETag of what you mean to change in the header If-Match.")),
        Precondition::Versions(versions) if !versions.contains(&version) => {
            Err(Problem::new(ProblemCode::StaleVersion).detail("Load it again to see what it is now."))
        }
        Precondition::Any | Precondition::Versions(_) => Ok(()),
    }
}
