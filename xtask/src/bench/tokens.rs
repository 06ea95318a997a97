//! Access tokens at `/verify`, compared with a session and with plain signature checks.

use std::{
    fs::{self, File},
    path::Path,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    instance::Instance,
    wrk::{Rate, SECONDS, median, wrk},
};
use crate::{
    run::{cargo, command, output},
    workspace,
};

const ROUNDS: usize = 3;
const ALGORITHMS: [&str; 2] = ["RS256", "ES256"];

/// Medians of the rounds.
pub(super) struct Tokens {
    /// Requests with a token of each algorithm, and signatures alone on one core.
    admitted: Vec<(Rate, f64)>,
}

impl Tokens {
    pub(super) fn measure(gateway: &Instance, data: &Path, folder: &Path) -> Result<Self> {
        let database = data.join("keyward.db");
        let sql = |statement: &str| output(command("sqlite3").arg(&database).arg(statement));
        let organization = sql("SELECT id FROM organizations ORDER BY created_on LIMIT 1")?;
        let tokens = workspace::root().join("tests/e2e/bench/tokens.mjs");
        let made = output(command("node").arg(tokens).arg(organization.trim()))?;
        let file = folder.join("tokens.json");
        fs::write(&file, &made)?;
        let alone = "bench --quiet --locked --package keyward-gateway --bench signatures";
        let alone: Value = serde_json::from_str(&output(cargo(alone).stdin(File::open(file)?))?)?;
        let made: Value = serde_json::from_str(&made)?;
        sql(&server(organization.trim(), &made["jwks"]))?;
        let mut rates: [Vec<Rate>; 2] = Default::default();
        for _ in 0..ROUNDS {
            for (rates, algorithm) in rates.iter_mut().zip(ALGORITHMS) {
                let token = made["tokens"][algorithm].as_str().context("no token")?;
                let header = format!("Authorization: Bearer {token}");
                let flags = ["--connections", "32", "--header", &header];
                rates.push(wrk(&flags, &format!("{}/verify", gateway.url))?);
            }
        }
        let mut admitted = Vec::new();
        for (rates, algorithm) in rates.into_iter().zip(ALGORITHMS) {
            let alone = alone[algorithm].as_f64().context("no rate")?;
            admitted.push((median(rates.into_iter()), alone));
        }
        Ok(Self { admitted })
    }

    pub(super) fn print(&self) {
        println!(
            "\nGET /verify with an access token: wrk, 1 thread, 32 connections, medians of {ROUNDS} rounds of {SECONDS} s"
        );
        println!(
            "{:<44} {:>12} {:>10} {:>22}",
            "", "requests/s", "p99 in ms", "signature alone, 1 core"
        );
        for (algorithm, (rate, alone)) in ALGORITHMS.iter().zip(&self.admitted) {
            let (per_second, p99) = (rate.per_second, rate.p99_milliseconds);
            println!("{algorithm:<44} {per_second:>12.0} {p99:>10.2} {alone:>22.0}/s");
        }
    }
}

/// An authorization server whose keys were fetched just now, and an API role that allows everything.
fn server(organization: &str, jwks: &Value) -> String {
    format!(
        "INSERT INTO api_roles (id, organization_id, name, folded_name, permission, version)
           VALUES (1, {organization}, 'bench', 'bench', 'full', 1);
         INSERT INTO oauth_servers (id, organization_id, name, folded_name, description, enabled, jwks_uri,
                                    certificate_validation, audience, issuer, client_id, jwks, fetched_on,
                                    last_modified_by_id, last_modified_by_name, last_modified_on, version)
           VALUES (1, {organization}, 'Bench', 'bench', '', 1, 'https://127.0.0.1/1', 1, '', '', '', '{jwks}',
                   unixepoch() * 1000, 0, 'bench', 0, 1)"
    )
}
