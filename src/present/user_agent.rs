//! What a client calls itself, in words.

use crate::text;

/// Name and system of a browser, or else what the client says.
pub fn words(user_agent: Option<&str>) -> String {
    let Some(said) = user_agent else {
        return text::user_agent::unnamed_client().to_owned();
    };
    // Each of these also says that it is those after it.
    let browsers = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| said.contains(mark)).map(|it| it.1);
    match (said.starts_with("Mozilla/"), find(&browsers), find(&systems)) {
        (true, Some(browser), Some(system)) => text::user_agent::browser(browser, system),
        _ => said.to_owned(),
    }
}
