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
        audit::{audit_chain::Link, audit_log},
        recovery::{
            backup,
            restore::{AuditLogIs, RestoredFrom},
            verified,
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
    #[arg(long, value_name = "FILE", required_unless_present = "verify")]
    from: Option<PathBuf>,
    /// Verify a database that was restored by other means, such as pg_restore, and end all sessions and one-time links in it
    #[arg(long, conflicts_with = "from")]
    verify: bool,
    /// With --verify: head hash of the audit log, from keyward audit verify, that the database must contain
    #[arg(long, value_name = "ID:MAC", requires = "verify")]
    head: Option<Link>,
}

pub(super) async fn backup(args: BackupArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    if data.store.is_shared() {
        return Err(CommandError::Refused(ONLY_SQLITE.to_owned()));
    }
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

/// Why there is no backup of PostgreSQL.
const ONLY_SQLITE: &str = "keyward backup and restore --from are for SQLite. Back up PostgreSQL with pg_dump or with continuous \
archiving, restore it with pg_restore or to a point in time, and then run keyward restore --verify";

pub(super) async fn restore(args: RestoreArgs) -> Result<(), CommandError> {
    let Some(from) = args.from else {
        return verify(args.data, args.head).await;
    };
    let config = DataConfig::load(args.data)?;
    if config.database.is_some() {
        return Err(CommandError::Refused(ONLY_SQLITE.to_owned()));
    }
    // A backup is useless without its master key, and a new key must not be created instead.
    let secrets = crate::secrets::Secrets::load(&config.master_key).map_err(StartError::from)?;
    let source = backup::open(&from, &config.data)
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

async fn verify(args: DataArgs, head: Option<Link>) -> Result<(), CommandError> {
    let data = Data::open(args).await?;
    let taken_up = verified::take_up(&data.store, &data.secrets, head, data.clock.now()).await;
    let (verified, in_doubt) = match taken_up {
        Err(tampered @ StoreError::Tampered(_)) => return Err(CommandError::Refused(tampered.to_string())),
        taken_up => taken_up?,
    };
    data.store.close().await;
    println!(
        "Audit log intact: {} rows. All sessions and one-time links have ended, and versions continue from new numbers.",
        verified.rows
    );
    if !in_doubt.is_empty() {
        println!(
            "These are valid, but may have been replaced after the state that was restored. Replace them, or confirm them in \
             the portal or with keyward held confirm:"
        );
        held::print(&in_doubt);
    }
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
