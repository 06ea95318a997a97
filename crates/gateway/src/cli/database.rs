//! `keyward database`

use std::{path::PathBuf, str::FromStr};

use keyward_contract::{AuditAction, AuditSubCategory};

use super::{CommandError, no_installation};
use crate::{
    app::{self, StartError},
    audit::Event,
    clock::Clock,
    config::{DataArgs, DataConfig, DatabaseUrl},
    store::{
        Store, StoreError,
        audit::audit_log,
        recovery::copy::{self, CopyError},
    },
};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Copy an installation to an empty database: from SQLite to PostgreSQL, or back
    Copy(CopyArgs),
}

/// Arguments of `keyward database copy`.
#[derive(clap::Args)]
pub(super) struct CopyArgs {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Database to copy: sqlite:DIR, its data folder, or postgres://USER@HOST/DATABASE [default: database-url of the settings]
    // Not parsed by clap, which would repeat a wrong value with its password.
    #[arg(long, value_name = "URL", required_unless_present = "to")]
    from: Option<String>,
    /// Empty database to copy it to [default: database-url of the settings]
    #[arg(long, value_name = "URL")]
    to: Option<String>,
    /// File of the master key [default: master.key in the data folder]
    #[arg(long, value_name = "FILE")]
    master_key_file: Option<String>,
}

/// Where a database is.
#[derive(Clone, Debug)]
enum Place {
    Sqlite(PathBuf),
    Postgres(DatabaseUrl),
}

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.strip_prefix("sqlite:") {
            Some("") => Err("it must name the data folder: sqlite:DIR"),
            Some(folder) => Ok(Self::Sqlite(folder.into())),
            None => text
                .parse()
                .map(Self::Postgres)
                .map_err(|reason| match text.starts_with("postgres") {
                    true => reason,
                    false => "it must be sqlite:DIR or postgres://USER@HOST/DATABASE",
                }),
        }
    }
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Copy(args) => copy(args).await,
    }
}

/// The place that a flag names, or else the settings: a URL with a password is better there.
fn place(flag: &str, text: Option<&str>, settings: &DataConfig) -> Result<Place, CommandError> {
    let refused = |reason: &str| CommandError::Refused(format!("{flag}: {reason}"));
    match (text, &settings.database) {
        (Some(text), _) => text.parse().map_err(refused),
        (None, Some(url)) => Ok(Place::Postgres(url.clone())),
        (None, None) => Err(refused("name a database, or set database-url")),
    }
}

async fn copy(args: CopyArgs) -> Result<(), CommandError> {
    let folder = [&args.from, &args.to]
        .into_iter()
        .flatten()
        .find_map(|text| text.strip_prefix("sqlite:"));
    let settings = DataConfig::load(DataArgs {
        config: args.config,
        data: folder.map(str::to_owned),
        master_key_file: args.master_key_file,
        ..DataArgs::default()
    })?;
    let source = place("--from", args.from.as_deref(), &settings)?;
    let target = place("--to", args.to.as_deref(), &settings)?;
    let config = |place: &Place| {
        let mut config = settings.clone();
        match place {
            Place::Sqlite(folder) => {
                config.data.clone_from(folder);
                config.database = None;
            }
            Place::Postgres(url) => config.database = Some(url.clone()),
        }
        config
    };
    let from = config(&source);
    if !Store::exists(&from).await.map_err(StartError::from)? {
        return Err(no_installation(&from));
    }
    let clock = Clock::System;
    let (source, secrets) = app::open_data(&from, &clock).await?;
    let target = Store::open(&config(&target)).await.map_err(StartError::from)?;
    // The row comes first, so that no copy is made without one.
    let mut transaction = source.write().await?;
    let event = Event::of_operator(
        AuditAction::Export,
        AuditSubCategory::Installation,
        "Database",
        clock.now(),
    );
    audit_log::insert(&mut transaction, &secrets, &event).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    let copied = copy::copy(&source, &target, &secrets)
        .await
        .map_err(|error| match error {
            CopyError::Store(error) => error.into(),
            refused => CommandError::Refused(refused.to_string()),
        })?;
    source.close().await;
    target.close().await;
    println!("{} rows copied. Both audit logs end with\n{}", copied.rows, copied.head);
    println!(
        "Serve the copy with the same master key, and don't serve the original again: what is replaced in one of them stays \
         valid in the other."
    );
    Ok(())
}
