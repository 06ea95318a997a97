//! Requests per second and 99th percentile, measured with wrk on one machine.

use std::{fs, path::Path};

use anyhow::{Context as _, Result};

use super::{
    http::Connection,
    instance::Instance,
    nginx::Nginx,
    pages::Pages,
    wrk::{Rate, SECONDS, median, wrk},
};
use crate::portal;

const ROUNDS: usize = 3;

/// Medians of the rounds.
pub(super) struct Load {
    file: String,
    keyward: Rate,
    nginx: Rate,
    verify: Rate,
    nothing: Rate,
    api_key: Rate,
    sign_in: Rate,
}

impl Load {
    pub(super) fn measure(gateway: &Instance, dist: &Path, folder: &Path, pages: &Pages) -> Result<Self> {
        let file = portal::first_load(dist)?
            .into_iter()
            .map(|asset| asset.name)
            .find(|name| name.ends_with(".css"))
            .context("the portal has no style sheet")?;
        let nginx = Nginx::start(dist, folder)?;
        let sign_in = folder.join("sign-in.lua");
        fs::write(&sign_in, sign_in_script(&pages.sign_in))?;
        let sign_in = sign_in.to_str().context("the target folder's name is no text")?;
        let cookie = format!("Cookie: {}", pages.cookie);
        let session = format!("Cookie: {}", open_session(gateway, pages)?);

        // nginx knows gzip alone, so both send the gzip file.
        let gzip = ["--connections", "32", "--header", "Accept-Encoding: gzip"];
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push([
                wrk(&gzip, &format!("{}/{file}", gateway.url))?,
                wrk(&gzip, &format!("{}/{file}", nginx.url))?,
                wrk(
                    &["--connections", "32", "--header", &session],
                    &format!("{}/verify", gateway.url),
                )?,
                wrk(
                    &["--connections", "32", "--header", &session],
                    &format!("{}/204", nginx.url),
                )?,
                wrk(
                    &["--connections", "32", "--header", &cookie],
                    &format!("{}{}", gateway.url, pages.api_key_path),
                )?,
                wrk(
                    &["--connections", "8", "--script", sign_in],
                    &format!("{}/api/v1/authenticatedSession", gateway.url),
                )?,
            ]);
        }
        let [keyward, nginx, verify, nothing, api_key, sign_in] =
            [0, 1, 2, 3, 4, 5].map(|at| median(rounds.iter().map(|round| round[at])));
        Ok(Self {
            file,
            keyward,
            nginx,
            verify,
            nothing,
            api_key,
            sign_in,
        })
    }

    pub(super) fn print(&self) {
        println!(
            "\nUnder load: wrk, 1 thread, 32 connections (8 to sign in), medians of {ROUNDS} rounds of {SECONDS} s"
        );
        println!("{:<44} {:>12} {:>10}", "", "requests/s", "p99 in ms");
        let row = |name: &str, rate: Rate| {
            println!("{name:<44} {:>12.0} {:>10.2}", rate.per_second, rate.p99_milliseconds);
        };
        let ratio = |ours: Rate, theirs: Rate| {
            println!("ratio {:.2}   aim: at least 0.5", ours.per_second / theirs.per_second);
        };
        row(&format!("{} (gzip)", self.file), self.keyward);
        row("the same from nginx", self.nginx);
        ratio(self.keyward, self.nginx);
        row("GET /verify", self.verify);
        row("return 204 from nginx", self.nothing);
        ratio(self.verify, self.nothing);
        row("GET api-key", self.api_key);
        row("POST authenticatedSession (argon2id)", self.sign_in);
    }
}

/// Opens a session of the cloud service API and returns its cookie.
pub(super) fn open_session(gateway: &Instance, pages: &Pages) -> Result<String> {
    let headers = ["Content-Type: application/json"];
    let answer = Connection::open(&gateway.url)?.post("/api/v1/authenticatedSession", &headers, &pages.sign_in)?;
    answer.cookie.context("no session was opened")
}

/// A script of wrk that signs in again and again.
fn sign_in_script(body: &str) -> String {
    format!("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[{body}]==]\n")
}
