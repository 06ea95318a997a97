//! The names of all settings, and the flags that set them.

use std::collections::BTreeMap;

/// The flags that were given, by name of the setting.
pub(super) struct Flags {
    pub(super) config: Option<String>,
    pub(super) values: BTreeMap<&'static str, String>,
}

/// One list for flags, environment and file. Values are texts here, so that an error can name their source.
macro_rules! settings {
    ($($(#[$help:meta])* $field:ident $name:literal $value:literal,)*) => {
        /// The flags of `keyward serve`.
        #[derive(Clone, Debug, Default, clap::Args)]
        #[command(after_help = SOURCES)]
        pub struct ServeArgs {
            /// Configuration file (TOML)
            #[arg(long, value_name = "FILE")]
            pub config: Option<String>,
            $($(#[$help])* #[arg(long = $name, value_name = $value)] pub $field: Option<String>,)*
        }

        impl ServeArgs {
            pub(super) fn into_flags(self) -> Flags {
                let mut values = BTreeMap::new();
                $(if let Some(value) = self.$field {
                    values.insert($name, value);
                })*
                Flags { config: self.config, values }
            }
        }

        /// The names of all settings.
        pub(super) const NAMES: &[&str] = &[$($name,)*];
    };
}

const SOURCES: &str = "Each setting can also come from an environment variable (--api-listen is KEYWARD_API_LISTEN) or from \
the configuration file (api-listen = \"…\"). A flag wins over the environment, the environment over the file. \
The master key itself can be given as KEYWARD_MASTER_KEY (64 hexadecimal digits), and in no other way but its file.";

settings! {
    /// Folder of the database and the master key [default: data]
    data "data" "DIR",
    /// PostgreSQL database that several gateways share: postgres://USER@HOST/DATABASE. Keep its password out of the flag: use
    /// KEYWARD_DATABASE_URL, the configuration file or ~/.pgpass [default: SQLite in --data]
    database_url "database-url" "URL",
    /// File of the master key, created at the first start [default: DIR/master.key]
    master_key_file "master-key-file" "FILE",
    /// Address and port to listen on [default: 127.0.0.1:8080]
    listen "listen" "ADDRESS:PORT",
    /// Separate address and port for the cloud service API [default: the same as the portal]
    api_listen "api-listen" "ADDRESS:PORT",
    /// Folder to serve the portal from [default: the portal embedded in this program]
    portal "portal" "DIR",
    /// Public address of the portal, including its base path [default: from --listen]
    public_url "public-url" "URL",
    /// Public address of the cloud service API, without /api/v1 [default: from --api-listen, or that of the portal]
    public_api_url "public-api-url" "URL",
    /// Additional host names to accept: HOST, *.HOST for its subdomains, or * for any [default: none]
    allowed_hosts "allowed-hosts" "HOST,…",
    /// Host names that stand for one organization each, by its identifier: 2=zsapi.acme.example [default: none]
    organization_hosts "organization-hosts" "ID=HOST,…",
    /// Certificate and chain (PEM), for TLS without a proxy. SIGHUP reloads it
    tls_certificate "tls-certificate" "FILE",
    /// Private key of the certificate (PEM)
    tls_key "tls-key" "FILE",
    /// Addresses and networks of reverse proxies to trust for the client's address and scheme [default: none]
    trusted_proxies "trusted-proxies" "NETWORK,…",
    /// Header that trusted proxies send these in: x-forwarded or forwarded (RFC 7239) [default: x-forwarded]
    proxy_header "proxy-header" "HEADER",
    /// Origins that may show the portal in a frame [default: none]
    frame_ancestors "frame-ancestors" "ORIGIN,…",
    /// How long browsers use only HTTPS for this host (Strict-Transport-Security), up to 732d. 0 leaves it to a proxy
    /// [default: 365d]
    hsts_max_age "hsts-max-age" "TIME",
    /// Addresses and networks that may read /metrics [default: 127.0.0.0/8,::1]
    metrics_allow "metrics-allow" "NETWORK,…",
    /// Limit of open connections [default: 900]
    max_connections "max-connections" "NUMBER",
    /// Limit of open connections per client address, except for trusted proxies [default: 200]
    max_connections_per_address "max-connections-per-address" "NUMBER",
    /// Idle timeout of a connection [default: 1m]
    connection_idle "connection-idle" "TIME",
    /// Idle timeout of a portal session [default: 30m]
    session_idle "session-idle" "TIME",
    /// Maximum lifetime of a portal session [default: 12h]
    session_absolute "session-absolute" "TIME",
    /// Sensitive operations (reveal, edit, regenerate, delete, changes of admins and roles) require re-authentication this
    /// long after the last sign-in, 1m to 24h [default: 15m]
    fresh_password "fresh-password" "TIME",
    /// Minimum length of new passwords, 8 to 64 [default: 12]
    password_min_length "password-min-length" "NUMBER",
    /// How long rows of the audit log are kept, at least 1d [default: 183d]
    audit_retention "audit-retention" "TIME",
    /// After a jump, the clock is trusted again after this time, 1m to 30d. Until then nothing is deleted by age
    /// [default: 1d]
    clock_trust_after "clock-trust-after" "TIME",
    /// Age from which the portal suggests replacing the key, in whole days [default: 90d]
    key_age_hint "key-age-hint" "TIME",
    /// Idle timeout of a session of the cloud service API, 5m to 20m [default: 5m]
    api_session_idle "api-session-idle" "TIME",
    /// How far the timestamp of an API sign-in can be from the server's time, 1m to 2h [default: 2h]
    timestamp_window "timestamp-window" "TIME",
    /// Maximum lifetime of a session of the cloud service API, up to 30d [default: 24h]
    api_session_absolute "api-session-absolute" "TIME",
    /// Set of rate limits: default, or vendor for the documented ones of the vendor's API. Each can be set by itself, too
    /// [default: default]
    rate_limits "rate-limits" "NAME",
    /// Rate limit of signing in and of signing out, per organization and admin [default: 2/s,1000/h]
    rate_limit_session "rate-limit-session" "LIMIT",
    /// Rate limit of reading authenticatedSession, which SDKs do before each request [default: 20/s,36000/h]
    rate_limit_session_read "rate-limit-session-read" "LIMIT",
    /// Rate limit of read requests to the cloud service API [default: 2/s,1000/h]
    rate_limit_read "rate-limit-read" "LIMIT",
    /// Rate limit of write requests to the cloud service API [default: 1/s,400/h]
    rate_limit_write "rate-limit-write" "LIMIT",
    /// Private and loopback networks to allow for OAuth 2.0 authorization servers, also over plain HTTP [default: none]
    oauth_allowed_networks "oauth-allowed-networks" "NETWORK,…",
    /// How often to fetch the keys of authorization servers, 1m to 1h [default: 5m]
    oauth_jwks_refresh "oauth-jwks-refresh" "TIME",
    /// How long to use cached keys when fetching fails, up to 7d [default: 1h]
    oauth_jwks_stale "oauth-jwks-stale" "TIME",
    /// Timeout of requests to the APIs [default: 30s]
    request_timeout "request-timeout" "TIME",
    /// How long to keep serving at a stop while /readyz already fails, so that load balancers send requests elsewhere.
    /// Set it above their probe interval times the failures they wait for, up to 10m [default: 0s]
    drain "drain" "TIME",
    /// How long running requests have to finish at a stop [default: 10s]
    stop_grace "stop-grace" "TIME",
    /// Format of the log: auto (human on a terminal, else json), human or json [default: auto]
    log_format "log-format" "FORMAT",
    /// Log level: off, error, warn, info, debug or trace; also per part, as in info,sqlx=warn [default: info]
    log "log" "FILTER",
}

/// The flags of the operator's commands.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DataArgs {
    /// Configuration file (TOML)
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
    /// Folder of the database and the master key [default: data]
    #[arg(long, value_name = "DIR")]
    pub data: Option<String>,
    /// PostgreSQL database: postgres://USER@HOST/DATABASE [default: SQLite in --data]
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// File of the master key [default: DIR/master.key]
    #[arg(long, value_name = "FILE")]
    pub master_key_file: Option<String>,
}

impl DataArgs {
    pub(super) fn into_flags(self) -> Flags {
        let Self {
            config,
            data,
            database_url,
            master_key_file,
        } = self;
        ServeArgs {
            config,
            data,
            database_url,
            master_key_file,
            ..ServeArgs::default()
        }
        .into_flags()
    }
}
