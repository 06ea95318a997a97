//! Where settings come from, and what is wrong with them.

use std::{ffi::OsString, fs, net::SocketAddr, path::PathBuf, time::Duration};

use keyward_gateway::config::{
    Config, ConfigError, DataArgs, DataConfig, LogFormat, MasterKeySource, ProxyHeader, RateLimit, ServeArgs,
};
use tempfile::NamedTempFile;

pub(crate) type Variables<'a> = &'a [(&'a str, &'a str)];

fn environment(variables: Variables) -> Vec<(OsString, OsString)> {
    variables
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

pub(crate) fn load(args: ServeArgs, variables: Variables) -> Result<Config, ConfigError> {
    Config::from_sources(args, environment(variables))
}

pub(crate) fn from_environment(variables: Variables) -> Result<Config, String> {
    load(ServeArgs::default(), variables).map_err(|error| error.to_string())
}

pub(crate) fn file(text: &str) -> NamedTempFile {
    let file = NamedTempFile::new().expect("a file");
    fs::write(&file, text).expect("a file");
    file
}

pub(crate) fn with_file(file: &NamedTempFile) -> ServeArgs {
    ServeArgs {
        config: Some(file.path().display().to_string()),
        ..ServeArgs::default()
    }
}

pub(crate) fn from_file(text: &str) -> Result<Config, String> {
    load(with_file(&file(text)), &[]).map_err(|error| error.to_string())
}

fn port(config: &Config) -> u16 {
    config.listen.port()
}

#[test]
fn everything_has_a_default() {
    let config = load(ServeArgs::default(), &[]).expect("a configuration");
    assert_eq!(config.listen, SocketAddr::from(([127, 0, 0, 1], 8080)));
    assert_eq!(config.data.data, PathBuf::from("data"));
    assert!(
        matches!(&config.data.master_key, MasterKeySource::File(file) if file == &PathBuf::from("data/master.key"))
    );
    assert_eq!(config.public_url.to_string(), "http://127.0.0.1:8080");
    assert_eq!(config.public_api_url.to_string(), "http://127.0.0.1:8080");
    assert_eq!(config.session_idle, Duration::from_secs(30 * 60));
    assert_eq!(
        config.rate_limit_session,
        RateLimit {
            per_second: Some(2),
            per_hour: Some(1000)
        }
    );
    assert!(config.tls.is_none() && config.api_listen.is_none() && config.portal.is_none());
    assert!(
        config.metrics_allow.contains([127, 9, 9, 9].into()) && !config.metrics_allow.contains([10, 0, 0, 1].into())
    );
    assert!(!config.trusted_proxies.contains([127, 0, 0, 1].into()));
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let file = file("listen = \"127.0.0.1:1\"\n");
    assert_eq!(port(&load(with_file(&file), &[]).expect("a configuration")), 1);
    let variables = [("KEYWARD_LISTEN", "127.0.0.1:2")];
    assert_eq!(port(&load(with_file(&file), &variables).expect("a configuration")), 2);
    let flags = ServeArgs {
        listen: Some("127.0.0.1:3".into()),
        ..with_file(&file)
    };
    assert_eq!(port(&load(flags, &variables).expect("a configuration")), 3);
    // An empty variable is none.
    assert_eq!(
        port(&load(with_file(&file), &[("KEYWARD_LISTEN", "")]).expect("a configuration")),
        1
    );
    // The file itself can come from the environment, and from a flag before that.
    let path = file.path().display().to_string();
    assert_eq!(
        port(&from_environment(&[("KEYWARD_CONFIG", &path)]).expect("a configuration")),
        1
    );
    assert_eq!(
        port(&load(with_file(&file), &[("KEYWARD_CONFIG", "/missing")]).expect("a configuration")),
        1
    );
}

#[test]
fn every_setting_can_be_in_the_file() {
    let config = from_file(
        r#"
        data = "/var/lib/keyward"
        master-key-file = "/etc/keyward/key"
        listen = "[::1]:8443"
        api-listen = "0.0.0.0:9443"
        portal = "dist"
        public-url = "https://Keys.Example:443/keyward/"
        public-api-url = "https://api.example:8443"
        tls-certificate = "cert.pem"
        tls-key = "key.pem"
        trusted-proxies = ["10.0.0.0/8", "::1"]
        proxy-header = "forwarded"
        frame-ancestors = ["https://a.example", "https://*.b.example"]
        metrics-allow = []
        hsts-max-age = 0
        max-connections = 50
        session-idle = "10m"
        session-absolute = "1d"
        fresh-password = "1h"
        audit-retention = "30d"
        key-age-hint = "36h"
        api-session-idle = "20m"
        rate-limit-session = "off"
        rate-limit-read = "5/s"
        rate-limit-write = "1/s,10/h"
        request-timeout = "1m"
        drain = "15s"
        stop-grace = "0s"
        log-format = "json"
        log = "warn,keyward=debug"
        "#,
    )
    .expect("a configuration");
    assert_eq!(config.data.data, PathBuf::from("/var/lib/keyward"));
    assert!(
        matches!(&config.data.master_key, MasterKeySource::File(file) if file == &PathBuf::from("/etc/keyward/key"))
    );
    assert_eq!(config.listen.to_string(), "[::1]:8443");
    assert_eq!(
        config.api_listen.map(|address| address.to_string()).as_deref(),
        Some("0.0.0.0:9443")
    );
    assert_eq!(config.portal, Some(PathBuf::from("dist")));
    assert_eq!(config.public_url.to_string(), "https://keys.example/keyward");
    assert_eq!(
        (config.public_url.origin(), config.public_url.path()),
        ("https://keys.example", "/keyward")
    );
    assert!(config.public_url.is_https());
    assert_eq!(config.public_api_url.to_string(), "https://api.example:8443");
    assert_eq!(config.tls.expect("TLS").key, PathBuf::from("key.pem"));
    assert!(
        config.trusted_proxies.contains([10, 1, 2, 3].into()) && !config.trusted_proxies.contains([11, 0, 0, 1].into())
    );
    assert_eq!(config.proxy_header, ProxyHeader::Forwarded);
    assert_eq!(config.frame_ancestors, ["https://a.example", "https://*.b.example"]);
    assert!(!config.metrics_allow.contains([127, 0, 0, 1].into()));
    assert_eq!(config.max_connections, 50);
    assert_eq!(config.session_idle, Duration::from_secs(600));
    assert_eq!(config.session_absolute, Duration::from_secs(86_400));
    assert_eq!(config.fresh_password, Duration::from_secs(3600));
    assert_eq!(config.audit_retention, Duration::from_secs(30 * 86_400));
    assert_eq!(config.key_age_hint, Duration::from_secs(36 * 3600));
    assert_eq!(config.api_session_idle, Duration::from_secs(1200));
    assert_eq!(
        config.rate_limit_session,
        RateLimit {
            per_second: None,
            per_hour: None
        }
    );
    assert_eq!(
        config.rate_limit_read,
        RateLimit {
            per_second: Some(5),
            per_hour: None
        }
    );
    assert_eq!(
        config.rate_limit_write,
        RateLimit {
            per_second: Some(1),
            per_hour: Some(10)
        }
    );
    assert_eq!(config.request_timeout, Duration::from_secs(60));
    assert_eq!(
        (config.drain, config.stop_grace),
        (Duration::from_secs(15), Duration::ZERO)
    );
    assert_eq!(config.log_format, LogFormat::Json);
}

#[test]
fn lists_are_written_with_commas_elsewhere() {
    let config = from_environment(&[("KEYWARD_TRUSTED_PROXIES", "10.0.0.0/8, 192.168.1.1")]).expect("a configuration");
    assert!(config.trusted_proxies.contains([192, 168, 1, 1].into()));
    assert!(!config.trusted_proxies.contains([192, 168, 1, 2].into()));
}

#[test]
fn public_addresses_are_derived_from_listeners() {
    let url = |variables: Variables| {
        let config = from_environment(variables).expect("a configuration");
        (config.public_url.to_string(), config.public_api_url.to_string())
    };
    let both = |portal: &str, api: &str| (portal.to_owned(), api.to_owned());
    assert_eq!(
        url(&[("KEYWARD_LISTEN", "0.0.0.0:80")]),
        both("http://localhost", "http://localhost")
    );
    assert_eq!(
        url(&[("KEYWARD_LISTEN", "[::1]:81")]),
        both("http://[::1]:81", "http://[::1]:81")
    );
    assert_eq!(
        url(&[("KEYWARD_API_LISTEN", "10.0.0.1:82")]),
        both("http://127.0.0.1:8080", "http://10.0.0.1:82")
    );
    assert_eq!(
        url(&[("KEYWARD_PUBLIC_URL", "https://keys.example/k")]),
        both("https://keys.example/k", "https://keys.example/k")
    );
    let tls = ("KEYWARD_TLS_CERTIFICATE", "c");
    assert_eq!(
        url(&[tls, ("KEYWARD_TLS_KEY", "k"), ("KEYWARD_LISTEN", "10.0.0.1:443")]),
        both("https://10.0.0.1", "https://10.0.0.1")
    );
}

#[test]
fn an_unknown_key_is_named_with_the_file_and_the_known_ones() {
    let file = file("listen-on = \"127.0.0.1:1\"\n");
    let error = load(with_file(&file), &[]).expect_err("an error").to_string();
    let path = file.path().display().to_string();
    assert!(
        error.starts_with(&format!("{path}: listen-on isn't a setting. Settings: data, ")),
        "{error}"
    );
    assert!(error.contains(" api-listen,") && error.ends_with(" log"), "{error}");
    // A table is no setting either.
    assert!(
        from_file("[server]\nlisten = \"x\"")
            .expect_err("an error")
            .contains("server isn't a setting")
    );
}

#[test]
fn an_unknown_variable_is_named_with_the_known_ones() {
    let error = from_environment(&[("KEYWARD_LISTEN_ON", "127.0.0.1:1")]).expect_err("an error");
    assert!(
        error.starts_with("the environment variable KEYWARD_LISTEN_ON isn't a setting. Settings: KEYWARD_DATA, "),
        "{error}"
    );
    assert!(
        error.contains(" KEYWARD_API_LISTEN,") && error.contains(" KEYWARD_MASTER_KEY"),
        "{error}"
    );
    // Others are not ours, and neither is what Kubernetes sets for a service of our name.
    let foreign = [
        ("HOME", "/"),
        ("KEYWARD_PORT", "tcp://10.0.0.1:80"),
        ("KEYWARD_SERVICE_HOST", "10.0.0.1"),
    ];
    assert!(from_environment(&foreign).is_ok());
}

#[test]
fn a_wrong_value_is_named_with_its_source_and_what_is_allowed() {
    let flags = ServeArgs {
        api_session_idle: Some("4m".into()),
        ..ServeArgs::default()
    };
    let error = load(flags, &[("KEYWARD_API_SESSION_IDLE", "6m")])
        .expect_err("an error")
        .to_string();
    assert_eq!(
        error,
        "--api-session-idle: \"4m\" can't be used: it must be a time from 5m to 20m, such as 30s, 5m or 12h"
    );
    let error = from_environment(&[("KEYWARD_API_SESSION_IDLE", "21m")]).expect_err("an error");
    assert!(
        error.starts_with("KEYWARD_API_SESSION_IDLE: \"21m\" can't be used: "),
        "{error}"
    );
    let file = file("api-session-idle = 5\n");
    let error = load(with_file(&file), &[]).expect_err("an error").to_string();
    assert!(
        error.starts_with(&format!("api-session-idle in {}: \"5\" ", file.path().display())),
        "{error}"
    );
}

#[test]
fn wrong_values_are_rejected() {
    for (variable, values) in [
        (
            "KEYWARD_LISTEN",
            &["8080", "localhost:8080", "127.0.0.1", "127.0.0.1:99999"][..],
        ),
        ("KEYWARD_API_LISTEN", &["x", "127.0.0.1:8080"]),
        (
            "KEYWARD_PUBLIC_URL",
            &[
                "keys.example",
                "ftp://keys.example",
                "https://user@keys.example",
                "https://keys.example/?a",
                "https://keys.example/#a",
                "https://keys.example/a\"b",
                "https://keys.example/a//b",
                "https://keys.example/api",
                "https://keys.example/api/v1",
            ],
        ),
        (
            "KEYWARD_TRUSTED_PROXIES",
            &["10.0.0.0/33", "proxy.example", "10.0.0.1;10.0.0.2"],
        ),
        ("KEYWARD_PROXY_HEADER", &["x-real-ip"]),
        (
            "KEYWARD_FRAME_ANCESTORS",
            &[
                "intranet.example",
                "https://a.example/path",
                "https://a.example; script-src *",
                "https://a.example 'self'",
                "*",
            ],
        ),
        ("KEYWARD_METRICS_ALLOW", &["all"]),
        ("KEYWARD_MAX_CONNECTIONS", &["0", "-1", "many"]),
        (
            "KEYWARD_SESSION_IDLE",
            &[
                "30",
                "30 m",
                "m",
                "-5m",
                "0s",
                "1.5h",
                "5w",
                "+5m",
                "99999999999999999999m",
            ],
        ),
        ("KEYWARD_SESSION_ABSOLUTE", &["5m", "31d"]),
        ("KEYWARD_HSTS_MAX_AGE", &["-1", "300", "off", "733d"]),
        (
            "KEYWARD_RATE_LIMIT_SESSION",
            &["2", "2/m", "0/s", "2/s,3/s", "2/s,", "-1/s", "on"],
        ),
        ("KEYWARD_RATE_LIMIT_READ", &["x"]),
        ("KEYWARD_RATE_LIMIT_WRITE", &["x"]),
        ("KEYWARD_REQUEST_TIMEOUT", &["0s", "11m"]),
        ("KEYWARD_DRAIN", &["11m", "-1s", "off"]),
        ("KEYWARD_STOP_GRACE", &["11m"]),
        ("KEYWARD_LOG_FORMAT", &["text"]),
        ("KEYWARD_LOG", &["verbose", "info,sqlx", "sqlx=loud"]),
        ("KEYWARD_TLS_KEY", &["without-a-certificate"]),
        ("KEYWARD_TLS_CERTIFICATE", &["without-a-key"]),
        ("KEYWARD_CONFIG", &["/does/not/exist.toml"]),
    ] {
        for value in values {
            let error = from_environment(&[(variable, value)]).expect_err(value);
            let origin = if variable == "KEYWARD_CONFIG" { value } else { variable };
            assert!(error.contains(origin), "{error}");
        }
    }
    assert!(
        from_file("listen = ")
            .expect_err("an error")
            .contains("isn't valid TOML")
    );
    assert!(from_file("listen = true").expect_err("an error").contains("listen in "));
    assert!(
        from_file("trusted-proxies = [1]")
            .expect_err("an error")
            .contains("trusted-proxies in ")
    );
}

#[test]
fn hsts_lasts_a_year_and_can_be_turned_off() {
    let seconds = |variables: Variables| {
        from_environment(variables)
            .expect("a configuration")
            .hsts_max_age
            .as_secs()
    };
    assert_eq!(seconds(&[]), 31_536_000);
    for (value, is) in [("0", 0), ("0s", 0), ("5m", 300), ("732d", 732 * 86_400)] {
        assert_eq!(seconds(&[("KEYWARD_HSTS_MAX_AGE", value)]), is);
    }
    assert!(
        from_file("hsts-max-age = 0")
            .expect("a configuration")
            .hsts_max_age
            .is_zero()
    );
}

#[test]
fn derived_addresses_are_guesses_on_public_listeners() {
    let guessed = |variables: Variables| {
        let config = from_environment(variables).expect("a configuration");
        let guessed = config.guessed_addresses().into_iter();
        guessed.map(|(name, url)| format!("{name} {url}")).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(guessed(&[]), none);
    assert_eq!(guessed(&[("KEYWARD_LISTEN", "[::1]:80")]), none);
    assert_eq!(
        guessed(&[("KEYWARD_LISTEN", "0.0.0.0:81")]),
        ["public-url http://localhost:81"]
    );
    assert_eq!(
        guessed(&[("KEYWARD_LISTEN", "10.1.2.3:81")]),
        ["public-url http://10.1.2.3:81"]
    );
    let public = ("KEYWARD_PUBLIC_URL", "https://keys.example");
    assert_eq!(guessed(&[("KEYWARD_LISTEN", "[::]:81"), public]), none);
    let api = ("KEYWARD_API_LISTEN", "0.0.0.0:82");
    assert_eq!(guessed(&[public, api]), ["public-api-url http://localhost:82"]);
}

#[test]
fn a_file_in_a_wrong_encoding_is_reported() {
    let written = |bytes: &[u8]| {
        let file = NamedTempFile::new().expect("a file");
        fs::write(&file, bytes).expect("a file");
        load(with_file(&file), &[]).map_err(|error| error.to_string())
    };
    let marked = written(b"\xef\xbb\xbflisten = \"127.0.0.1:1\"\n").expect("a configuration");
    assert_eq!(port(&marked), 1);
    let wide: Vec<u8> = "listen = \"127.0.0.1:1\""
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let error = written(&wide).expect_err("an error");
    assert!(error.contains("UTF-16"), "{error}");
    let error = written(b"# f\xfcr uns").expect_err("an error");
    assert!(error.contains("not UTF-8 (byte 4)"), "{error}");
}

#[test]
fn the_master_key_only_comes_from_environment_or_file() {
    let key = "0123456789abcdef".repeat(4);
    let config = from_environment(&[("KEYWARD_MASTER_KEY", &key)]).expect("a configuration");
    assert!(matches!(&config.data.master_key, MasterKeySource::Environment(found) if found.as_str() == key));
    assert!(!format!("{config:?}").contains(&key[..16]));
    let error = from_file(&format!("master-key = \"{key}\"")).expect_err("an error");
    assert!(
        error.contains("master-key isn't a setting (secrets don't belong in this file") && !error.contains(&key),
        "{error}"
    );
    let both = [
        ("KEYWARD_MASTER_KEY", key.as_str()),
        ("KEYWARD_MASTER_KEY_FILE", "file"),
    ];
    let error = from_environment(&both).expect_err("an error");
    assert!(
        error.contains("KEYWARD_MASTER_KEY_FILE") && !error.contains(&key),
        "{error}"
    );
}

#[test]
fn the_operator_s_commands_read_the_same_file_and_environment() {
    let file = file("data = \"from-file\"\nlisten = \"not looked into\"\n");
    let args = || DataArgs {
        config: Some(file.path().display().to_string()),
        ..DataArgs::default()
    };
    let data = |args, variables| DataConfig::from_sources(args, environment(variables)).map(|config| config.data);
    assert_eq!(data(args(), &[]).expect("a configuration"), PathBuf::from("from-file"));
    let environment = [
        ("KEYWARD_DATA", "from-environment"),
        ("KEYWARD_API_LISTEN", "127.0.0.1:1"),
    ];
    assert_eq!(
        data(args(), &environment).expect("a configuration"),
        PathBuf::from("from-environment")
    );
    let flags = DataArgs {
        data: Some("from-flag".into()),
        ..args()
    };
    assert_eq!(
        data(flags, &environment).expect("a configuration"),
        PathBuf::from("from-flag")
    );
    assert!(data(args(), &[("KEYWARD_DATUM", "x")]).is_err());
}
