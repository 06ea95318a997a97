//! `keyward sso`

use std::{
    fs,
    io::{self, Read as _},
};

use clap::Subcommand;
use keyward_contract::{AuditAction, AuditSubCategory, check_claim_value, check_organization_name};
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    CommandError, Data,
    shown::{listed, quoted, visible},
    warn_of_guess,
};
use crate::{
    audit::Event,
    config::{self, DataArgs},
    names,
    net::fetch::Fetcher,
    oidc::provider,
    sso::{self},
    store::{
        StoreError, WriteTransaction,
        audit::audit_log,
        people::{
            password_sign_in, roles,
            sso::{self as rows, Provider},
        },
    },
    text::utf8,
};

/// What to do with identity providers.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Let admins sign in at an identity provider. Prints what to register there
    Add(Box<AddArgs>),
    /// List the identity providers, and the roles that they give
    List(ListArgs),
    /// Prove Keyward to an identity provider by another client secret from now on
    SetSecret(SetSecretArgs),
    /// Release the accounts of an issuer, so that another identity provider can sign in to them
    Release(ReleaseArgs),
    /// Let nobody sign in at an identity provider any more; sessions that were opened there end
    Remove(RemoveArgs),
    /// Let a value of the roles claim give a role in an organization. Of several the first that was given counts
    GiveRole(GiveRoleArgs),
    /// Let a value of the roles claim give no role any more; admins lose it at their next sign-in
    TakeRole(TakeRoleArgs),
}

/// Arguments of `keyward sso add`.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    data: DataArgs,
    /// What admins know it by, such as the name of the company's login
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it calls itself, exactly (iss): below it is /.well-known/openid-configuration
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// What it calls Keyward
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// File with the client's secret, or - for standard input [default: a public client, which has none]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<String>,
    /// Claim that is the user name of an admin. email counts only where email_verified is true
    #[arg(long, value_name = "CLAIM", default_value = "email")]
    claim: String,
    /// What user names end in behind the @, such as acme.example: the provider signs in nobody else [default: anything]
    #[arg(long, value_name = "DOMAIN")]
    login_domain: Option<String>,
    /// Claim that roles follow from, such as groups, or realm_access.roles within another [default: admins give roles]
    #[arg(long, value_name = "CLAIM")]
    roles_claim: Option<String>,
    /// What the provider is asked to tell, such as "openid email groups" [default: openid, and email and profile as the claims
    /// need them]
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// Address of the portal, for what is to be registered [default: as keyward serve has it]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

/// Arguments of `keyward sso list`.
#[derive(clap::Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
}

/// Arguments of `keyward sso set-secret`.
#[derive(clap::Args)]
pub(super) struct SetSecretArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the identity provider
    #[arg(long, value_name = "NAME")]
    name: String,
    /// File with the client's secret, or - for standard input
    #[arg(long, value_name = "FILE")]
    client_secret_file: String,
}

/// Arguments of `keyward sso remove`.
#[derive(clap::Args)]
pub(super) struct RemoveArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the identity provider
    #[arg(long, value_name = "NAME")]
    name: String,
}

/// Arguments of `keyward sso release`.
#[derive(clap::Args)]
pub(super) struct ReleaseArgs {
    #[command(flatten)]
    data: DataArgs,
    /// The issuer, exactly, of an identity provider that has been removed
    #[arg(long, value_name = "URL")]
    issuer: String,
}

/// Arguments of `keyward sso give-role`.
#[derive(clap::Args)]
pub(super) struct GiveRoleArgs {
    #[command(flatten)]
    given: TakeRoleArgs,
    /// Name of the role in that organization
    #[arg(long, value_name = "NAME")]
    role: String,
}

/// Arguments of `keyward sso take-role`.
#[derive(clap::Args)]
pub(super) struct TakeRoleArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the identity provider
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Value of its roles claim
    #[arg(long, value_name = "VALUE")]
    value: String,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Add(args) => add(*args).await,
        Command::List(args) => list(args).await,
        Command::SetSecret(args) => set_secret(args).await,
        Command::Release(args) => release(args).await,
        Command::Remove(args) => remove(args).await,
        Command::GiveRole(args) => give_role(args).await,
        Command::TakeRole(args) => take_role(args).await,
    }
}

fn refused(text: impl Into<String>) -> CommandError {
    CommandError::Refused(text.into())
}

