//! wrk and its reports.

use anyhow::{Context as _, Result, ensure};

use crate::run::{command, output};

/// How long each run takes.
pub(super) const SECONDS: u32 = 4;

/// Of one run, or medians of several.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rate {
    pub(super) per_second: f64,
    pub(super) p99_milliseconds: f64,
}

/// Runs it on one address, where every answer must be a success.
pub(super) fn wrk(flags: &[&str], url: &str) -> Result<Rate> {
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
pub(super) fn median(rates: impl Iterator<Item = Rate>) -> Rate {
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
