//! `keyward key`

use clap::Subcommand;

use super::{CommandError, Data, shown::quoted};
use crate::{config::DataArgs, domain::operator};

/// Commands for the key.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Disable the key and end all API sessions immediately. Admins can't change it until you enable it again
    Disable(Args),
    /// Enable the key, so that it can be used and changed again
    Enable(Args),
}

/// Arguments of `keyward key` and `keyward access-tokens`, `disable` and `enable`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    pub(super) data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    pub(super) organization: String,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    let (args, enabled) = match command {
        Command::Disable(args) => (args, false),
        Command::Enable(args) => (args, true),
    };
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.holding(&args.organization).await?;
    if !operator::set_key_enabled(
        &mut transaction,
        &data.secrets,
        organization.id,
        enabled,
        data.clock.now(),
    )
    .await?
    {
        return Err(CommandError::Refused(format!(
            "{} has no key. Nothing was changed.",
            quoted(&organization.name)
        )));
    }
    data.commit(transaction).await?;
    println!(
        "Key {} for {}.",
        if enabled { "enabled" } else { "disabled" },
        quoted(&organization.name)
    );
    Ok(())
}