async fn add(args: AddArgs) -> Result<(), CommandError> {
    let roles_claim = args.roles_claim.unwrap_or_default();
    let login_domain = args.login_domain.unwrap_or_default();
    if login_domain.contains('@') {
        return Err(refused("--login-domain: leave out the @ and what is before it"));
    }
    if !login_domain.is_empty() && !names::is_domain(&login_domain) {
        return Err(refused("--login-domain: enter a domain, such as acme.example"));
    }
    let login_domain = names::domain(&login_domain);
    let name = names::name(&args.name);
    check_organization_name(&name).map_err(|error| refused(format!("--name: {error}")))?;
    for (flag, text) in [("--client-id", &args.client_id), ("--claim", &args.claim)] {
        if text.is_empty() {
            return Err(refused(format!("{flag} is empty")));
        }
    }
    for (flag, text) in [
        ("--client-id", &args.client_id),
        ("--claim", &args.claim),
        ("--login-domain", &login_domain),
        ("--roles-claim", &roles_claim),
    ] {
        check_claim_value(text).map_err(|error| refused(format!("{flag}: {error}")))?;
    }
    let scope = args.scope.unwrap_or_default();
    check_scope(&scope).map_err(refused)?;
    let client_secret = args.client_secret_file.as_deref().map(read_secret).transpose()?;
    let portal = config::portal_address(args.data.clone(), args.public_url)?;
    // As when the gateway starts.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fetcher = Fetcher::new(config::Networks::all());
    let discovered = match provider::check_issuer(&args.issuer) {
        Ok(()) => provider::discover(&fetcher, &args.issuer).await,
        Err(failure) => Err(failure),
    };
    let discovery = discovered.map_err(|failure| refused(format!("--issuer: {}", failure.text)))?;

    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let provider = Provider {
        id: rows::new_id(),
        name,
        issuer: args.issuer,
        client_id: args.client_id,
        client_secret,
        claim: args.claim,
        login_domain,
        roles_claim,
        scope,
    };
    let added = rows::insert(&mut transaction, &data.secrets, &provider).await;
    added.map_err(|error| {
        if error.is_duplicate() {
            return refused(
                "there is an identity provider of this name, or of this issuer and client. See: keyward sso list",
            );
        }
        error.into()
    })?;
    let after = json!({ "issuer": provider.issuer, "clientId": provider.client_id, "claim": provider.claim,
                        "loginDomain": provider.login_domain, "rolesClaim": provider.roles_claim,
                        "scope": provider.scope });
    write(
        &data,
        &mut transaction,
        (AuditAction::Create, &provider.name),
        (None, Some(after)),
    )
    .await?;
    data.commit(transaction).await?;
    println!("Admins can sign in at {}. Register there:", quoted(&provider.name));
    println!("Redirect URI: {}", sso::redirect_uri(&portal, provider.id));
    if discovery.backchannel_logout_supported {
        println!("Back-channel logout URI: {}", sso::logout_uri(&portal));
    }
    warn_of_guess(&portal);
    Ok(())
}

/// Words of RFC 6749, section 3.3. One of them makes it OpenID Connect.
fn check_scope(scope: &str) -> Result<(), &'static str> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|it| matches!(it, '!' | '#'..='[' | ']'..='~'));
    if scope.is_empty() {
        return Ok(());
    }
    if !scope.split(' ').all(is_word) || scope.len() > 1000 {
        return Err("--scope: words with one space between them");
    }
    if !scope.split(' ').any(|word| word == "openid") {
        return Err("--scope: openid is missing, without which there is no sign-in");
    }
    Ok(())
}

/// Without the end of line that editors put there.
fn read_secret(file: &str) -> Result<Zeroizing<String>, CommandError> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = match file {
        "-" => io::stdin().read_to_end(&mut bytes).map(|_| ()),
        file => fs::read(file).map(|read| *bytes = read),
    };
    read.map_err(|error| refused(format!("--client-secret-file: {error}")))?;
    let text = utf8(&bytes).map_err(|error| refused(format!("--client-secret-file: it is {error}")))?;
    let secret = Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned());
    if secret.is_empty() {
        return Err(refused("--client-secret-file: it is empty"));
    }
    Ok(secret)
}

async fn list(args: ListArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut reader = data.store.read().await?;
    for provider in rows::list(&mut reader, &data.secrets).await? {
        let Provider {
            name,
            issuer,
            client_id,
            claim,
            login_domain,
            ..
        } = &provider;
        let columns = [name, issuer, client_id, claim, login_domain];
        println!("{}", columns.map(|column| visible(column)).join("\t"));
        for role in rows::roles(&mut reader, provider.id).await? {
            let given = [provider.roles_claim.as_str(), "=", &role.value].concat();
            let columns = [&given, &role.organization_name, &role.role_name];
            println!("\t{}", columns.map(|column| visible(column)).join("\t"));
        }
    }
    if !password_sign_in::is_on(&mut reader).await? {
        println!("Admins can't sign in with a password.");
    }
    drop(reader);
    data.store.close().await;
    Ok(())
}

/// Sessions go on: at the provider it is the same client.
async fn set_secret(args: SetSecretArgs) -> Result<(), CommandError> {
    let secret = read_secret(&args.client_secret_file)?;
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let provider = find(&data, &mut transaction, &args.name).await?;
    let version = rows::set_client_secret(&mut transaction, &data.secrets, &provider, &secret).await?;
    let change = (
        None,
        Some(json!({ "clientSecret": "changed", "id": provider.id, "version": version })),
    );
    write(&data, &mut transaction, (AuditAction::Update, &provider.name), change).await?;
    data.commit(transaction).await?;
    println!("Keyward proves itself to {} by the new secret.", quoted(&provider.name));
    Ok(())
}

