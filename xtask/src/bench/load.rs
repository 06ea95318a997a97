//! Requests a second and the slowest of a hundred, measured with wrk, on this machine alone.

use std::{
    fs,
    net::TcpListener,
    path::Path,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use super::{instance::Instance, pages::Pages};
use crate::{
    portal,
    run::{command, on_path, output},
};

const ROUNDS: usize = 3;
const SECONDS: u32 = 4;

/// Medians of the rounds.
pub(super) struct Load {
    file: String,
    keyward: Rate,
    nginx: Rate,
    api_key: Rate,
    sign_in: Rate,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Rate {
    per_second: f64,
    p99_milliseconds: f64,
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

        // nginx knows gzip alone, so both send the gzip file.
        let gzip = ["--connections", "32", "--header", "Accept-Encoding: gzip"];
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            rounds.push([
                wrk(&gzip, &format!("{}/{file}", gateway.url))?,
                wrk(&gzip, &format!("{}/{file}", nginx.url))?,
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
        let [keyward, nginx, api_key, sign_in] = [0, 1, 2, 3].map(|at| median(rounds.iter().map(|round| round[at])));
        Ok(Self {
            file,
            keyward,
            nginx,
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
        row(&format!("{} (gzip)", self.file), self.keyward);
        row("the same from nginx", self.nginx);
        println!(
            "ratio {:.2}   aim: at least 0.5",
            self.keyward.per_second / self.nginx.per_second
        );
        row("GET api-key", self.api_key);
        row("POST authenticatedSession (argon2id)", self.sign_in);
    }
}

/// A script of wrk that signs in again and again.
fn sign_in_script(body: &str) -> String {
    format!("wrk.method = 'POST'\nwrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[{body}]==]\n")
}

fn wrk(flags: &[&str], url: &str) -> Result<Rate> {
    let duration = format!("{SECONDS}s");
    let common = [
        "--threads",
        "1",
        "--latency",
        "--timeout",
        "10s",
        "--duration",
        &duration,
    ];
    let report = output(command("wrk").args(common).args(flags).arg(url))?;
    ensure!(!report.contains("Non-2xx"), "not every answer was a success:\n{report}");
    parse(&report).with_context(|| format!("wrk reports something else:\n{report}"))
}

fn parse(report: &str) -> Option<Rate> {
    let after = |label: &str| {
        report
            .lines()
            .find_map(|line| line.trim().strip_prefix(label))
            .map(str::trim)
    };
    Some(Rate {
        per_second: after("Requests/sec:")?.parse().ok()?,
        p99_milliseconds: milliseconds(after("99%")?)?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    // "ms" and "us" end with "s" too.
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse::<f64>().ok().map(|number| number * factor);
        }
    }
    None
}

/// Of an odd number of rounds, each figure for itself.
fn median(rates: impl Iterator<Item = Rate>) -> Rate {
    let rates: Vec<Rate> = rates.collect();
    let middle = |figure: fn(&Rate) -> f64| {
        let mut figures: Vec<f64> = rates.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    Rate {
        per_second: middle(|rate| rate.per_second),
        p99_milliseconds: middle(|rate| rate.p99_milliseconds),
    }
}

/// The yardstick for static files.
struct Nginx {
    process: Child,
    url: String,
}

impl Nginx {
    fn start(dist: &Path, folder: &Path) -> Result<Self> {
        // nginx can't choose a free port itself.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = folder.join("nginx");
        fs::create_dir_all(&folder)?;
        let config = folder.join("nginx.conf");
        fs::write(&config, nginx_config(&folder, dist, port))?;
        let nginx = on_path("nginx").unwrap_or_else(|| "/usr/sbin/nginx".into());
        let process = command(nginx)
            .arg("-c")
            .arg(&config)
            .stdin(Stdio::null())
            .spawn()
            .context("can't run nginx")?;
        let mut nginx = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        for _ in 0..100 {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(nginx);
            }
            if let Some(status) = nginx.process.try_wait()? {
                bail!("nginx ended with {status}");
            }
            thread::sleep(Duration::from_millis(50));
        }
        bail!("nginx does not listen")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // nginx passes a polite end on to its workers; a kill would leave them behind.
        command("kill").arg(self.process.id().to_string()).status().ok();
        self.process.wait().ok();
    }
}

fn nginx_config(folder: &Path, dist: &Path, port: u16) -> String {
    let (folder, dist) = (folder.display(), dist.display());
    format!(
        "daemon off;
pid {folder}/pid;
error_log stderr error;
worker_processes auto;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    types {{ text/css css; }}
    sendfile on;
    keepalive_requests 1000000;
    server {{
        listen 127.0.0.1:{port};
        root {dist};
        gzip_static on;
    }}
}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_wrk_reports() {
        let report = "  Latency Distribution\n     50%    1.00ms\n     99%  850.00us\n  100 requests in 4.00s\nRequests/sec:  12345.67\n";
        assert_eq!(
            parse(report),
            Some(Rate {
                per_second: 12345.67,
                p99_milliseconds: 0.85
            })
        );
        assert_eq!(milliseconds("1.50s"), Some(1500.0));
    }
}
