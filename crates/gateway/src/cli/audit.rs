//! `keyward audit`

use clap::Subcommand;

use super::{CommandError, no_installation};
use crate::{
    app::StartError,
    config::{DataArgs, DataConfig},
    secrets::Secrets,
    store::{
        Store, StoreError,
        audit::{
            audit_chain::{self, Link},
            evidence,
        },
        installation,
    },
};

/// Commands for the audit log.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Verify that no row of the audit log was changed, removed, inserted or moved, and that no key, token or secret was
    /// rolled back. Also works while the gateway runs, and on a read-only copy
    Verify(VerifyArgs),
}

/// Arguments of `keyward audit verify`.
#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Head hash that an earlier run printed and that you stored elsewhere. With it, also verify that the log wasn't replaced
    /// by an older copy of itself
    #[arg(long, value_name = "ID:MAC")]
    head: Option<Link>,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Verify(args) => verify(args).await,
    }
}

async fn verify(args: VerifyArgs) -> Result<(), CommandError> {
    let config = DataConfig::load(args.data)?;
    if !Store::exists(&config).await.map_err(StartError::from)? {
        return Err(no_installation(&config));
    }
    let secrets = Secrets::load(&config.master_key).map_err(StartError::from)?;
    // Evidence is only read: no migration, no writes, no files left behind.
    let mut evidence = evidence::open(&config).await.map_err(StartError::from)?;
    let reader = &mut evidence.connection;
    installation::check_master_key(reader, &secrets)
        .await
        .map_err(StartError::from)?;
    let verified = match audit_chain::verify(reader, &secrets, args.head).await {
        Err(tampered @ StoreError::Tampered(_)) => return Err(CommandError::Refused(tampered.to_string())),
        verified => verified?,
    };
    println!("Audit log intact: {} rows.", verified.rows);
    println!(
        "Keys, tokens and secrets that match their last entry: {}.",
        verified.sealed
    );
    if let Some(instant) = verified.chain.kept_since {
        println!(
            "Rows from before {} were pruned by audit-retention.",
            instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        );
    }
    println!(
        "Head hash; store it elsewhere and pass it as --head next time:\n{}",
        verified.chain.head
    );
    Ok(())
}
