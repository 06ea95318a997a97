//! `keyward admin`

use std::time::Duration;

use clap::Subcommand;
use keyward_contract::{AuditAction, AuditSubCategory};

use super::{
    CommandError, Data,
    shown::{quoted, visible},
    warn_of_guess,
};
use crate::{
    audit::Event,
    config::{self, DataArgs},
    domain::one_time_links,
    store::{
        audit::audit_log,
        people::{
            admins,
            members::{self, Live},
            names::{self, Collision},
            password_sign_in,
        },
        sessions::session_window::SessionWindow,
    },
};

/// Commands for admins.
#[derive(Subcommand)]
pub(super) enum Command {
    /// List the admins of an organization, with role, status and last sign-in
    List(ListArgs),
    /// List user names that can be confused with others. At sign-in, these have to be entered exactly
    Collisions(CollisionsArgs),
    /// Print a one-time link that lets an admin set a new password, and unlock the account
    ResetPassword(ResetArgs),
}

/// Arguments of `keyward admin list`.
#[derive(clap::Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
}

/// Arguments of `keyward admin collisions`.
#[derive(clap::Args)]
pub(super) struct CollisionsArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Arguments of `keyward admin reset-password`.
#[derive(clap::Args)]
pub(super) struct ResetArgs {
    #[command(flatten)]
    data: DataArgs,
    /// User name of the admin
    #[arg(long, value_name = "LOGIN")]
    name: String,
    /// Address of the portal, for the link [default: that of keyward serve]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::List(args) => list(args).await,
        Command::Collisions(args) => collisions(args).await,
        Command::ResetPassword(args) => reset_password(args).await,
    }
}

async fn list(args: ListArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let now = data.clock.now();
    // Sessions aren't listed, so it doesn't matter which ones are active.
    let none = SessionWindow::new(now, Duration::ZERO, Duration::ZERO);
    let live = Live {
        portal: none,
        api: none,
    };
    let admins = members::list(&mut transaction, organization.id, None, &live).await?;
    one_time_links::write_listing(&mut transaction, &data.secrets, &organization, now).await?;
    data.commit(transaction).await?;
    for member in admins {
        let last = match member.last_sign_in_on {
            Some(instant) => instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            None => "never".to_owned(),
        };
        let status = members::status_text(member.status);
        println!(
            "{}\t{}\t{status}\t{last}",
            visible(&member.admin.name),
            visible(&member.role)
        );
    }
    Ok(())
}

/// They are from older versions, which had no rules for user names. The operator decides what to do: usually, have them invited
/// again with a different name, and removed.
async fn collisions(args: CollisionsArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let found = names::collisions(&mut transaction).await?;
    let (resource, now) = ("User names", data.clock.now());
    let event = Event::of_operator(AuditAction::Export, AuditSubCategory::Administrator, resource, now);
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    data.commit(transaction).await?;
    for Collision { id, name, fault } in found {
        let fault =
            fault.unwrap_or_else(|| "Another account has the same user name in a different spelling.".to_owned());
        println!("{}\t{id}\t{fault}", visible(&name));
    }
    Ok(())
}

async fn reset_password(args: ResetArgs) -> Result<(), CommandError> {
    let portal = config::portal_address(args.data.clone(), args.public_url)?;
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let Some((admin, _)) = admins::find_by_login(&mut transaction, &args.name).await? else {
        return Err(CommandError::Refused(format!(
            "no admin {}. See: keyward admin list",
            quoted(&args.name)
        )));
    };
    if !password_sign_in::is_on(&mut transaction).await? {
        return Err(CommandError::Refused(
            "password sign-in is off, so a link wouldn't work. Nothing was changed. See: keyward password-sign-in"
                .to_owned(),
        ));
    }
    let token = one_time_links::reset_password(&mut transaction, &data.secrets, &admin, data.clock.now()).await?;
    data.commit(transaction).await?;
    println!(
        "Share this link only with {}. It works once, within 24 hours:\n{}",
        quoted(&admin.name),
        one_time_links::address(&portal, &token)
    );
    warn_of_guess(&portal);
    Ok(())
}
