//! One-time links: into an organization, or to a new password.

use gloo_net::http::Method;
use keyward_contract::{AcceptInvitation, InvitationOffer, ReadInvitation, Session, paths};

use super::{ApiError, Change};
use crate::browser::early;

/// What a link offers. The secret travels in the body, so that no log has it.
pub(crate) async fn invitation_read(token: &str) -> Result<InvitationOffer, ApiError> {
    let body = ReadInvitation {
        token: token.to_owned(),
    };
    Change::new(Method::POST, paths::INVITATION_READ.into())
        .with_body(&body)
        .send()
        .await?
        .json()
}

pub(crate) async fn invitation_accept(body: &AcceptInvitation) -> Result<Session, ApiError> {
    early::forget();
    Change::new(Method::POST, paths::INVITATION.into())
        .with_body(body)
        .send()
        .await?
        .json()
}
