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

/// What to do with the audit log.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Prove that no row of the audit log was changed, removed, inserted or moved, and that no key, token or secret was put
    /// back; also while the gateway runs, and on a copy that can't be written
    Verify(VerifyArgs),
}

/// Arguments of `keyward audit verify`.
#[derive(clap::Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The head that an earlier run printed and that was kept elsewhere: also proves that the log was not replaced by an
    /// older state of itself
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
    if !Store::exists(&config.data) {
        return Err(no_installation(&config.data));
    }
    let secrets = Secrets::load(&config.master_key).map_err(StartError::from)?;
    // Evidence is looked at, not touched: no table is brought up to date, nothing is written, no file is left.
    let mut evidence = evidence::open(&config.data).await.map_err(StartError::from)?;
    let reader = &mut evidence.connection;
    installation::check_master_key(reader, &secrets)
        .await
        .map_err(StartError::from)?;
    let verified = match audit_chain::verify(reader, &secrets, args.head).await {
        Err(tampered @ StoreError::Tampered(_)) => return Err(CommandError::Refused(tampered.to_string())),
        verified => verified?,
    };
    println!("The audit log is what was written: {} rows.", verified.rows);
    println!(
        "Keys, tokens and secrets that are the last that it has: {}.",
        verified.sealed
    );
    if let Some(instant) = verified.chain.kept_since {
        println!(
            "Rows from before {} have been cut off by audit-retention.",
            instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
        );
    }
    println!(
        "Its head, to be kept elsewhere and given with --head next time:\n{}",
        verified.chain.head
    );
    Ok(())
}
