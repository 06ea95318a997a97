//! Configuration: flags over environment over file, checked as a whole before anything starts.
//!
//! Nothing else reads the environment.

mod address;
mod commands;
mod database_url;
mod duration;
mod error;
mod hosts;
mod networks;
mod organization_hosts;
mod rate_limit;
mod settings;
mod sources;
mod values;

use std::{
    ffi::OsString,
    fmt,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

use keyward_contract::PASSWORD_MIN;
use tracing_subscriber::filter::Targets;
use zeroize::Zeroizing;

pub use self::{
    address::PublicUrl,
    commands::{PortalConfig, password_min_length_of, portal_address},
    database_url::DatabaseUrl,
    error::ConfigError,
    hosts::AllowedHosts,
    networks::Networks,
    organization_hosts::OrganizationHosts,
    rate_limit::RateLimit,
    settings::{DataArgs, ServeArgs},
};
use self::{
    rate_limit::Preset,
    sources::Sources,
    values::{count, hsts_max_age, log_filter, log_format, password_min_length, path, proxy_header},
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The settings of `keyward serve`.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder, and the master key.
    pub data: DataConfig,
    /// Where the portal, its API and, unless [`api_listen`](Self::api_listen) is set, the cloud service API listen.
    pub listen: SocketAddr,
    /// Where the cloud service API listens when it has a listener of its own.
    pub api_listen: Option<SocketAddr>,
    /// A folder that holds the built portal, served in place of the embedded one.
    pub portal: Option<PathBuf>,
    /// The address under which browsers reach the portal.
    pub public_url: PublicUrl,
    /// The address under which scripts reach the cloud service API, without `/api/v1`.
    pub public_api_url: PublicUrl,
    /// Hosts that the gateway answers for, beyond those of its public addresses.
    pub allowed_hosts: AllowedHosts,
    /// Host names that stand for one organization each.
    pub organization_hosts: OrganizationHosts,
    /// Certificate and key, when the gateway speaks TLS itself: on both listeners.
    pub tls: Option<TlsFiles>,
    /// The proxies to trust for the client's address and scheme.
    pub trusted_proxies: Networks,
    /// The header in which they send these.
    pub proxy_header: ProxyHeader,
    /// Origins that may show the portal in a frame.
    pub frame_ancestors: Vec<String>,
    /// How long browsers use only HTTPS for this host; zero to not send the header.
    pub hsts_max_age: Duration,
    /// The networks that can read `/metrics`.
    pub metrics_allow: Networks,
    /// Limit of open connections, both listeners together.
    pub max_connections: usize,
    /// Limit of open connections per client address, except for trusted proxies.
    pub max_connections_per_address: usize,
    /// Idle timeout of a connection.
    pub connection_idle: Duration,
    /// Idle timeout of a portal session.
    pub session_idle: Duration,
    /// Maximum lifetime of a portal session.
    pub session_absolute: Duration,
    /// Sensitive operations require re-authentication this long after the last sign-in.
    pub fresh_password: Duration,
    /// Minimum length of new passwords.
    pub password_min_length: u8,
    /// How long rows of the audit log are kept.
    pub audit_retention: Duration,
    /// After a jump, the clock is trusted again after this time; until then nothing is deleted by age.
    pub clock_trust_after: Duration,
    /// Age from which the portal suggests replacing the key.
    pub key_age_hint: Duration,
    /// Idle timeout of a session of the cloud service API.
    pub api_session_idle: Duration,
    /// How far the timestamp of an API sign-in can be from the server's time.
    pub timestamp_window: Duration,
    /// Maximum lifetime of a session of the cloud service API.
    pub api_session_absolute: Duration,
    /// Rate limit of each method of `/authenticatedSession`, per organization and admin.
    pub rate_limit_session: RateLimit,
    /// Rate limit of reading one's session, which some clients do before each request.
    pub rate_limit_session_read: RateLimit,
    /// Rate limit of read requests to the cloud service API, per organization and admin.
    pub rate_limit_read: RateLimit,
    /// Rate limit of write requests to the cloud service API, per organization and admin.
    pub rate_limit_write: RateLimit,
    /// Private and loopback networks to allow for OAuth 2.0 authorization servers.
    pub oauth_allowed_networks: Networks,
    /// How often the keys of authorization servers are fetched.
    pub oauth_jwks_refresh: Duration,
    /// How long cached keys are used when fetching fails.
    pub oauth_jwks_stale: Duration,
    /// Timeout of requests to the APIs.
    pub request_timeout: Duration,
    /// How long a stopping gateway keeps serving while `/readyz` fails, before it stops listening.
    pub drain: Duration,
    /// How long running requests have to finish at a stop.
    pub stop_grace: Duration,
    /// The form of a log line.
    pub log_format: LogFormat,
    /// What is logged.
    pub log: Targets,
}

/// Where the data is, and the master key: all that the operator's commands need.
#[derive(Clone, Debug)]
pub struct DataConfig {
    /// The folder of the master key, and of the database unless there is another one.
    pub data: PathBuf,
    /// The database, where it isn't the one in the folder.
    pub database: Option<DatabaseUrl>,
    /// The key that secrets in it are sealed under.
    pub master_key: MasterKeySource,
}

/// Where the master key comes from.
#[derive(Clone)]
pub enum MasterKeySource {
    /// The key itself, as 64 hex digits, from `KEYWARD_MASTER_KEY`. Its form has not been checked.
    Environment(Zeroizing<String>),
    /// A file that holds it.
    File(PathBuf),
}

impl fmt::Debug for MasterKeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(_) => f.write_str("Environment(hidden)"),
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
        }
    }
}

