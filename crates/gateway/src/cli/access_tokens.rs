//! `keyward access-tokens`

use clap::Subcommand;

use super::{CommandError, Data, key::Args, shown::quoted};
use crate::domain::operator;

/// Commands for access tokens.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Reject access tokens immediately. Admins can't change authorization servers until you enable them again
    Disable(Args),
    /// Accept access tokens again
    Enable(Args),
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let (args, enabled) = match command {
        Command::Disable(args) => (args, false),
        Command::Enable(args) => (args, true),
    };
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.holding(&args.organization).await?;
    let now = data.clock.now();
    operator::set_access_tokens(&mut transaction, &data.secrets, &organization, enabled, now).await?;
    data.commit(transaction).await?;
    println!(
        "Access tokens {} for {}.",
        if enabled { "enabled" } else { "disabled" },
        quoted(&organization.name)
    );
    Ok(())
}
