//! `keyward held`

use clap::Subcommand;

use super::{CommandError, Data, shown::visible};
use crate::{
    config::DataArgs,
    names,
    store::recovery::held::{self, Held},
};

/// Commands for what a restore couldn't verify.
#[derive(Subcommand)]
pub(super) enum Command {
    /// List what is rejected because it was replaced or removed after the backup, and what may have been
    List(DataArgs),
    /// Confirm that it can be used again
    Confirm(ConfirmArgs),
}

/// Arguments of `keyward held confirm`.
#[derive(clap::Args)]
pub(super) struct ConfirmArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Its kind in keyward held list, or all for everything
    #[arg(value_parser = ["key", "token", "server", "admin", "password", "all"])]
    kind: String,
    /// Name or identifier of the organization; not for a password
    #[arg(long, value_name = "NAME")]
    organization: Option<String>,
    /// Name of the token or server, user name of the admin; not for a key
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::List(args) => list(args).await,
        Command::Confirm(args) => confirm(args).await,
    }
}

async fn list(args: DataArgs) -> Result<(), CommandError> {
    let data = Data::open(args).await?;
    let mut reader = data.store.read().await?;
    let found = held::list(&mut reader).await?;
    drop(reader);
    data.store.close().await;
    print(&found);
    Ok(())
}

/// One line each: kind, whether it is rejected, organization and name.
pub(super) fn print(found: &[Held]) {
    for held in found {
        let state = if held.refused { "refused" } else { "valid" };
        let organization = visible(held.organization.as_deref().unwrap_or("-"));
        println!("  {}\t{state}\t{organization}\t{}", held.kind, visible(&held.name));
    }
}

async fn confirm(args: ConfirmArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let mut wanted = held::list(&mut transaction).await?;
    let lower = |text: &Option<String>| text.as_ref().map(|text| names::fold_name(text));
    let (organization, name) = (lower(&args.organization), lower(&args.name));
    wanted.retain(|held| {
        let is_in = |organization: &String| {
            lower(&held.organization).as_ref() == Some(organization)
                || held.organization_id.map(|id| id.to_string()).as_ref() == Some(organization)
        };
        (args.kind == "all" || args.kind == held.kind)
            && organization.as_ref().is_none_or(is_in)
            && name.as_ref().is_none_or(|name| names::fold_name(&held.name) == *name)
    });
    // One at a time, unless all is given: a mistyped command must not confirm more.
    if wanted.is_empty() || (wanted.len() > 1 && args.kind != "all") {
        return Err(CommandError::Refused(format!(
            "this matches {} entries. Nothing was changed. See: keyward held list",
            wanted.len()
        )));
    }
    for held in &wanted {
        held::confirm(&mut transaction, &data.secrets, held, data.clock.now()).await?;
    }
    data.commit(transaction).await?;
    println!("Confirmed:");
    print(&wanted);
    Ok(())
}
