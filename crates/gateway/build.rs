//! A release build holds the built portal, and so is out of date when that changes. A debug build reads it from its
//! folder.

#[expect(clippy::disallowed_methods, reason = "what Cargo tells a build script is no setting")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
