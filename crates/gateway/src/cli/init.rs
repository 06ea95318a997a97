//! `keyward init`

use std::io::{self, Read as _};

use keyward_contract::{check_cloud, check_organization_name};
use zeroize::Zeroizing;

use super::{CommandError, Data, shown::quoted};
use crate::{
    app::StartError,
    config::{self, DataArgs, DataConfig},
    credentials::{
        password::{Asker, Passwords},
        password_policy,
    },
    domain::operator::{self, NewOrganization},
    names,
    store::{installation, organizations},
    text::{NotUtf8, utf8},
};

/// Arguments of `keyward init`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Name of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// Its cloud: a DNS name such as cloud.example
    #[arg(long, value_name = "CLOUD")]
    cloud: String,
    /// User name of its first admin
    #[arg(long, value_name = "LOGIN")]
    admin: String,
    /// Read the admin's password from standard input. A line feed at its end is ignored
    #[arg(long, required = true)]
    password_stdin: bool,
}

pub(super) async fn run(args: Args) -> Result<(), CommandError> {
    let wrong = |flag: &str, error: &dyn std::fmt::Display| CommandError::Refused(format!("{flag}: {error}"));
    let organization = names::name(&args.organization);
    check_organization_name(&organization).map_err(|error| wrong("--organization", &error))?;
    check_cloud(&args.cloud).map_err(|error| wrong("--cloud", &error))?;
    let admin = names::login(&args.admin).map_err(|error| wrong("--admin", &error))?;
    let password = read_password().map_err(|error| wrong("--password-stdin", &error))?;
    let min = config::password_min_length_of(args.data.clone())?;
    password_policy::check(&password, min.into(), &admin, &[&organization])
        .map_err(|error| wrong("the password", &error))?;

    let data = Data::open_or_create(&DataConfig::load(args.data)?).await?;
    let hash = Passwords::new()
        .map_err(StartError::from)?
        .hash(&password, Asker::operator())
        .await
        .map_err(StartError::from)?;
    let mut transaction = data.store.write().await?;
    if organizations::count(&mut transaction).await? > 0 {
        return Err(CommandError::Refused(
            "this installation is already set up. Nothing was changed.".into(),
        ));
    }
    let new = NewOrganization {
        name: &organization,
        cloud: &args.cloud,
        admin: &admin,
        password_hash: &hash,
    };
    operator::create_organization(&mut transaction, &data.secrets, &new, data.clock.now()).await?;
    installation::set_setup_token(&mut transaction, None).await?;
    data.commit(transaction).await?;
    println!(
        "Organization {} is set up and has a key. Sign in as {}.",
        quoted(&organization),
        quoted(&admin)
    );
    Ok(())
}

pub(super) fn read_password() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new(Vec::new());
    // Longer than any password; the policy rejects anything longer.
    io::stdin().lock().take(4096).read_to_end(&mut bytes)?;
    let not_text = |error: NotUtf8| io::Error::new(io::ErrorKind::InvalidData, format!("it's {error}"));
    let password = utf8(&bytes).map_err(not_text)?;
    let trimmed = password
        .strip_suffix('\n')
        .map_or(password, |line| line.strip_suffix('\r').unwrap_or(line));
    Ok(Zeroizing::new(trimmed.to_owned()))
}
