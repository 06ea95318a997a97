//! The development chores of Keyward. `cargo xtask` lists them.

#![expect(
    clippy::disallowed_methods,
    reason = "a developer tool has no `config`: it reads PATH, HOME and the like"
)]

mod advisories;
mod attack;
mod bench;
mod browser_tests;
mod check;
mod debian;
mod demo;
mod dev;
mod dist;
mod gateway;
mod licences;
mod portal;
mod python;
mod root;
mod run;
mod start;
mod tally;
mod test;
mod texts;
mod tidy;
mod tools;
mod workspace;

use std::{env, process::ExitCode};

use anyhow::Result;

struct Chore {
    name: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const CHORES: &[Chore] = &[
    Chore {
        name: "start",
        help: "install missing tools, build for release, serve with data in data/",
        run: start::start,
    },
    Chore {
        name: "dev",
        help: "serve, also in a page that embeds the portal; rebuild and restart on change",
        run: dev::dev,
    },
    Chore {
        name: "test",
        help: "every check and test, as CI does",
        run: test::test,
    },
    Chore {
        name: "check",
        help: "format, lints, licences, documentation, project rules",
        run: check::check,
    },
    Chore {
        name: "bench",
        help: "measure sizes, load times, requests per second, memory, or some of them: bench pages upstream",
        run: bench::bench,
    },
    Chore {
        name: "attack",
        help: "run an attack against a release build, and check its limits",
        run: attack::attack,
    },
    Chore {
        name: "dist",
        help: "build a release folder: binary, portal, licences",
        run: dist::dist,
    },
    Chore {
        name: "portal",
        help: "build the portal into dist/",
        run: |_| portal::build().map(drop),
    },
    Chore {
        name: "pseudo",
        help: "copy the built portal with a language that shows what is not in the catalogue",
        run: |_| portal::pseudo().map(drop),
    },
    Chore {
        name: "tools",
        help: "install Trunk, wasm-bindgen, wasm-opt and cargo-deny",
        run: |_| tools::all().map(drop),
    },
    Chore {
        name: "finish-portal",
        help: "called by Trunk at the end of its build",
        run: portal::finish_chore,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        print!("{}", usage());
        return ExitCode::SUCCESS;
    };
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        eprint!("No chore `{name}`.\n\n{}", usage());
        return ExitCode::from(2);
    };
    match (chore.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> String {
    let lines = CHORES
        .iter()
        .map(|Chore { name, help, .. }| format!("  cargo xtask {name:<14} {help}\n"));
    format!("Keyward's chores:\n\n{}", lines.collect::<String>())
}
