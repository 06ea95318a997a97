//! Host names that the gateway answers for.

use std::str::FromStr;

use url::Host;

/// A list of host names, each alone or with all that are below it (`*.keys.example`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts {
    all: bool,
    exact: Vec<String>,
    below: Vec<String>,
}

impl AllowedHosts {
    /// Whether `name`, in lower case, is one of them.
    pub fn contains(&self, name: &str) -> bool {
        let is_below = |suffix: &String| {
            name.strip_suffix(suffix.as_str())
                .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
        };
        self.all || self.exact.iter().any(|exact| exact == name) || self.below.iter().any(is_below)
    }
}

impl FromStr for AllowedHosts {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut hosts = Self::default();
        if text == "none" {
            return Ok(hosts);
        }
        for part in text.split(',').map(str::trim) {
            if part == "*" {
                hosts.all = true;
                continue;
            }
            let (list, name) = match part.strip_prefix("*.") {
                Some(name) => (&mut hosts.below, name),
                None => (&mut hosts.exact, part),
            };
            // IDNA and lower case, as browsers send it.
            let name = Host::parse(name.trim_end_matches('.')).map_err(|_| {
                "it must be host names without port and with commas between them, such as keys.example,*.lan, or none; \
                 * stands for every name"
            })?;
            list.push(name.to_string());
        }
        Ok(hosts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_match_exactly_or_by_wildcard() {
        let hosts: AllowedHosts = "Keys.Example, *.lan,bücher.example".parse().expect("hosts");
        for name in ["keys.example", "nas.lan", "a.b.lan", "xn--bcher-kva.example"] {
            assert!(hosts.contains(name), "{name}");
        }
        for name in [
            "evil.example",
            "notkeys.example",
            "keys.example.evil",
            "lan",
            ".lan",
            "evillan",
        ] {
            assert!(!hosts.contains(name), "{name}");
        }
        assert!("*".parse::<AllowedHosts>().expect("all").contains("anything"));
        assert!("keys.example:8080".parse::<AllowedHosts>().is_err());
        assert!("https://keys.example".parse::<AllowedHosts>().is_err());
    }
}
