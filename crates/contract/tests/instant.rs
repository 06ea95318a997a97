//! Instants are RFC 3339, and nothing else.

use keyward_contract::LastChange;

fn last_change(instant: &str) -> Result<LastChange, serde_json::Error> {
    let text = format!(r#"{{"lastModifiedBy":{{"id":1,"name":"alice"}},"lastModifiedOn":"{instant}","version":1}}"#);
    serde_json::from_str(&text)
}

#[test]
fn times_survive_a_round_trip() {
    let change = last_change("2026-11-23T06:38:43.123Z").ok();
    let written = change.as_ref().and_then(|change| serde_json::to_string(change).ok());
    assert!(written.is_some_and(|text| text.contains("\"2026-11-23T06:38:43.123Z\"")));
    let elsewhere = last_change("2026-11-23T08:38:43.123+02:00").ok();
    assert_eq!(elsewhere, change);
}

#[test]
fn only_rfc_3339_times_are_read() {
    for text in [
        "",
        "yesterday",
        "2026-11-23",
        "2026-11-23T06:38:43",
        "2026-13-23T06:38:43Z",
    ] {
        assert!(last_change(text).is_err(), "{text}");
    }
}
