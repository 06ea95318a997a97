//! `keyward backup` and `keyward restore`

use std::path::PathBuf;

use keyward_contract::{AuditAction, AuditSubCategory};

use super::{CommandError, Data, held, shown::visible};
use crate::{
    app::{self, StartError},
    audit::Event,
    clock::Clock,
    config::{DataArgs, DataConfig},
    store::{
        StoreError,
        audit::audit_log,
        recovery::{
            backup,
            restore::{AuditLogIs, RestoredFrom},
        },
    },
};

/// Arguments of `keyward backup`.
#[derive(clap::Args)]
pub(super) struct BackupArgs {
    #[command(flatten)]
    data: DataArgs,
    /// File to write; it must not exist
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Arguments of `keyward restore`.
#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    data: DataArgs,
    /// File that keyward backup wrote
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

pub(super) async fn backup(args: BackupArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    // First the row: no copy leaves without one.
    let mut transaction = data.store.write().await?;
    let event = Event::of_operator(
        AuditAction::Export,
        AuditSubCategory::Installation,
        "Database",
        data.clock.now(),
    );
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    backup::write(&data.store, &args.to)
        .await
        .map_err(|error| refused(&error))?;
    data.store.close().await;
    println!(
        "The backup is in {}. Keep a copy of the master key elsewhere: it is not in it.",
        args.to.display()
    );
    Ok(())
}

pub(super) async fn restore(args: RestoreArgs) -> Result<(), CommandError> {
    let config = DataConfig::load(args.data)?;
    // A backup is useless without the master key it was made under, and a new key must not be made in its place.
    let secrets = crate::secrets::Secrets::load(&config.master_key).map_err(StartError::from)?;
    let source = backup::open(&args.from, &config.data)
        .await
        .map_err(|error| refused(&error))?;
    source.check_master_key(&secrets).await.map_err(|error| match error {
        StoreError::Sealed(_) => CommandError::from(StartError::WrongMasterKey),
        other => other.into(),
    })?;
    let (store, _) = app::open_data(&config, &Clock::System).await?;
    let restored = source.restore_into(&store, &secrets, Clock::System.now()).await?;
    store.close().await;
    println!("The database is back to the state of the backup. All sessions and one-time links have ended.");
    match restored.audit_log {
        AuditLogIs::Kept => println!("The audit log stays: it has gone on since the backup."),
        AuditLogIs::KeptBeside => println!(
            "The audit log stays, but it does not go on from that of the backup. What the backup's log has beyond it is in \
             the backup alone: keep it."
        ),
        AuditLogIs::Restored => println!("The audit log is that of the backup."),
        AuditLogIs::Replaced => println!(
            "The audit log is that of the backup: the one that was here had been tampered with. It is in no copy but \
             those you made before."
        ),
    }
    report(&restored);
    Ok(())
}

fn report(restored: &RestoredFrom) {
    if !restored.narrowed.is_empty() {
        println!("These roles allow no more than before the restore:");
        for (name, organization) in &restored.narrowed {
            println!("  {}\t{}", visible(organization), visible(name));
        }
    }
    if restored.in_doubt.is_empty() {
        return;
    }
    if restored.compared {
        println!(
            "These were replaced or removed since the backup. They are refused until an admin confirms them in the portal, \
             or you do (keyward held confirm):"
        );
    } else {
        println!(
            "There was nothing to compare the backup with. These may have been replaced since it was made; they are valid. \
             Replace them, or confirm them in the portal or with keyward held confirm:"
        );
    }
    held::print(&restored.in_doubt);
}

fn refused(error: &backup::BackupError) -> CommandError {
    CommandError::Refused(error.to_string())
}
