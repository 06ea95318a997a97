//! Settings of rate limits, and of host names of organizations.

use keyward_gateway::config::{Config, RateLimit, ServeArgs};

use crate::config_sources::{file, from_environment, from_file, load, with_file};

fn limit(text: &str) -> RateLimit {
    text.parse().expect("a limit")
}

/// A limit that is set wins, wherever the name of the set comes from.
#[test]
fn the_documented_rate_limits_have_a_name() {
    let limits = |config: Config| {
        [
            config.rate_limit_session,
            config.rate_limit_session_read,
            config.rate_limit_read,
            config.rate_limit_write,
        ]
    };
    let default = load(ServeArgs::default(), &[]).map(limits).expect("limits");
    assert_eq!(default[1], limit("20/s,36000/h"));
    let vendor = from_file("rate-limits = \"vendor\"").map(limits);
    let documented = ["2/s,1000/h", "2/s,1000/h", "2/s,1000/h", "1/s,400/h"].map(limit);
    assert_eq!(vendor, Ok(documented));
    let file = file("rate-limit-session-read = \"5/s\"\n");
    let args = ServeArgs {
        rate_limits: Some("vendor".into()),
        ..with_file(&file)
    };
    let mixed = load(args, &[("KEYWARD_RATE_LIMIT_WRITE", "off")]).map(limits);
    let expected = ["2/s,1000/h", "5/s", "2/s,1000/h", "off"].map(limit);
    assert_eq!(mixed.expect("limits"), expected);
    let refused = from_environment(&[("KEYWARD_RATE_LIMITS", "zscaler")]).expect_err("refused");
    assert!(refused.ends_with("it must be default or vendor"), "{refused}");
}
