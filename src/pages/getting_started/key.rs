//! Signing in with the key.

use keyward_contract::{Organization, Refusal, Subscription};
use leptos::prelude::*;

use super::{names, part, shown, snippet, snippets, try_it::TryIt};
use crate::{
    pages::shared::context::Context,
    reactive::{memo, reactive},
    state::GettingStarted,
    text,
    ui::{
        banner::{Tone, notice},
        base_url::BaseUrl,
    },
};

/// The path that ends the base URL, which the SDK adds itself.
const API: &str = "/api/v1";

#[component]
pub(super) fn Key() -> AnyView {
    let url = base_url();
    let content = view! {
        {reactive(why_not)}
        <BaseUrl url=url />
        {names(&[
            ("KEYWARD_API_KEY", text::getting_started::the_key().to_owned()),
            ("KEYWARD_PASSWORD", text::getting_started::the_password().to_owned()),
        ])}
        {snippets(snippet::KEY, panel)}
        <TryIt />
    };
    part(
        "start-key",
        text::getting_started::key_title(),
        text::getting_started::key_text(),
        content.into_any(),
    )
}

fn base_url() -> Memo<Option<String>> {
    let organization = expect_context::<GettingStarted>().organization;
    memo(move || organization.with(|it| Some(it.ready()?.base_urls.cloud_service_api.clone())))
}

fn panel(place: usize) -> AnyView {
    let (session, url) = (Context::get().session, base_url());
    let code = move || {
        let (url, user) = (url.get()?, session.admin_name()?);
        let host = url.strip_suffix(API).unwrap_or(&url);
        let values = [
            ("@BASE_URL@", url.as_str()),
            ("@HOST_URL@", host),
            ("@USERNAME@", &user),
        ];
        Some(shown(snippet::KEY.get(place)?, &values))
    };
    reactive(code)
}

/// Why a sign-in would fail now, as far as the page knows.
fn why_not() -> Option<AnyView> {
    let store = expect_context::<GettingStarted>();
    let session = Context::get().session;
    let access = session.access(store.org)?;
    let refused = |it: &Organization| match (it.subscription, it.capabilities.regenerate) {
        (Subscription::Expired, _) => Some((
            text::common::subscription_expired(),
            text::getting_started::expired_text(),
        )),
        (_, Some(Refusal::ApiKeyDisabled)) => Some((text::api_key::disabled_title(), text::api_key::disabled_text())),
        _ if !access.permissions.api_access => Some((
            text::getting_started::no_api_access_title(),
            text::getting_started::no_api_access_text(),
        )),
        _ => None,
    };
    let (title, what) = store.organization.with(|it| it.ready().and_then(refused))?;
    Some(notice(Tone::Warning, false, title, what))
}