async fn remove(args: RemoveArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let provider = find(&data, &mut transaction, &args.name).await?;
    let stay = rows::delete(&mut transaction, provider.id).await?;
    if !password_sign_in::is_on(&mut transaction).await? && !rows::has_super_admin(&mut transaction).await? {
        return Err(refused(
            "no Super Admin could sign in any more. Nothing was changed. Turn the password on first: keyward \
             password-sign-in --state on",
        ));
    }
    let before = json!({ "issuer": provider.issuer, "clientId": provider.client_id });
    write(
        &data,
        &mut transaction,
        (AuditAction::Delete, &provider.name),
        (Some(before), None),
    )
    .await?;
    data.commit(transaction).await?;
    println!("Nobody can sign in at {} any more.", quoted(&provider.name));
    if stay > 0 {
        println!("Roles that it gave, and that stay until an admin takes them away: {stay}.");
    }
    Ok(())
}

/// As long as there is the provider, its accounts are those of whom it signs in.
async fn release(args: ReleaseArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let providers = rows::list(&mut transaction, &data.secrets).await?;
    if providers.iter().any(|provider| provider.issuer == args.issuer) {
        return Err(refused(
            "an identity provider of this issuer is there still. Nothing was changed. See: keyward sso remove",
        ));
    }
    let released = rows::release(&mut transaction, &args.issuer).await?;
    let change = (None, Some(json!({ "accountsReleased": released })));
    write(&data, &mut transaction, (AuditAction::Update, &args.issuer), change).await?;
    data.commit(transaction).await?;
    println!("Accounts that another identity provider can sign in to now: {released}.");
    Ok(())
}

async fn give_role(args: GiveRoleArgs) -> Result<(), CommandError> {
    let TakeRoleArgs {
        data,
        name,
        value,
        organization,
    } = args.given;
    let data = Data::open(data).await?;
    let (mut transaction, organization) = data.organization(&organization).await?;
    let provider = find(&data, &mut transaction, &name).await?;
    if provider.roles_claim.is_empty() {
        return Err(refused(format!(
            "{} has no --roles-claim. Remove it, and add it with one.",
            quoted(&name)
        )));
    }
    let found = roles::list(&mut transaction, organization.id, None).await?;
    let role = found
        .iter()
        .find(|role| names::fold_name(&role.name) == names::fold_name(&args.role));
    let role = role.ok_or_else(|| {
        refused(format!(
            "there is no role {} in {}. There are: {}.",
            quoted(&args.role),
            quoted(&organization.name),
            listed(found.iter().map(|role| &role.name))
        ))
    })?;
    let given = rows::give_role(&mut transaction, provider.id, &value, (organization.id, role.id)).await;
    given.map_err(|error| {
        if error.is_duplicate() {
            return refused("this value gives a role in this organization already. See: keyward sso list");
        }
        error.into()
    })?;
    let mut event = event(&data, AuditAction::Create, &provider.name);
    event.organization = Some(organization.id);
    event.after = Some(json!({ "value": value, "role": role.name }));
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    data.commit(transaction).await?;
    println!(
        "{} of {} gives {} in {}.",
        quoted(&value),
        quoted(&provider.name),
        quoted(&role.name),
        quoted(&organization.name)
    );
    Ok(())
}

async fn take_role(args: TakeRoleArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let provider = find(&data, &mut transaction, &args.name).await?;
    if !rows::take_role(&mut transaction, provider.id, &args.value, organization.id).await? {
        return Err(refused(
            "this value gives no role in this organization. See: keyward sso list",
        ));
    }
    let mut event = event(&data, AuditAction::Delete, &provider.name);
    event.organization = Some(organization.id);
    event.before = Some(json!({ "value": args.value }));
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    data.commit(transaction).await?;
    println!(
        "{} of {} gives no role in {} any more.",
        quoted(&args.value),
        quoted(&provider.name),
        quoted(&organization.name)
    );
    Ok(())
}

async fn find(data: &Data, transaction: &mut WriteTransaction, name: &str) -> Result<Provider, CommandError> {
    let providers = rows::list(&mut *transaction, &data.secrets).await?;
    let names: Vec<String> = providers.iter().map(|provider| provider.name.clone()).collect();
    let found = providers
        .into_iter()
        .find(|it| names::fold_name(&it.name) == names::fold_name(name));
    found.ok_or_else(|| {
        let known = match names.is_empty() {
            true => "There is none yet.".to_owned(),
            false => format!("There are: {}.", listed(&names)),
        };
        refused(format!("there is no identity provider {}. {known}", quoted(name)))
    })
}

fn event<'a>(data: &Data, action: AuditAction, name: &'a str) -> Event<'a> {
    Event::of_operator(action, AuditSubCategory::IdentityProvider, name, data.clock.now())
}

async fn write(
    data: &Data,
    transaction: &mut WriteTransaction,
    (action, name): (AuditAction, &str),
    (before, after): (Option<serde_json::Value>, Option<serde_json::Value>),
) -> Result<(), StoreError> {
    let mut event = event(data, action, name);
    (event.before, event.after) = (before, after);
    audit_log::insert(&mut *transaction, &data.secrets, &event).await
}
