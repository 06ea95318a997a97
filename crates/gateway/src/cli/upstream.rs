//! `keyward organization upstream`

use clap::Subcommand;
use serde_json::json;

use super::{CommandError, Data, secret_file, shown, shown::quoted};
use crate::{
    config::DataArgs,
    domain::operator,
    net::fetch,
    store::keys::upstreams::{self as rows, Place, UpstreamCredentials, UpstreamKind, UpstreamRow},
};

/// What access tokens of the vendor's OneAPI are for.
const AUDIENCE: &str = "https://api.zscaler.com";

/// Commands for an organization whose key lives at an upstream.
#[derive(Subcommand)]
pub(super) enum Command {
    /// Replace what you name of address and credentials. Keyward asks with them from the next request on
    Set(Box<SetArgs>),
    /// Show address and last known state, without secrets
    Show(ShowArgs),
}

/// Where the key of an organization lives, and what to sign in with.
#[derive(clap::Args)]
pub(super) struct UpstreamArgs {
    /// Address of the upstream where the key lives, such as https://connector.cloud.example
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// How to speak to the upstream
    #[arg(long, value_name = "KIND")]
    upstream_kind: Option<UpstreamKind>,
    /// User name of an admin there; for oneapi the client ID
    #[arg(long, value_name = "NAME")]
    upstream_user: Option<String>,
    /// File with the password of that admin, or - for standard input; for oneapi the client secret
    #[arg(long, value_name = "FILE")]
    upstream_secret_file: Option<String>,
    /// File with the current key, or - for standard input; only for ztw-legacy
    #[arg(long, value_name = "FILE")]
    upstream_key_file: Option<String>,
    /// Where access tokens come from, such as https://acme.login.example/oauth2/v1/token; only for oneapi
    #[arg(long, value_name = "URL")]
    upstream_token_url: Option<String>,
    /// What access tokens are for; only for oneapi [default: https://api.zscaler.com]
    #[arg(long, value_name = "URL")]
    upstream_audience: Option<String>,
}

/// Arguments of `keyward organization upstream set`.
#[derive(clap::Args)]
pub(super) struct SetArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
    #[command(flatten)]
    upstream: UpstreamArgs,
}

/// Arguments of `keyward organization upstream show`.
#[derive(clap::Args)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
}

pub(super) async fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Set(args) => set(*args).await,
        Command::Show(args) => show(args).await,
    }
}

fn refused(text: impl Into<String>) -> CommandError {
    CommandError::Refused(text.into())
}

impl UpstreamArgs {
    /// Whether something is said of an upstream.
    pub(super) fn is_given(&self) -> bool {
        let given = [
            &self.upstream,
            &self.upstream_user,
            &self.upstream_secret_file,
            &self.upstream_key_file,
            &self.upstream_token_url,
            &self.upstream_audience,
        ];
        self.upstream_kind.is_some() || given.iter().any(|it| it.is_some())
    }