/// PEM files.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate, followed by its chain.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

/// The header in which a trusted proxy sends the client's address and scheme. Only one is read, because a proxy sets its own
/// and passes the other on as the client sent it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProxyHeader {
    /// `X-Forwarded-For` and `X-Forwarded-Proto`.
    XForwarded,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// [`Human`](Self::Human) on a terminal, else [`Json`](Self::Json).
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Config {
    /// The settings from `args`, the environment and the file that either of them names.
    ///
    /// # Errors
    /// When a setting is unknown or its value is wrong; the error says where it came from and what is allowed.
    pub fn load(args: ServeArgs) -> Result<Self, ConfigError> {
        Self::from_sources(args, environment())
    }

    /// As [`load`](Self::load), with the given environment.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_sources(
        args: ServeArgs,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let sources = Sources::read(args.into_flags(), environment)?;
        let defaults = Self::for_data(Path::new("data"));
        let limits = sources.value("rate-limits", str::parse)?.unwrap_or(Preset::DEFAULT);
        let mut config = Self {
            data: DataConfig::from(&sources)?,
            listen: sources.value("listen", address::socket)?.unwrap_or(defaults.listen),
            api_listen: sources.value("api-listen", address::socket)?,
            portal: sources.value("portal", path)?,
            public_url: sources.value("public-url", str::parse)?.unwrap_or(defaults.public_url),
            public_api_url: sources
                .value("public-api-url", str::parse)?
                .unwrap_or(defaults.public_api_url),
            allowed_hosts: sources.value("allowed-hosts", str::parse)?.unwrap_or_default(),
            organization_hosts: sources.value("organization-hosts", str::parse)?.unwrap_or_default(),
            tls: tls(&sources)?,
            trusted_proxies: sources
                .value("trusted-proxies", str::parse)?
                .unwrap_or(defaults.trusted_proxies),
            proxy_header: sources
                .value("proxy-header", proxy_header)?
                .unwrap_or(defaults.proxy_header),
            frame_ancestors: sources.value("frame-ancestors", address::origins)?.unwrap_or_default(),
            hsts_max_age: sources
                .value("hsts-max-age", hsts_max_age)?
                .unwrap_or(defaults.hsts_max_age),
            metrics_allow: sources
                .value("metrics-allow", str::parse)?
                .unwrap_or(defaults.metrics_allow),
            max_connections: sources
                .value("max-connections", count)?
                .unwrap_or(defaults.max_connections),
            max_connections_per_address: sources
                .value("max-connections-per-address", count)?
                .unwrap_or(defaults.max_connections_per_address),
            connection_idle: sources
                .value(
                    "connection-idle",
                    duration::within(Duration::from_secs(1)..=10 * MINUTE),
                )?
                .unwrap_or(defaults.connection_idle),
            session_idle: sources
                .value("session-idle", duration::within(MINUTE..=24 * HOUR))?
                .unwrap_or(defaults.session_idle),
            session_absolute: sources
                .value("session-absolute", duration::within(MINUTE..=30 * 24 * HOUR))?
                .unwrap_or(defaults.session_absolute),
            fresh_password: sources
                .value("fresh-password", duration::within(MINUTE..=24 * HOUR))?
                .unwrap_or(defaults.fresh_password),
            password_min_length: sources
                .value("password-min-length", password_min_length)?
                .unwrap_or(defaults.password_min_length),
            audit_retention: sources
                .value("audit-retention", duration::within(DAY..=100 * 366 * DAY))?
                .unwrap_or(defaults.audit_retention),
            clock_trust_after: sources
                .value("clock-trust-after", duration::within(MINUTE..=30 * DAY))?
                .unwrap_or(defaults.clock_trust_after),
            key_age_hint: sources
                .value("key-age-hint", duration::within(DAY..=3650 * DAY))?
                .unwrap_or(defaults.key_age_hint),
            api_session_idle: sources
                .value("api-session-idle", duration::within(5 * MINUTE..=20 * MINUTE))?
                .unwrap_or(defaults.api_session_idle),
            timestamp_window: sources
                .value("timestamp-window", duration::within(MINUTE..=2 * HOUR))?
                .unwrap_or(defaults.timestamp_window),
            api_session_absolute: sources
                .value("api-session-absolute", duration::within(5 * MINUTE..=30 * DAY))?
                .unwrap_or(defaults.api_session_absolute),
            rate_limit_session: sources
                .value("rate-limit-session", str::parse)?
                .unwrap_or(limits.session),
            rate_limit_session_read: sources
                .value("rate-limit-session-read", str::parse)?
                .unwrap_or(limits.session_read),
            rate_limit_read: sources.value("rate-limit-read", str::parse)?.unwrap_or(limits.read),
            rate_limit_write: sources.value("rate-limit-write", str::parse)?.unwrap_or(limits.write),
            oauth_allowed_networks: sources
                .value("oauth-allowed-networks", str::parse)?
                .unwrap_or(defaults.oauth_allowed_networks),
            oauth_jwks_refresh: sources
                .value("oauth-jwks-refresh", duration::within(MINUTE..=HOUR))?
                .unwrap_or(defaults.oauth_jwks_refresh),
            oauth_jwks_stale: sources
                .value("oauth-jwks-stale", duration::within(MINUTE..=7 * DAY))?
                .unwrap_or(defaults.oauth_jwks_stale),
            request_timeout: sources
                .value(
                    "request-timeout",
                    duration::within(Duration::from_secs(1)..=10 * MINUTE),
                )?
                .unwrap_or(defaults.request_timeout),
            drain: sources
                .value("drain", duration::within(Duration::ZERO..=10 * MINUTE))?
                .unwrap_or(defaults.drain),
            stop_grace: sources
                .value("stop-grace", duration::within(Duration::ZERO..=10 * MINUTE))?
                .unwrap_or(defaults.stop_grace),
            log_format: sources.value("log-format", log_format)?.unwrap_or(defaults.log_format),
            log: sources.value("log", log_filter)?.unwrap_or(defaults.log),
        };
        if config.session_absolute < config.session_idle {
            let reason = "it must not be shorter than session-idle".to_owned();
            return Err(sources.refuse("session-absolute", reason));
        }
        if config.api_session_absolute < config.api_session_idle {
            let reason = "it must not be shorter than api-session-idle".to_owned();
            return Err(sources.refuse("api-session-absolute", reason));
        }
        if config.oauth_jwks_stale < config.oauth_jwks_refresh {
            let reason = "it must not be shorter than oauth-jwks-refresh".to_owned();
            return Err(sources.refuse("oauth-jwks-stale", reason));
        }
        if config.api_listen == Some(config.listen) && config.listen.port() != 0 {
            return Err(sources.refuse("api-listen", "it must not be the same as listen".to_owned()));
        }
        config.listens_at(config.listen, config.api_listen);
        let public = [&config.public_url, &config.public_api_url];
        if let Err(reason) = config.organization_hosts.differ_from(public) {
            return Err(sources.refuse("organization-hosts", reason));
        }
        Ok(config)
    }

    /// The defaults, with the data in `data`.
    pub fn for_data(data: &Path) -> Self {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 8080));
        Self {
            data: DataConfig {
                data: data.to_owned(),
                database: None,
                master_key: MasterKeySource::File(data.join(MASTER_KEY_FILE)),
            },
            listen,
            api_listen: None,
            portal: None,
            public_url: PublicUrl::of_listener(listen, false),
            public_api_url: PublicUrl::of_listener(listen, false),
            allowed_hosts: AllowedHosts::default(),
            organization_hosts: OrganizationHosts::default(),
            tls: None,
            trusted_proxies: Networks::none(),
            proxy_header: ProxyHeader::XForwarded,
            frame_ancestors: Vec::new(),
            hsts_max_age: 365 * DAY,
            metrics_allow: Networks::loopback(),
            max_connections: 900,
            max_connections_per_address: 200,
            connection_idle: MINUTE,
            session_idle: 30 * MINUTE,
            session_absolute: 12 * HOUR,
            fresh_password: 15 * MINUTE,
            password_min_length: PASSWORD_MIN,
            audit_retention: 183 * DAY,
            clock_trust_after: DAY,
            key_age_hint: 90 * DAY,
            api_session_idle: 5 * MINUTE,
            timestamp_window: 2 * HOUR,
            api_session_absolute: DAY,
            rate_limit_session: Preset::DEFAULT.session,
            rate_limit_session_read: Preset::DEFAULT.session_read,
            rate_limit_read: Preset::DEFAULT.read,
            rate_limit_write: Preset::DEFAULT.write,
            oauth_allowed_networks: Networks::none(),
            oauth_jwks_refresh: 5 * MINUTE,
            oauth_jwks_stale: HOUR,
            request_timeout: Duration::from_secs(30),
            drain: Duration::ZERO,
            stop_grace: Duration::from_secs(10),
            log_format: LogFormat::Auto,
            log: Targets::new().with_default(tracing::Level::INFO),
        }
    }

    /// Public addresses that are only derived although the gateway listens for other machines.
    pub fn guessed_addresses(&self) -> Vec<(&'static str, &PublicUrl)> {
        let is_for_others = |listen: SocketAddr| !listen.ip().to_canonical().is_loopback();
        let addresses = [
            ("public-url", &self.public_url, Some(self.listen)),
            ("public-api-url", &self.public_api_url, self.api_listen),
        ];
        let guessed = addresses
            .into_iter()
            .filter(|(_, address, listen)| address.is_derived() && listen.is_some_and(is_for_others));
        guessed.map(|(setting, address, _)| (setting, address)).collect()
    }

    /// [`key_age_hint`](Self::key_age_hint) in whole days.
    pub fn key_age_hint_days(&self) -> u32 {
        u32::try_from(self.key_age_hint.as_secs() / DAY.as_secs()).unwrap_or(u32::MAX)
    }

    /// Sets the actual address of the listener, which is unknown before with port 0, and derives each public address that
    /// isn't configured: that of the portal from its listener, that of the cloud service API from its own listener or the
    /// portal.
    pub fn listens_at(&mut self, listen: SocketAddr, api_listen: Option<SocketAddr>) {
        self.listen = listen;
        self.api_listen = api_listen;
        if self.public_url.is_derived() {
            self.public_url = PublicUrl::of_listener(listen, self.tls.is_some());
        }
        if self.public_api_url.is_derived() {
            self.public_api_url = match api_listen {
                Some(api_listen) => PublicUrl::of_listener(api_listen, self.tls.is_some()),
                None => self.public_url.clone().derived(),
            };
        }
    }
}

