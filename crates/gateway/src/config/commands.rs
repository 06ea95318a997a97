//! Settings of `keyward serve` that other commands read.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use keyward_contract::PASSWORD_MIN;

use super::{
    Config, ConfigError, DataArgs, PublicUrl, ServeArgs, Sources, address, environment, tls,
    values::{hsts_max_age, password_min_length, path},
};

/// What the portal's files have in common wherever they are served from.
pub struct PortalConfig {
    /// As [`Config::portal`].
    pub portal: Option<PathBuf>,
    /// As [`Config::public_url`], where it is set.
    pub public_url: Option<PublicUrl>,
    /// As [`Config::frame_ancestors`].
    pub frame_ancestors: Vec<String>,
    /// As [`Config::hsts_max_age`].
    pub hsts_max_age: Duration,
}

impl PortalConfig {
    /// The same settings as of `keyward serve`. `args` may have these alone, and the file that has others.
    ///
    /// # Errors
    /// As [`Config::load`], for the settings that it takes.
    pub fn load(args: ServeArgs) -> Result<Self, ConfigError> {
        let sources = Sources::read(args.into_flags(), environment())?;
        let defaults = Config::for_data(Path::new("data"));
        Ok(Self {
            portal: sources.value("portal", path)?,
            public_url: sources.value("public-url", str::parse)?,
            frame_ancestors: sources.value("frame-ancestors", address::origins)?.unwrap_or_default(),
            hsts_max_age: sources
                .value("hsts-max-age", hsts_max_age)?
                .unwrap_or(defaults.hsts_max_age),
        })
    }
}

/// The portal's address as `keyward serve` derives it from the same settings, for commands that print a link.
///
/// # Errors
/// As [`Config::load`], for the settings that it takes.
pub fn portal_address(args: DataArgs, public_url: Option<String>) -> Result<PublicUrl, ConfigError> {
    let mut flags = args.into_flags();
    flags.values.extend(public_url.map(|url| ("public-url", url)));
    let sources = Sources::read(flags, environment())?;
    if let Some(url) = sources.value("public-url", str::parse)? {
        return Ok(url);
    }
    let listen = sources.value("listen", address::socket)?;
    let listen = listen.unwrap_or(Config::for_data(Path::new("data")).listen);
    Ok(PublicUrl::of_listener(listen, tls(&sources)?.is_some()))
}

/// The minimum length of a new password by the same settings as of `keyward serve`, for commands that set one.
///
/// # Errors
/// As [`Config::load`], for the setting that it takes.
pub fn password_min_length_of(args: DataArgs) -> Result<u8, ConfigError> {
    let sources = Sources::read(args.into_flags(), environment())?;
    let length = sources.value("password-min-length", password_min_length)?;
    Ok(length.unwrap_or(PASSWORD_MIN))
}
