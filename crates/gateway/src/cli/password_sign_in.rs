//! `keyward password-sign-in`

use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use super::{CommandError, Data};
use crate::{
    audit::Event,
    config::DataArgs,
    store::{audit_log, sso},
};

/// Arguments of `keyward password-sign-in`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Whether admins can sign in to the portal with a password from now on. API clients can in any case
    #[arg(long)]
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// They can
    On,
    /// They sign in at an identity provider; portal sessions that were opened with a password end
    Off,
}

pub(super) async fn run(args: Args) -> Result<(), CommandError> {
    let is_on = args.state == State::On;
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    if !is_on && !sso::has_super_admin(&mut transaction).await? {
        return Err(CommandError::Refused(
            "no Super Admin has signed in at an identity provider yet, so that nobody could get in. Nothing was \
             changed. See: keyward sso"
                .to_owned(),
        ));
    }
    let was_on = sso::has_password_sign_in(&mut transaction).await?;
    let ended = sso::set_password_sign_in(&mut transaction, is_on).await?;
    if was_on != is_on {
        let (resource, now) = ("Sign-in with a password", data.clock.now());
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, resource, now);
        event.before = Some(json!({ "enabled": was_on }));
        event.after = Some(json!({ "enabled": is_on, "sessionsEnded": ended }));
        audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    }
    data.commit(transaction).await?;
    match is_on {
        true => println!("Admins can sign in with a password."),
        false => println!("Admins can't sign in with a password. Sessions that ended: {ended}."),
    }
    Ok(())
}
