//! The command line.

// First, so that its macros are those of every other.
#[macro_use]
mod output;

mod access_tokens;
mod admin;
mod audit;
mod backup;
mod database;
mod held;
mod init;
mod key;
mod openapi;
mod organization;
mod password_sign_in;
mod portal;
mod problems;
mod secret_file;
pub mod serve;
mod shown;
mod sso;
mod subscription;
mod upstream;

use std::{error::Error, fmt::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};

use self::shown::{listed, quoted};
use crate::{
    app::{self, StartError},
    clock::Clock,
    config::{Config, ConfigError, DataArgs, DataConfig, PublicUrl, ServeArgs},
    secrets::Secrets,
    store::{
        Store, StoreError, WriteTransaction,
        organizations::{self, Organization},
    },
};

/// Manages cloud service API keys of organizations: the admin portal with its API, and the cloud service API
#[derive(Parser)]
#[command(name = "keyward", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the portal and the APIs
    Serve(Box<ServeArgs>),
    /// Set up an empty installation without a browser
    Init(init::Args),
    /// Add, list or remove organizations
    #[command(subcommand)]
    Organization(organization::Command),
    /// Set the state of an organization's API subscription
    Subscription(subscription::Args),
    /// Disable or enable the key of an organization
    #[command(subcommand)]
    Key(key::Command),
    /// Disable or enable the access tokens of an organization
    #[command(subcommand)]
    AccessTokens(access_tokens::Command),
    /// Let admins sign in to the portal at identity providers (OpenID Connect)
    #[command(subcommand)]
    Sso(sso::Command),
    /// Turn password sign-in on or off, and manage service accounts
    PasswordSignIn(password_sign_in::Args),
    /// List admins, or reset the password of one
    #[command(subcommand)]
    Admin(admin::Command),
    /// Verify that the audit log is intact
    #[command(subcommand)]
    Audit(audit::Command),
    /// Write a copy of the database to a file. Its secrets stay encrypted with the master key, which isn't included
    Backup(backup::BackupArgs),
    /// Restore the database from a backup. All sessions and one-time links end
    Restore(backup::RestoreArgs),
    /// Move an installation to another database
    #[command(subcommand)]
    Database(database::Command),
    /// Write the portal to a folder, for a web host of its own
    #[command(subcommand)]
    Portal(portal::Command),
    /// List or confirm what a restore couldn't verify
    #[command(subcommand)]
    Held(held::Command),
    /// Print the OpenAPI document
    Openapi,
    /// Print the table of problem codes, docs/problems.md
    #[command(hide = true)]
    Problems,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The settings are wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data can't be used.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The database failed.
    #[error("{}", failed(.0))]
    Store(#[from] StoreError),
    /// The gateway can't serve.
    #[error(transparent)]
    Serve(#[from] serve::ServeError),
    /// The command can't be carried out; the text says why.
    #[error("{0}")]
    Refused(String),
}

/// A connection that was lost says nothing about the commit.
fn failed(error: &StoreError) -> String {
    match error {
        StoreError::Unavailable(_) => {
            format!("{error}. If the connection was lost at the end, the change was made: check before you repeat it")
        }
        _ => format!("nothing was changed: {error}"),
    }
}

/// Runs the command. Exits with 0 on success, 1 on failure, 2 on wrong arguments or settings.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(CommandError::Config(error)) => {
            fail(&error);
            ExitCode::from(2)
        }
        Err(error) => fail(&error),
    }
}

async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Serve(args) => Ok(serve::run(Config::load(*args)?).await?),
        Command::Init(args) => init::run(args).await,
        Command::Organization(command) => organization::run(command).await,
        Command::Subscription(args) => subscription::run(args).await,
        Command::Key(command) => key::run(command).await,
        Command::AccessTokens(command) => access_tokens::run(command).await,
        Command::Sso(command) => sso::run(command).await,
        Command::PasswordSignIn(args) => password_sign_in::run(args).await,
        Command::Admin(command) => admin::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(args).await,
        Command::Database(command) => database::run(command).await,
        Command::Portal(command) => portal::run(command),
        Command::Held(command) => held::run(command).await,
        Command::Openapi => openapi::run(),
        Command::Problems => {
            problems::run();
            Ok(())
        }
    }
}

fn fail(error: &dyn Error) -> ExitCode {
    let mut text = format!("keyward: {error}");
    let mut source = error.source();
    while let Some(error) = source {
        let cause = error.to_string();
        if !text.contains(&cause) {
            // Writing to a String can't fail.
            let _ = write!(text, ": {cause}");
        }
        source = error.source();
    }
    eprintln!("{text}");
    ExitCode::FAILURE
}

/// Warns that the address in a link isn't configured, so that the link may not work.
fn warn_of_guess(portal: &PublicUrl) {
    if portal.is_derived() {
        eprintln!(
            "{portal} is a guess, because public-url isn't set. If the address is a different one, set it with --public-url."
        );
    }
}

fn no_installation(config: &DataConfig) -> CommandError {
    CommandError::Refused(match &config.database {
        Some(url) => format!("no installation in {url}. Check --database-url, or create one with keyward init."),
        None => format!(
            "no installation in {}. Name its folder with --data, or create one with keyward init.",
            config.data.display()
        ),
    })
}

/// The data of an existing installation. A command must not create an empty one in a mistyped folder.
struct Data {
    store: Store,
    secrets: Secrets,
    clock: Clock,
}

impl Data {
    async fn open(args: DataArgs) -> Result<Self, CommandError> {
        let config = DataConfig::load(args)?;
        if !Store::exists(&config).await.map_err(StartError::from)? {
            return Err(no_installation(&config));
        }
        Self::open_or_create(&config).await
    }

    async fn open_or_create(config: &DataConfig) -> Result<Self, CommandError> {
        let clock = Clock::System;
        let (store, secrets) = app::open_data(config, &clock).await?;
        Ok(Self { store, secrets, clock })
    }

    /// A transaction, and the organization with this name or identifier.
    async fn organization(&self, name: &str) -> Result<(WriteTransaction, Organization), CommandError> {
        let mut transaction = self.store.write().await?;
        if let Some(organization) = organizations::find_by_name(&mut transaction, name).await? {
            return Ok((transaction, organization));
        }
        let names = organizations::names(&mut transaction).await?;
        let known = if names.is_empty() {
            "There are no organizations yet.".into()
        } else {
            format!("Organizations: {}.", listed(&names))
        };
        Err(CommandError::Refused(format!(
            "no organization {}. {known}",
            quoted(name)
        )))
    }

    /// As [`organization`](Self::organization), for what Keyward decides about a key that it holds.
    async fn holding(&self, name: &str) -> Result<(WriteTransaction, Organization), CommandError> {
        let (transaction, organization) = self.organization(name).await?;
        if organization.has_upstream {
            return Err(CommandError::Refused(format!(
                "the key of {} lives at an upstream, where this is decided. Nothing was changed.",
                quoted(&organization.name)
            )));
        }
        Ok((transaction, organization))
    }

    async fn commit(self, transaction: WriteTransaction) -> Result<(), CommandError> {
        transaction.commit().await.map_err(StoreError::from)?;
        self.store.close().await;
        Ok(())
    }
}
