//! `keyward password-sign-in`

use keyward_contract::{AuditAction, AuditSubCategory};
use serde_json::json;

use super::{
    CommandError, Data,
    init::read_password,
    shown::{quoted, visible},
};
use crate::{
    app::StartError,
    audit::Event,
    config::{self, DataArgs},
    credentials::{
        password::{Asker, Passwords},
        password_policy,
    },
    store::{
        StoreError, WriteTransaction,
        audit::audit_log,
        people::{admins, members, password_sign_in, service_passwords, sso},
        sessions::account_sessions,
    },
};

/// Arguments of `keyward password-sign-in`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Turn password sign-in on or off, for the portal and the API
    #[arg(long)]
    state: Option<State>,
    /// Let this admin open API sessions with a password even while password sign-in is off. Can be repeated
    #[arg(long, value_name = "LOGIN")]
    service_account: Vec<String>,
    /// No longer let this admin do so. Can be repeated
    #[arg(long, value_name = "LOGIN")]
    no_service_account: Vec<String>,
    /// Read a new password for the service account from standard input. A line feed at its end is ignored
    #[arg(long, requires = "service_account")]
    password_stdin: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum State {
    /// Admins can sign in with a password
    On,
    /// Admins sign in at an identity provider. Sessions opened with a password end
    Off,
}

pub(super) async fn run(args: Args) -> Result<(), CommandError> {
    let password = match (args.password_stdin, args.service_account.as_slice()) {
        (false, _) => None,
        (true, [login]) => Some(hashed(args.data.clone(), login).await?),
        (true, _) => return Err(refused("--password-stdin needs exactly one --service-account")),
    };
    let data = Data::open(args.data).await?;
    let mut transaction = data.store.write().await?;
    for (logins, on) in [(&args.service_account, true), (&args.no_service_account, false)] {
        for login in logins {
            set_service(&data, &mut transaction, (login, on), password.as_deref()).await?;
        }
    }
    if let Some(state) = args.state {
        set_state(&data, &mut transaction, state == State::On).await?;
    }
    let is_on = password_sign_in::is_on(&mut transaction).await?;
    let services = service_passwords::list(&mut transaction).await?;
    data.commit(transaction).await?;
    match is_on {
        true => println!("Password sign-in is on."),
        false => println!("Password sign-in is off."),
    }
    for name in services {
        println!("Service account\t{}", visible(&name));
    }
    Ok(())
}

fn refused(text: &str) -> CommandError {
    CommandError::Refused(text.to_owned())
}

async fn hashed(data: DataArgs, login: &str) -> Result<String, CommandError> {
    let wrong = |error: &dyn std::fmt::Display| refused(&format!("--password-stdin: {error}"));
    let password = read_password().map_err(|error| wrong(&error))?;
    let min = config::password_min_length_of(data)?;
    password_policy::check(&password, min.into(), login, &[]).map_err(|error| wrong(&error))?;
    let passwords = Passwords::new().map_err(StartError::from)?;
    let hash = passwords.hash(&password, Asker::operator()).await;
    Ok(hash.map_err(StartError::from)?)
}

async fn set_state(data: &Data, transaction: &mut WriteTransaction, is_on: bool) -> Result<(), CommandError> {
    if !is_on && !sso::has_super_admin(transaction).await? {
        return Err(refused(
            "no Super Admin has signed in at an identity provider yet, so no one could manage the installation. Nothing \
             was changed. See: keyward sso",
        ));
    }
    let was_on = password_sign_in::is_on(transaction).await?;
    let ended = password_sign_in::set(transaction, is_on).await?;
    if was_on != is_on {
        let (resource, now) = ("Sign-in with a password", data.clock.now());
        let mut event = Event::of_operator(AuditAction::Update, AuditSubCategory::Installation, resource, now);
        event.before = Some(json!({ "enabled": was_on }));
        event.after = Some(json!({ "enabled": is_on, "sessionsEnded": ended }));
        audit_log::insert(transaction, &data.secrets, &event).await?;
    }
    if !is_on {
        println!("Sessions ended: {ended}.");
    }
    Ok(())
}

/// Written to the audit log of each organization that the admin belongs to.
async fn set_service(
    data: &Data,
    transaction: &mut WriteTransaction,
    (login, on): (&str, bool),
    password: Option<&str>,
) -> Result<(), CommandError> {
    let Some((admin, hash)) = admins::find_by_login(transaction, login).await? else {
        return Err(refused(&format!("no admin {}. See: keyward admin list", quoted(login))));
    };
    if on && password.is_none() && hash.is_none() {
        return Err(refused(&format!(
            "{} has no password. Nothing was changed. Set one with --password-stdin.",
            quoted(login)
        )));
    }
    if let Some(hash) = password {
        admins::set_password(transaction, admin.id, hash).await?;
        account_sessions::end_by_password(transaction, admin.id).await?;
    }
    service_passwords::set(transaction, admin.id, on).await?;
    let mut event = Event::of_operator(
        AuditAction::Update,
        AuditSubCategory::Administrator,
        &admin.name,
        data.clock.now(),
    );
    event.after = Some(match password {
        Some(_) => json!({ "serviceAccount": on, "password": "changed" }),
        None => json!({ "serviceAccount": on }),
    });
    let organizations = members::organizations_of(transaction, admin.id).await?;
    let organizations = organizations.into_iter().map(Some);
    // An admin who is only invited has no organization: the row is the installation's.
    let organizations: Vec<_> = if organizations.len() == 0 {
        vec![None]
    } else {
        organizations.collect()
    };
    for organization in organizations {
        event.organization = organization;
        let written = audit_log::insert(transaction, &data.secrets, &event).await;
        written.map_err(|error: StoreError| CommandError::from(error))?;
    }
    Ok(())
}
