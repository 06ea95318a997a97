//! `keyward organization`

use clap::Subcommand;
use keyward_contract::{Subscription, check_cloud, check_organization_name};
use serde_json::json;

use super::{
    CommandError, Data, shown,
    shown::{quoted, visible},
    upstream::{self, UpstreamArgs},
    warn_of_guess,
};
use crate::{
    config::{self, DataArgs},
    domain::{one_time_links, operator},
    names, random,
    store::organizations::{self, Organization, OrganizationContent, subscription_text},
};

/// Commands for organizations.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Create an organization and print an invitation link for its first Super Admin
    Add(Box<AddArgs>),
    /// List the organizations with identifier, cloud, subscription and contents
    List(ListArgs),
    /// Change or show where the key of an organization lives, if it lives elsewhere
    #[command(subcommand)]
    Upstream(upstream::Command),
    /// Remove an organization with its admins, key, tokens and sessions. Its audit log rows stay
    Remove(RemoveArgs),
}

/// Arguments of `keyward organization add`.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the organization
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Its cloud: a DNS name such as cloud.example
    #[arg(long, value_name = "CLOUD")]
    cloud: String,
    /// User name of its first Super Admin, with or without an existing account
    #[arg(long, value_name = "LOGIN")]
    admin: String,
    /// Without an API subscription, and so without a key
    #[arg(long)]
    without_subscription: bool,
    /// Address of the portal, for the link [default: that of keyward serve]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    #[command(flatten)]
    upstream: UpstreamArgs,
}

/// Arguments of `keyward organization list`.
#[derive(clap::Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Print JSON (RFC 8259)
    #[arg(long)]
    json: bool,
}

/// Arguments of `keyward organization remove`.
#[derive(clap::Args)]
pub(super) struct RemoveArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// Really remove it. Without this flag, only show what would be removed
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add(args) => add(*args).await,
        Command::List(args) => list(args).await,
        Command::Upstream(command) => upstream::run(command).await,
        Command::Remove(args) => remove(args).await,
    }
}

async fn add(args: AddArgs) -> Result<(), CommandError> {
    let wrong = |flag: &str, error: &dyn std::fmt::Display| CommandError::Refused(format!("{flag}: {error}"));
    let name = names::name(&args.name);
    check_organization_name(&name).map_err(|error| wrong("--name", &error))?;
    check_cloud(&args.cloud).map_err(|error| wrong("--cloud", &error))?;
    let admin = names::login(&args.admin).map_err(|error| wrong("--admin", &error))?;
    if args.upstream.is_given() && args.without_subscription {
        return Err(CommandError::Refused(
            "--without-subscription: the subscription of a key at an upstream is there".to_owned(),
        ));
    }
    let upstream = args.upstream.is_given().then(|| args.upstream.read(None)).transpose()?;
    let portal = config::portal_address(args.data.clone(), args.public_url)?;
    let data = Data::open(args.data).await?;
    let organization = Organization {
        id: random::organization_id(),
        name,
        cloud: args.cloud,
        subscription: if args.without_subscription {
            Subscription::None
        } else {
            Subscription::Active
        },
        access_tokens: true,
        has_upstream: upstream.is_some(),
    };
    let mut transaction = data.store.write().await?;
    let now = data.clock.now();
    let added = operator::add_organization(&mut transaction, &data.secrets, &organization, &admin, now).await;
    let token = added.map_err(|error| {
        if error.is_duplicate() {
            return CommandError::Refused(format!(
                "an organization {} already exists. Nothing was changed.",
                quoted(&organization.name)
            ));
        }
        error.into()
    })?;
    if let Some((place, credentials)) = &upstream {
        let lives = (place, credentials);
        operator::add_upstream(&mut transaction, &data.secrets, organization.id, lives, now).await?;
    }
    data.commit(transaction).await?;
    println!(
        "Organization {} created, with the identifier {}. Share this link only with {}. It works once, within 7 days:\n{}",
        quoted(&organization.name),
        organization.id,
        quoted(&admin),
        one_time_links::address(&portal, &token)
    );
    warn_of_guess(&portal);
    Ok(())
}

async fn list(args: ListArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut reader = data.store.read().await?;
    let mut listed = Vec::new();
    for organization in organizations::list(&mut reader).await? {
        let content = organizations::content(&mut reader, organization.id).await?;
        listed.push((organization, content));
    }
    drop(reader);
    data.store.close().await;
    if args.json {
        let listed: Vec<_> = listed
            .iter()
            .map(|(organization, content)| as_json(organization, content))
            .collect();
        println!("{}", shown::json(&json!(listed)));
        return Ok(());
    }
    for (
        Organization {
            id,
            name,
            cloud,
            subscription,
            ..
        },
        content,
    ) in listed
    {
        let subscription = subscription_text(subscription);
        println!(
            "{}\t{id}\t{}\t{subscription}\t{}",
            visible(&name),
            visible(&cloud),
            said(&content)
        );
    }
    Ok(())
}

fn as_json(organization: &Organization, content: &OrganizationContent) -> serde_json::Value {
    json!({
        "id": organization.id,
        "name": organization.name,
        "cloud": organization.cloud,
        "subscription": subscription_text(organization.subscription),
        "upstream": organization.has_upstream,
        "admins": content.admins,
        "keys": content.keys,
        "sandboxTokens": content.sandbox_tokens,
        "apiSessions": content.api_sessions,
    })
}

async fn remove(args: RemoveArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let name = quoted(&organization.name);
    if !args.yes {
        let content = organizations::content(&mut transaction, organization.id).await?;
        return Err(CommandError::Refused(format!(
            "this would permanently remove, in {name}: {}. Nothing was changed. To remove it, add --yes.",
            said(&content)
        )));
    }
    let now = data.clock.now();
    let content = operator::remove_organization(&mut transaction, &data.secrets, &organization, now).await?;
    data.commit(transaction).await?;
    println!("Organization {name} removed, with {}.", said(&content));
    Ok(())
}

fn said(content: &OrganizationContent) -> String {
    let of = |count: u32, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    [
        of(content.admins, "admin"),
        of(content.keys, "key"),
        of(content.sandbox_tokens, "Sandbox API token"),
        of(content.api_sessions, "API session"),
    ]
    .join(", ")
}
