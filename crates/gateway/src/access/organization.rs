//! The organization in a path, and what the asking admin may do in it.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use keyward_contract::{OrganizationId, Permission, ProblemCode};
use serde::Deserialize;

use super::{portal_session::SignedIn, refusals::Refusal};
use crate::{
    app::AppState,
    authority::Requester,
    problem::Problem,
    store::organizations::{self, Membership, Organization},
};

/// A signed-in admin at an organization they have a role in. As an extractor it refuses everything else, an
/// organization that does not exist exactly like one the admin has no role in.
pub struct AtOrganization {
    /// The organization.
    pub organization: Organization,
    /// Who asks.
    pub requester: Requester,
    /// Their role.
    pub membership: Membership,
    signed_in: SignedIn,
    refusal: Refusal,
}

impl AtOrganization {
    /// Refuses who may not see the key page.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn may_view(&self) -> Result<(), Problem> {
        self.allow(
            self.membership.permissions.api_key_management != Permission::None,
            "Your role does not show you the API key.",
        )
    }

    /// Refuses who may not change the key.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn may_change(&self) -> Result<(), Problem> {
        self.allow(
            self.membership.permissions.api_key_management == Permission::Full,
            "Your role lets you view the API key, not change it.",
        )
    }

    /// Refuses who may not read the audit log.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn may_read_audit_log(&self) -> Result<(), Problem> {
        self.allow(
            self.membership.permissions.audit_log,
            "Your role does not show you the audit log.",
        )
    }

    /// Refuses who may not manage admins and roles.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn may_manage_admins(&self) -> Result<(), Problem> {
        self.allow(
            self.membership.permissions.admin_management,
            "Your role does not let you manage admins and roles.",
        )
    }

    /// Refuses when the password was given too long ago for something of weight.
    ///
    /// # Errors
    /// [`ProblemCode::FreshPasswordRequired`].
    pub fn has_fresh_password(&self, app: &AppState) -> Result<(), Problem> {
        self.noted(self.signed_in.has_fresh_password(app))
    }

    /// Refuses who may not see secrets.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn may_reveal(&self) -> Result<(), Problem> {
        self.may_view()?;
        self.allow(
            self.membership.permissions.reveal,
            "Your role does not let you reveal the API key.",
        )
    }

    fn allow(&self, allowed: bool, detail: &str) -> Result<(), Problem> {
        let refused = || Problem::new(ProblemCode::PermissionDenied).detail(detail);
        self.noted(allowed.then_some(()).ok_or_else(refused))
    }

    /// What is refused is for the audit log, too.
    fn noted(&self, decision: Result<(), Problem>) -> Result<(), Problem> {
        if let Err(problem) = &decision {
            self.refusal.note(self.organization.id, &self.requester, problem.code());
        }
        decision
    }
}

#[derive(Deserialize)]
struct Segments {
    org: OrganizationId,
}

impl FromRequestParts<AppState> for AtOrganization {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &AppState) -> Result<Self, Problem> {
        let signed_in = <SignedIn as FromRequestParts<AppState>>::from_request_parts(parts, app).await?;
        let requester = signed_in.requester.clone();
        let unknown = || Problem::new(ProblemCode::OrganizationNotFound);
        let Path(Segments { org }) = Path::<Segments>::from_request_parts(parts, app)
            .await
            .map_err(|_| unknown())?;
        let mut reader = app.store.read().await?;
        let membership = organizations::membership(&mut reader, org, requester.admin.id)
            .await?
            .ok_or_else(unknown)?;
        let organization = organizations::find(&mut reader, org).await?.ok_or_else(unknown)?;
        Ok(Self {
            organization,
            requester,
            membership,
            signed_in,
            refusal: parts.extensions.get().cloned().unwrap_or_default(),
        })
    }
}
