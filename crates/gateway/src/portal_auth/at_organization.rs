//! The organization in a path, with the asking admin's permissions.

use axum::{
    extract::{FromRequestParts, Path},
    http::request::Parts,
};
use keyward_contract::{OrganizationId, ProblemCode};
use serde::Deserialize;

use super::{denied::Denied, session::SignedIn};
use crate::{
    http::{Requester, problem::Problem},
    key_holder::KeyAt,
    rules::{Needs, Operation, Standing},
    state::AppState,
    store::{
        Connection,
        organizations::{self, Membership, Organization},
    },
};

/// A signed-in admin at an organization they have a role in. As an extractor, it rejects everything else; an organization
/// that doesn't exist is indistinguishable from one the admin has no role in.
pub struct AtOrganization {
    /// The organization.
    pub organization: Organization,
    /// The admin.
    pub requester: Requester,
    /// Their role.
    pub membership: Membership,
    /// `None` for an API session.
    signed_in: Option<SignedIn>,
    denied: Denied,
}

impl AtOrganization {
    /// The same for an API session. It was opened with the password and the key, so it never has to re-authenticate.
    pub fn by_api(requester: Requester, membership: Membership, organization: Organization, denied: Denied) -> Self {
        Self {
            organization,
            requester,
            membership,
            signed_in: None,
            denied,
        }
    }

    /// The admin's role and the organization, for the rules.
    pub fn standing(&self) -> Standing {
        Standing::new(self.requester.admin.id, &self.membership, &self.organization)
    }

    /// Their session in the portal.
    ///
    /// # Errors
    /// [`ProblemCode::NotSignedIn`] for an API session.
    pub fn signed_in(&self) -> Result<&SignedIn, Problem> {
        self.signed_in.as_ref().ok_or_else(|| ProblemCode::NotSignedIn.into())
    }

    /// Its key, within a transaction.
    pub fn key<'c>(&self, connection: &'c mut Connection) -> KeyAt<'c> {
        let of = self.organization.id;
        KeyAt { connection, of }
    }

    /// Rejects an admin whose role doesn't grant a read permission.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`].
    pub fn can(&self, needs: Needs) -> Result<(), Problem> {
        if needs.are_met_by(&self.membership.permissions) {
            return Ok(());
        }
        Err(Problem::new(ProblemCode::PermissionDenied).detail(needs.unmet()))
    }

    /// Rejects an admin whose role doesn't grant an operation, or who has to re-authenticate for it. The refusal is logged.
    ///
    /// # Errors
    /// [`ProblemCode::PermissionDenied`], [`ProblemCode::FreshPasswordRequired`].
    pub fn may(&self, app: &AppState, operation: Operation) -> Result<(), Problem> {
        let fresh = || match &self.signed_in {
            Some(signed_in) if operation.is_sensitive() => signed_in.has_fresh_password(app),
            _ => Ok(()),
        };
        let decision = self.can(operation.needs()).and_then(|()| fresh());
        if let Err(problem) = &decision {
            let (organization, code) = (self.organization.id, problem.code());
            self.denied.note(organization, &self.requester, operation, code);
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
            signed_in: Some(signed_in),
            denied: parts.extensions.get().cloned().unwrap_or_default(),
        })
    }
}
