//! `keyward access-tokens`

use clap::Subcommand;

use super::{CommandError, Data, key::Args, shown::quoted};
use crate::domain::operator;

/// What to do with access tokens of authorization servers.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Refuse access tokens at once; admins can't change authorization servers until they are enabled
    Disable(Args),
    /// Let access tokens in again
    Enable(Args),
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let (args, enabled) = match command {
        Command::Disable(args) => (args, false),
        Command::Enable(args) => (args, true),
    };
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let now = data.clock.now();
    operator::set_access_tokens(&mut transaction, &data.secrets, &organization, enabled, now).await?;
    data.commit(transaction).await?;
    println!(
        "Access tokens of {} are {}.",
        quoted(&organization.name),
        if enabled { "enabled" } else { "disabled" }
    );
    Ok(())
}