    /// Place and credentials. What isn't given stays as it is now, if it is.
    pub(super) fn read(
        self,
        now: Option<(Place, UpstreamCredentials)>,
    ) -> Result<(Place, UpstreamCredentials), CommandError> {
        let missing = |flag: &str| refused(format!("{flag} is missing"));
        let (place, credentials) = now.unzip();
        let of_place = |field: fn(&Place) -> &String| place.as_ref().map(field).cloned();
        let kind = self.upstream_kind.or(place.as_ref().map(|place| place.kind));
        let kind = kind.ok_or_else(|| missing("--upstream-kind"))?;
        let url = self.upstream.map(|url| address("--upstream", &url, kind)).transpose()?;
        let url = url.or_else(|| of_place(|place| &place.url));
        let user = self
            .upstream_user
            .or_else(|| credentials.as_ref().map(|it| it.name.clone()));
        if self.upstream_secret_file.as_deref() == Some("-") && self.upstream_key_file.as_deref() == Some("-") {
            return Err(refused("only one secret can come from standard input"));
        }
        let secret = match &self.upstream_secret_file {
            Some(file) => Some(secret_file::read("--upstream-secret-file", file)?.to_string()),
            None => credentials.as_ref().map(|it| it.secret.clone()),
        };
        let key = match &self.upstream_key_file {
            Some(file) => {
                let text = secret_file::read("--upstream-key-file", file)?;
                let key = text
                    .parse()
                    .map_err(|error| refused(format!("--upstream-key-file: {error}")))?;
                Some(key)
            }
            None => credentials.as_ref().and_then(|it| it.key.clone()),
        };
        if let Some(url) = &self.upstream_token_url {
            checked("--upstream-token-url", url)?;
        }
        let token_url = self
            .upstream_token_url
            .or_else(|| of_place(|place| &place.token_url))
            .filter(|url| !url.is_empty());
        let audience = self.upstream_audience.or_else(|| of_place(|place| &place.audience));
        let audience = audience.filter(|audience| !audience.is_empty());
        let (token_url, audience, key) = match kind {
            UpstreamKind::ZtwLegacy if key.is_none() => return Err(missing("--upstream-key-file")),
            UpstreamKind::ZtwLegacy => (String::new(), String::new(), key),
            UpstreamKind::OneApi => (
                token_url.ok_or_else(|| missing("--upstream-token-url"))?,
                audience.unwrap_or_else(|| AUDIENCE.to_owned()),
                None,
            ),
        };
        Ok((
            Place {
                kind,
                url: url.ok_or_else(|| missing("--upstream"))?,
                token_url,
                audience,
            },
            UpstreamCredentials {
                name: user
                    .filter(|user| !user.is_empty())
                    .ok_or_else(|| missing("--upstream-user"))?,
                secret: secret.ok_or_else(|| missing("--upstream-secret-file"))?,
                key,
            },
        ))
    }
}

/// A URL without a slash at its end, and without the part that Keyward adds.
fn address(flag: &str, url: &str, kind: UpstreamKind) -> Result<String, CommandError> {
    checked(flag, url)?;
    let url = url.trim_end_matches('/');
    let url = url.strip_suffix("/api/v1").unwrap_or(url);
    Ok(match kind {
        UpstreamKind::OneApi => url.strip_suffix("/ztw").unwrap_or(url),
        UpstreamKind::ZtwLegacy => url,
    }
    .to_owned())
}

fn checked(flag: &str, url: &str) -> Result<(), CommandError> {
    let parsed = fetch::parse(url).map_err(|failure| refused(format!("{flag}: {}", failure.text)))?;
    if parsed.query().is_some() {
        return Err(refused(format!("{flag}: leave out the ? and everything after it")));
    }
    Ok(())
}

async fn set(args: SetArgs) -> Result<(), CommandError> {
    if !args.upstream.is_given() {
        return Err(refused(
            "nothing to change. Name what to replace, such as --upstream-secret-file",
        ));
    }
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let row = found(rows::find(&mut transaction, organization.id).await?, &organization.name)?;
    let now = (row.place.clone(), row.open(&data.secrets)?);
    let (place, credentials) = args.upstream.read(Some(now))?;
    let changed = (&place, &credentials);
    operator::set_upstream(&mut transaction, &data.secrets, &row, changed, data.clock.now()).await?;
    data.commit(transaction).await?;
    println!("Upstream of {} changed.", quoted(&organization.name));
    Ok(())
}

async fn show(args: ShowArgs) -> Result<(), CommandError> {
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.organization(&args.organization).await?;
    let row = found(rows::find(&mut transaction, organization.id).await?, &organization.name)?;
    let credentials = row.open(&data.secrets)?;
    drop(transaction);
    data.store.close().await;
    let key = row.state.key.as_ref();
    let of_oneapi = |text: &String| (row.place.kind == UpstreamKind::OneApi).then(|| text.clone());
    let described = json!({
        "upstream": row.place.url,
        "kind": row.place.kind.as_str(),
        "user": credentials.name,
        "tokenUrl": of_oneapi(&row.place.token_url),
        "audience": of_oneapi(&row.place.audience),
        "fetchedOn": row.state.fetched_on,
        "lastModifiedBy": key.map(|key| &key.last_modified_by.name),
        "lastModifiedOn": key.map(|key| key.last_modified_on),
    });
    println!("{}", shown::json(&described));
    Ok(())
}

fn found(row: Option<UpstreamRow>, organization: &str) -> Result<UpstreamRow, CommandError> {
    row.ok_or_else(|| {
        refused(format!(
            "the key of {} doesn't live at an upstream",
            quoted(organization)
        ))
    })
}
