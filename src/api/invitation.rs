//! One-time links: to the first start, into an organization, or to a new password.

use keyward_contract::{AcceptInvitation, InvitationOffer, ReadInvitation, ReadSetup, Session, paths};

use super::{ApiError, client::Change, session::session};
use crate::browser::early;

/// What a link offers. The secret travels in the body, so that no log has it.
pub(crate) async fn invitation_read(token: &str) -> Result<InvitationOffer, ApiError> {
    let token = token.to_owned();
    Change::post(paths::INVITATION_READ)
        .with_body(&ReadInvitation { token })
        .ask()
        .await
}

pub(crate) async fn invitation_accept(body: &AcceptInvitation) -> Result<Session, ApiError> {
    early::forget();
    session(Change::post(paths::INVITATION).with_body(body).send().await?)
}

/// Whether a set-up link is valid. The secret travels in the body, so that no log has it.
pub(crate) async fn setup_read(token: &str) -> Result<(), ApiError> {
    let token = token.to_owned();
    Change::post(paths::SETUP_READ)
        .with_body(&ReadSetup { token })
        .send()
        .await?
        .empty()
}
