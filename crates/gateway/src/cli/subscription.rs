//! `keyward subscription`

use keyward_contract::Subscription;

use super::{CommandError, Data, shown::quoted};
use crate::{config::DataArgs, domain::operator};

/// Arguments of `keyward subscription`.
#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: DataArgs,
    /// Name or identifier of the organization
    #[arg(long, value_name = "NAME")]
    organization: String,
    /// New state. Without an active subscription, the key is rejected and all API sessions end immediately
    #[arg(long)]
    state: State,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum State {
    /// The API can be used. An organization's first subscription comes with its first key
    Active,
    /// The key is rejected and can't be changed until renewal
    Expired,
    /// No subscription
    None,
}

pub(super) async fn run(args: Args) -> Result<(), CommandError> {
    let subscription = match args.state {
        State::Active => Subscription::Active,
        State::Expired => Subscription::Expired,
        State::None => Subscription::None,
    };
    let data = Data::open(args.data).await?;
    let (mut transaction, organization) = data.holding(&args.organization).await?;
    operator::set_subscription(
        &mut transaction,
        &data.secrets,
        &organization,
        subscription,
        data.clock.now(),
    )
    .await?;
    data.commit(transaction).await?;
    let state = crate::store::organizations::subscription_text(subscription);
    println!("Subscription of {}: {state}.", quoted(&organization.name));
    Ok(())
}
