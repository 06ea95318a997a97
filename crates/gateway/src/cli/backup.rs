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
    /// File to write. It must not exist yet
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

/// Arguments of `keyward restore`.
#[derive(clap::Args)]
pub(super) struct RestoreArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Backup file, from keyward backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
}

pub(super) async fn backup(args: BackupArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    // The row comes first, so that no copy is made without one.
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
        "Backup written to {}. It doesn't include the master key: store a copy of that elsewhere.",
        args.to.display()
    );
    Ok(())
}

pub(super) async fn restore(args: RestoreArgs) -> Result<(), CommandError> {
    let config = DataConfig::load(args.data)?;
    // A backup is useless without its master key, and a new key must not be created instead.
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
    println!("Database restored from the backup. All sessions and one-time links have ended.");
    match restored.audit_log {
        AuditLogIs::Kept => println!("The audit log was kept: it continues from the backup's."),
        AuditLogIs::KeptBeside => println!(
            "The audit log was kept, but it doesn't continue from the backup's. Rows that only the backup has remain \
             there: keep the file."
        ),
        AuditLogIs::Restored => println!("The audit log was restored from the backup."),
        AuditLogIs::Replaced => println!(
            "The audit log was restored from the backup, because the one here had been tampered with. The only copies of \
             that one are those you made before."
        ),
    }
    report(&restored);
    Ok(())
}

fn report(restored: &RestoredFrom) {
    if !restored.narrowed.is_empty() {
        println!("These roles were limited to what they allowed before the restore:");
        for (name, organization) in &restored.narrowed {
            println!("  {}\t{}", visible(organization), visible(name));
        }
    }
    if restored.in_doubt.is_empty() {
        return;
    }
    if restored.compared {
        println!(
            "These were replaced or removed after the backup. They are rejected until an admin confirms them in the \
             portal, or you do (keyward held confirm):"
        );
    } else {
        println!(
            "There was no data to compare the backup with. These are valid, but may have been replaced after the backup. \
             Replace them, or confirm them in the portal or with keyward held confirm:"
        );
    }
    held::print(&restored.in_doubt);
}

fn refused(error: &backup::BackupError) -> CommandError {
    CommandError::Refused(error.to_string())
}
