//! `keyward portal`

mod folder;
mod hosts;
mod site;

use std::{fs, path::PathBuf};

use self::{
    folder::{Export, Written},
    hosts::Host,
    site::Site,
};
use super::CommandError;
use crate::{
    config::{PortalConfig, PublicUrl, ServeArgs},
    edge::portal::{Place, built},
};

#[derive(clap::Subcommand)]
pub(super) enum Command {
    /// Write the portal's files for a path of a web host, with the configurations of hosts
    Export(Box<ExportArgs>),
}

const AFTER_HELP: &str = "The folder gets site/, to be served from the root of the host, and hosts/, with a configuration for nginx, \
Caddy, Apache, Netlify, Cloudflare Pages and CloudFront each. Settings that the gateway has, too, also come from its configuration \
file and from the environment, as in keyward serve --help. docs/static-hosting.md says more.";

#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub(super) struct ExportArgs {
    /// Configuration file of the gateway (TOML)
    #[arg(long, value_name = "FILE")]
    config: Option<String>,
    /// Folder to write to: a new or empty one, or that of an earlier export
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Path that the portal is served below, such as /tools/keys/ [default: that of --public-url]
    #[arg(long, value_name = "PATH")]
    base_path: Option<String>,
    /// Path on the same origin that has the gateway's /api, such as /keyward/ [default: that of --base-path]
    #[arg(long, value_name = "PATH")]
    api_base: Option<String>,
    /// Address where the host reaches the gateway, without a path, for the configurations
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    gateway: PublicUrl,
    /// Keep the files of the build before that pages which are still open may ask for
    #[arg(long)]
    keep_previous: bool,
    /// Public address of the portal, including its base path [default: none]
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Origins that may show the portal in a frame [default: none]
    #[arg(long, value_name = "ORIGIN,…")]
    frame_ancestors: Option<String>,
    /// How long browsers use only HTTPS for this host, when --public-url is an https address [default: 365d]
    #[arg(long, value_name = "TIME")]
    hsts_max_age: Option<String>,
    /// Folder with the built portal [default: the portal embedded in this program]
    #[arg(long, value_name = "DIR")]
    portal: Option<String>,
}

pub(super) fn run(command: Command) -> Result<(), CommandError> {
    match command {
        Command::Export(args) => export(*args),
    }
}

fn export(args: ExportArgs) -> Result<(), CommandError> {
    if !args.gateway.path().is_empty() {
        return Err(CommandError::Refused(format!(
            "--gateway {}: it must have no path, such as http://127.0.0.1:8080. The gateway's /api is at the root of that address.",
            args.gateway
        )));
    }
    let settings = PortalConfig::load(ServeArgs {
        config: args.config,
        portal: args.portal,
        public_url: args.public_url,
        frame_ancestors: args.frame_ancestors,
        hsts_max_age: args.hsts_max_age,
        ..ServeArgs::default()
    })?;
    let base_path = match args.base_path {
        Some(path) => path_of("--base-path", &path)?,
        None => settings
            .public_url
            .as_ref()
            .map_or_else(String::new, |url| url.path().to_owned()),
    };
    let api_path = match args.api_base {
        Some(path) => path_of("--api-base", &path)?,
        None => base_path.clone(),
    };
    let files = built(settings.portal.as_deref()).map_err(|error| {
        CommandError::Refused(format!(
            "can't read the portal in {}: {error}",
            settings.portal.clone().unwrap_or_default().display()
        ))
    })?;
    let place = Place {
        base_path,
        api_path,
        frame_ancestors: settings.frame_ancestors.clone(),
    };
    let site = Site::new(files, &place)?;
    let export = Export::open(&args.to)?;
    let kept = export.kept(&site, args.keep_previous);
    let host = Host {
        place: &place,
        gateway: args.gateway,
        folder: fs::canonicalize(&args.to)
            .map_err(|error| folder::failed(&args.to, &error))?
            .join(folder::SITE),
        headers: hosts::headers(&settings),
        site: &site,
        kept: &kept,
    };
    let build = site.build.clone();
    let Written { files, removed } = export.write(&site, hosts::configurations(&host)?, kept)?;
    println!(
        "Portal build {build} for {}/ written to {}: {files} files, {removed} removed.",
        place.base_path,
        args.to.display()
    );
    Ok(())
}

/// A path on the portal's own origin, without the slash at its end.
fn path_of(flag: &str, path: &str) -> Result<String, CommandError> {
    if path.contains("://") || path.starts_with("//") {
        return Err(CommandError::Refused(format!(
            "{flag} {path}: it must be a path, such as /keyward/. Portal and API have to be on the same origin: the session cookie \
             and the Content-Security-Policy allow no other. Let the host pass the path on to the gateway."
        )));
    }
    if !path.starts_with('/') {
        return Err(CommandError::Refused(format!(
            "{flag} {path}: it must begin with a slash, such as /keyward/"
        )));
    }
    // The rules for a path are those of the public address.
    let url: Result<PublicUrl, _> = format!("https://host{path}").parse();
    match url {
        Ok(url) => Ok(url.path().to_owned()),
        Err(reason) => Err(CommandError::Refused(format!("{flag} {path}: {reason}"))),
    }
}
