//! `keyward sso`

use clap::Subcommand;
use keyward_contract::{AuditAction, AuditSubCategory, check_claim_value, check_organization_name};
use serde_json::json;

use super::{
    CommandError, Data, secret_file,
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
};

/// Commands for identity providers.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Add an identity provider, and print what to register there
    Add(Box<AddArgs>),
    /// List the identity providers and the roles they grant
    List(ListArgs),
    /// Replace the client secret of an identity provider
    SetSecret(SetSecretArgs),
    /// Unlink the accounts of an issuer, so that a different identity provider can sign in to them
    Release(ReleaseArgs),
    /// Remove an identity provider. Sessions opened there end
    Remove(RemoveArgs),
    /// Grant a role in an organization for a value of the roles claim. If several apply, the first one added counts
    GiveRole(GiveRoleArgs),
    /// No longer grant a role for a value of the roles claim. Admins lose the role at their next sign-in
    TakeRole(TakeRoleArgs),
}

/// Arguments of `keyward sso add`.
#[derive(clap::Args)]
pub(super) struct AddArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name that admins know it by, such as that of the company login
    #[arg(long, value_name = "NAME")]
    name: String,
    /// Issuer (iss), exactly. Below it is /.well-known/openid-configuration
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// Client ID of Keyward there
    #[arg(long, value_name = "ID")]
    client_id: String,
    /// File with the client secret, or - for standard input [default: a public client without a secret]
    #[arg(long, value_name = "FILE")]
    client_secret_file: Option<String>,
    /// Claim with the user name of an admin. email is only accepted if email_verified is true
    #[arg(long, value_name = "CLAIM", default_value = "email")]
    claim: String,
    /// Domain of user names, such as acme.example. Others can't sign in there [default: any]
    #[arg(long, value_name = "DOMAIN")]
    login_domain: Option<String>,
    /// Claim that grants roles, such as groups, or realm_access.roles for a nested one [default: admins assign roles]
    #[arg(long, value_name = "CLAIM")]
    roles_claim: Option<String>,
    /// Scopes to request, such as "openid email groups" [default: openid, plus email and profile if the claims need
    /// them]
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,
    /// Address of the portal, for the URIs to register [default: that of keyward serve]
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
    /// File with the client secret, or - for standard input
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
    /// Issuer of a removed identity provider, exactly
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
        return Err(refused("--login-domain: leave out the @ and everything before it"));
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
    let client_secret = args
        .client_secret_file
        .as_deref()
        .map(|file| secret_file::read("--client-secret-file", file))
        .transpose()?;
    let portal = config::portal_address(args.data.clone(), args.public_url)?;
    // The same as at the start of the gateway.
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
                "an identity provider with this name, or this issuer and client, already exists. See: keyward sso list",
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

/// The syntax of RFC 6749, section 3.3. OpenID Connect requires the scope openid.
fn check_scope(scope: &str) -> Result<(), &'static str> {
    let is_word = |word: &str| !word.is_empty() && word.chars().all(|it| matches!(it, '!' | '#'..='[' | ']'..='~'));
    if scope.is_empty() {
        return Ok(());
    }
    if !scope.split(' ').all(is_word) || scope.len() > 1000 {
        return Err("--scope: separate words with one space");
    }
    if !scope.split(' ').any(|word| word == "openid") {
        return Err("--scope: openid is missing, which sign-ins require");
    }
    Ok(())
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
        println!("Password sign-in is off.");
    }
    drop(reader);
    data.store.close().await;
    Ok(())
}

/// Sessions continue: it is still the same client.
async fn set_secret(args: SetSecretArgs) -> Result<(), CommandError> {
    let secret = secret_file::read("--client-secret-file", &args.client_secret_file)?;
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
    println!("Client secret for {} replaced.", quoted(&provider.name));
    Ok(())
}

async fn remove(args: RemoveArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let provider = find(&data, &mut transaction, &args.name).await?;
    let stay = rows::delete(&mut transaction, provider.id).await?;
    if !password_sign_in::is_on(&mut transaction).await? && !rows::has_super_admin(&mut transaction).await? {
        return Err(refused(
            "no Super Admin could sign in anymore. Nothing was changed. Turn password sign-in on first: keyward \
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
    println!(
        "Identity provider {} removed. No one can sign in there anymore.",
        quoted(&provider.name)
    );
    if stay > 0 {
        println!("Roles that it granted and that stay until an admin changes them: {stay}.");
    }
    Ok(())
}

/// While the provider exists, its accounts belong to the people it signs in.
async fn release(args: ReleaseArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    let providers = rows::list(&mut transaction, &data.secrets).await?;
    if providers.iter().any(|provider| provider.issuer == args.issuer) {
        return Err(refused(
            "an identity provider with this issuer still exists. Nothing was changed. See: keyward sso remove",
        ));
    }
    let released = rows::release(&mut transaction, &args.issuer).await?;
    let change = (None, Some(json!({ "accountsReleased": released })));
    write(&data, &mut transaction, (AuditAction::Update, &args.issuer), change).await?;
    data.commit(transaction).await?;
    println!("Accounts unlinked: {released}. A different identity provider can sign in to them now.");
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
            "{} has no --roles-claim. Remove it, and add it again with one.",
            quoted(&name)
        )));
    }
    let found = roles::list(&mut transaction, organization.id, None).await?;
    let role = found
        .iter()
        .find(|role| names::fold_name(&role.name) == names::fold_name(&args.role));
    let role = role.ok_or_else(|| {
        refused(format!(
            "no role {} in {}. Roles: {}.",
            quoted(&args.role),
            quoted(&organization.name),
            listed(found.iter().map(|role| &role.name))
        ))
    })?;
    let given = rows::give_role(&mut transaction, provider.id, &value, (organization.id, role.id)).await;
    given.map_err(|error| {
        if error.is_duplicate() {
            return refused("this value already grants a role in this organization. See: keyward sso list");
        }
        error.into()
    })?;
    let mut event = event(&data, AuditAction::Create, &provider.name);
    event.organization = Some(organization.id);
    event.after = Some(json!({ "value": value, "role": role.name }));
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    data.commit(transaction).await?;
    println!(
        "{} of {} grants {} in {}.",
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
            "this value grants no role in this organization. See: keyward sso list",
        ));
    }
    let mut event = event(&data, AuditAction::Delete, &provider.name);
    event.organization = Some(organization.id);
    event.before = Some(json!({ "value": args.value }));
    audit_log::insert(&mut transaction, &data.secrets, &event).await?;
    data.commit(transaction).await?;
    println!(
        "{} of {} no longer grants a role in {}.",
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
            true => "There are no identity providers yet.".to_owned(),
            false => format!("Identity providers: {}.", listed(&names)),
        };
        refused(format!("no identity provider {}. {known}", quoted(name)))
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
