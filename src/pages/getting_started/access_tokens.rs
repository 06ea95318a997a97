//! Calling with an access token of the enabled authorization server.

use leptos::prelude::*;

use super::{names, part, shown, snippet, snippets, waiting, way};
use crate::{
    pages::shared::message::FailedLoad,
    reactive::{memo, reactive},
    routes::Route,
    state::{GettingStarted, Load},
    text,
};

/// What there is to call with.
#[derive(Clone, PartialEq, Eq)]
enum Means {
    NoServer,
    NoRole,
    /// The name of the server.
    Server(String),
}

#[component]
pub(super) fn AccessTokens() -> AnyView {
    let store = expect_context::<GettingStarted>();
    let means = memo(move || {
        let (servers, roles) = (store.servers.get(), store.roles.get());
        match (servers, roles) {
            (Load::Failed(error), _) | (_, Load::Failed(error)) => Load::Failed(error),
            (Load::Ready(servers), Load::Ready(roles)) => {
                let enabled = servers.servers.into_iter().find(|it| it.settings.enabled);
                Load::Ready(match enabled {
                    None => Means::NoServer,
                    Some(_) if roles.roles.is_empty() => Means::NoRole,
                    Some(server) => Means::Server(server.settings.name),
                })
            }
            _ => Load::Loading,
        }
    });
    let content = move || {
        let to = || Route::OauthServers(store.org);
        match means.get() {
            Load::Loading => waiting(),
            Load::Failed(error) => view! { <FailedLoad error=error on_retry=move |()| store.reload() /> }.into_any(),
            Load::Ready(Means::NoServer) => way(to(), text::getting_started::no_server),
            Load::Ready(Means::NoRole) => way(to(), text::getting_started::no_api_role),
            Load::Ready(Means::Server(name)) => with(&name),
        }
    };
    part(
        "start-tokens",
        text::getting_started::tokens_title(),
        text::getting_started::tokens_text(),
        reactive(content),
    )
}

fn with(server: &str) -> AnyView {
    view! {
        {names(&[
            ("KEYWARD_TOKEN_URL", text::getting_started::token_url(server)),
            ("KEYWARD_CLIENT_ID", text::getting_started::client_id().to_owned()),
            ("KEYWARD_CLIENT_SECRET", text::getting_started::client_secret().to_owned()),
            ("KEYWARD_SERVICE_URL", text::getting_started::service_url().to_owned()),
        ])}
        {snippets(snippet::TOKEN, panel)}
    }
    .into_any()
}

fn panel(place: usize) -> AnyView {
    let roles = expect_context::<GettingStarted>().roles;
    let scope = memo(move || roles.with(|it| Some(it.ready()?.roles.first()?.scope.clone())));
    reactive(move || Some(shown(snippet::TOKEN.get(place)?, &[("@SCOPE@", &scope.get()?)])))
}