const MASTER_KEY_FILE: &str = "master.key";

impl DataConfig {
    /// The settings from `args`, the environment and the file that either of them names.
    ///
    /// # Errors
    /// When a setting is unknown or its value is wrong; settings that only `keyward serve` reads aren't checked.
    pub fn load(args: DataArgs) -> Result<Self, ConfigError> {
        Self::from_sources(args, environment())
    }

    /// As [`load`](Self::load), with the given environment.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn from_sources(
        args: DataArgs,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        Self::from(&Sources::read(args.into_flags(), environment)?)
    }

    fn from(sources: &Sources) -> Result<Self, ConfigError> {
        let data = sources.value("data", path)?.unwrap_or_else(|| PathBuf::from("data"));
        let master_key = match (sources.master_key(), sources.value("master-key-file", path)?) {
            (Some(_), Some(_)) => {
                let reason = "KEYWARD_MASTER_KEY is set as well; keep one of them".to_owned();
                return Err(sources.refuse("master-key-file", reason));
            }
            (Some(key), None) => MasterKeySource::Environment(key),
            (None, Some(file)) => MasterKeySource::File(file),
            (None, None) => MasterKeySource::File(data.join(MASTER_KEY_FILE)),
        };
        Ok(Self {
            data,
            database: sources.value("database-url", str::parse)?,
            master_key,
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place")]
fn environment() -> std::env::VarsOs {
    std::env::vars_os()
}

fn tls(sources: &Sources) -> Result<Option<TlsFiles>, ConfigError> {
    match (sources.value("tls-certificate", path)?, sources.value("tls-key", path)?) {
        (Some(certificate), Some(key)) => Ok(Some(TlsFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(sources.refuse("tls-certificate", "tls-key must be set as well".to_owned())),
        (None, Some(_)) => Err(sources.refuse("tls-key", "tls-certificate must be set as well".to_owned())),
    }
}
