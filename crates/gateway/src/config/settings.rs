//! The names of all settings, and the flags that set them.

use std::collections::BTreeMap;

/// What was given as flags, by name of the setting.
pub(super) struct Flags {
    pub(super) config: Option<String>,
    pub(super) values: BTreeMap<&'static str, String>,
}

/// One list for flags, environment and file. The values are texts here, so that an error can say where one came from.
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
    /// File of the master key, made at the first start [default: DIR/master.key]
    master_key_file "master-key-file" "FILE",
    /// Where to listen [default: 127.0.0.1:8080]
    listen "listen" "ADDRESS:PORT",
    /// Where the cloud service API listens, and then it alone [default: with the portal]
    api_listen "api-listen" "ADDRESS:PORT",
    /// Serve the portal from this folder [default: the one in this program]
    portal "portal" "DIR",
    /// Address under which browsers reach the portal, with the path it is served below [default: from --listen]
    public_url "public-url" "URL",
    /// Address under which scripts reach the cloud service API, without /api/v1 [default: from --api-listen, or that of
    /// the portal]
    public_api_url "public-api-url" "URL",
    /// Further names that requests may be for, *.NAME for all below it, * for any [default: none]
    allowed_hosts "allowed-hosts" "HOST,…",
    /// Certificate and chain (PEM), to speak TLS without a proxy; SIGHUP reads it again
    tls_certificate "tls-certificate" "FILE",
    /// Private key of the certificate (PEM)
    tls_key "tls-key" "FILE",
    /// Addresses and networks of reverse proxies whose word on the client's address and scheme is taken [default: none]
    trusted_proxies "trusted-proxies" "NETWORK,…",
    /// In which header they say it: x-forwarded or forwarded (RFC 7239) [default: x-forwarded]
    proxy_header "proxy-header" "HEADER",
    /// Origins that may show the portal in a frame [default: none]
    frame_ancestors "frame-ancestors" "ORIGIN,…",
    /// How long browsers reach this host over HTTPS alone (Strict-Transport-Security), up to 732d; 0 leaves it to a proxy
    /// [default: 365d]
    hsts_max_age "hsts-max-age" "TIME",
    /// Addresses and networks that may read /metrics [default: 127.0.0.0/8,::1]
    metrics_allow "metrics-allow" "NETWORK,…",
    /// How many connections may be open at once [default: 900]
    max_connections "max-connections" "NUMBER",
    /// How many of them one client address may have; trusted proxies may have more [default: 200]
    max_connections_per_address "max-connections-per-address" "NUMBER",
    /// A connection ends after this time without a request [default: 1m]
    connection_idle "connection-idle" "TIME",
    /// A portal session ends after this time without a request [default: 30m]
    session_idle "session-idle" "TIME",
    /// A portal session ends after this time at the latest [default: 12h]
    session_absolute "session-absolute" "TIME",
    /// Reveal, edit, regenerate, delete, and changes of admins and roles ask for the password when it was given longer
    /// ago than this, 1m to 24h [default: 15m]
    fresh_password "fresh-password" "TIME",
    /// A new password has at least so many characters, 8 to 64 [default: 12]
    password_min_length "password-min-length" "NUMBER",
    /// Rows of the audit log are kept this long, at least 1d [default: 183d]
    audit_retention "audit-retention" "TIME",
    /// A time that the clock jumped to is believed after this time, 1m to 30d; until then nothing is deleted by its age
    /// [default: 1d]
    clock_trust_after "clock-trust-after" "TIME",
    /// From this age on the portal hints that the key should be replaced, in whole days [default: 90d]
    key_age_hint "key-age-hint" "TIME",
    /// A session of the cloud service API ends after this time without a request, 5m to 20m [default: 5m]
    api_session_idle "api-session-idle" "TIME",
    /// How far the timestamp of a sign-in to the cloud service API may be from the server's time, 1m to 2h [default: 2h]
    timestamp_window "timestamp-window" "TIME",
    /// A session of the cloud service API ends after this time at the latest, up to 30d [default: 24h]
    api_session_absolute "api-session-absolute" "TIME",
    /// Limit of each method of authenticatedSession, for each organization and admin [default: 2/s,1000/h]
    rate_limit_session "rate-limit-session" "LIMIT",
    /// Limit of reading requests to the cloud service API [default: 2/s,1000/h]
    rate_limit_read "rate-limit-read" "LIMIT",
    /// Limit of writing requests to the cloud service API [default: 1/s,400/h]
    rate_limit_write "rate-limit-write" "LIMIT",
    /// Private and loopback networks in which OAuth 2.0 authorization servers may be, over plain HTTP too [default: none]
    oauth_allowed_networks "oauth-allowed-networks" "NETWORK,…",
    /// The keys of authorization servers are fetched this often, 1m to 1h [default: 5m]
    oauth_jwks_refresh "oauth-jwks-refresh" "TIME",
    /// Keys that can't be fetched again are used this long, up to 7d [default: 1h]
    oauth_jwks_stale "oauth-jwks-stale" "TIME",
    /// A request to an API is answered within this time [default: 30s]
    request_timeout "request-timeout" "TIME",
    /// How long running requests may take to finish at a stop [default: 10s]
    stop_grace "stop-grace" "TIME",
    /// Form of the log: auto (human on a terminal, else json), human or json [default: auto]
    log_format "log-format" "FORMAT",
    /// What is logged: off, error, warn, info, debug or trace, and by part: info,sqlx=warn [default: info]
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
    /// File of the master key [default: DIR/master.key]
    #[arg(long, value_name = "FILE")]
    pub master_key_file: Option<String>,
}

impl DataArgs {
    pub(super) fn into_flags(self) -> Flags {
        let Self {
            config,
            data,
            master_key_file,
        } = self;
        ServeArgs {
            config,
            data,
            master_key_file,
            ..ServeArgs::default()
        }
        .into_flags()
    }
}
