//! Where a database is that several gateways share.

use std::{fmt, str::FromStr};

use url::Url;
use zeroize::Zeroizing;

/// The URL of a PostgreSQL database. It may hold a password, and so it is displayed without one, and without its parameters.
#[derive(Clone)]
pub struct DatabaseUrl(Zeroizing<String>);

/// What is allowed. It doesn't repeat the value, which may hold a password.
const FORM: &str = "it must be a URL such as postgres://USER@HOST/DATABASE";

/// The parameters that are known.
const PARAMETERS: [&str; 11] = [
    "application_name",
    "dbname",
    "host",
    "options",
    "password",
    "port",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "user",
];
const KNOWN: &str = "its parameters can be application_name, dbname, host, options, password, port, sslcert, sslkey, sslmode, \
                     sslrootcert and user";

impl DatabaseUrl {
    /// The URL itself, with its password.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url: Url = text.parse().map_err(|_| FORM)?;
        if !["postgres", "postgresql"].contains(&url.scheme()) {
            return Err(FORM);
        }
        // sqlx would log one that it doesn't know, with its value.
        match url.query_pairs().all(|(name, _)| PARAMETERS.contains(&&*name)) {
            true => Ok(Self(Zeroizing::new(text.to_owned()))),
            false => Err(KNOWN),
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ok(url) = self.0.parse::<Url>() else {
            return f.write_str("postgres:");
        };
        let host = match url.query_pairs().find(|(name, _)| name == "host") {
            Some((_, host)) => host.into_owned(),
            None => url.host_str().unwrap_or_default().to_owned(),
        };
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        write!(f, "{}://{host}{port}{}", url.scheme(), url.path())
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_is_not_displayed() {
        for text in [
            "postgres://keyward:secret@db.example:5433/keys?sslmode=verify-full&password=secret",
            "postgresql:///keys?host=/run/postgresql&user=keyward&password=secret",
        ] {
            let url: DatabaseUrl = text.parse().expect("a URL");
            assert_eq!(url.reveal(), text);
            assert!(!format!("{url} {url:?}").contains("secret"), "{url}");
        }
        for text in ["", "keys", "mysql://db.example/keys", "/run/postgresql"] {
            assert_eq!(text.parse::<DatabaseUrl>().expect_err("refused"), FORM);
        }
        let misspelt = "postgres://db.example/keys?pasword=secret";
        assert_eq!(misspelt.parse::<DatabaseUrl>().expect_err("refused"), KNOWN);
    }
}
