//! *Getting started*: how a script makes its first call, with the key, an access token or a Sandbox API token.

mod access_tokens;
mod failures;
mod key;
mod sandbox;
mod snippet;
mod try_it;

use keyward_contract::{OrganizationId, Permission, Refusal, Subscription};
use leptos::prelude::*;

use self::{access_tokens::AccessTokens, failures::Failures, key::Key, sandbox::Sandbox, snippet::Snippet};
use super::shared::{
    context::Context,
    message::{no_subscription, not_available, refused},
    panel::page_heading,
};
use crate::{
    api::ApiError,
    present::title,
    reactive::{memo, reactive},
    routes::Route,
    state::{GettingStarted, Load, SnippetLanguage},
    text,
    ui::{base_url::BaseUrl, code::Code, icon::Icon, skeleton::Bar, tabs::Tabs},
};

/// What there is to show.
#[derive(Clone, PartialEq, Eq)]
enum Face {
    Loading,
    Content,
    NotAvailable,
    NoSubscription,
    /// The key is at an upstream, and so is everything that clients call.
    Elsewhere(String),
    Failed(ApiError),
}

/// The page.
#[component]
pub(crate) fn GettingStartedPage(org: OrganizationId) -> AnyView {
    let context = Context::get();
    let store = GettingStarted::new(org, context.session);
    provide_context(store);
    provide_context(SnippetLanguage::new());
    let face = memo(move || {
        store.organization.with(|it| match it {
            Load::Loading => Face::Loading,
            Load::Failed(error) => Face::Failed(error.clone()),
            Load::Ready(it) if it.permissions.api_key_management == Permission::None => Face::NotAvailable,
            Load::Ready(it) if it.subscription == Subscription::None => Face::NoSubscription,
            Load::Ready(it) if it.api_sign_ins.try_it == Some(Refusal::NotSupported) => {
                Face::Elsewhere(it.base_urls.cloud_service_api.clone())
            }
            Load::Ready(_) => Face::Content,
        })
    });
    let content = move || match face.get() {
        Face::Loading => waiting(),
        Face::Content => view! { <Key /> <Failures /> <AccessTokens /> <Sandbox /> }.into_any(),
        Face::NotAvailable => not_available(text::common::api_key_management()),
        Face::NoSubscription => no_subscription(Icon::Key, text::api_key::no_subscription()),
        Face::Elsewhere(url) => elsewhere(url),
        Face::Failed(error) => refused(error, text::common::api_key_management(), move || store.reload()),
    };
    let back = Signal::derive(move || context.navigator.href(Route::ApiKey(org)));
    view! {
        <div class="page">
            <p class="crumbs"><a href=back>{text::frame::crumbs()}</a></p>
            <header class="page-head">{page_heading(text::frame::getting_started())}</header>
            {reactive(content)}
        </div>
    }
    .into_any()
}

fn elsewhere(url: String) -> AnyView {
    view! {
        <p>{text::getting_started::elsewhere()}</p>
        <BaseUrl url=Signal::stored(Some(url)) />
    }
    .into_any()
}

fn waiting() -> AnyView {
    view! { <p aria-busy="true"><Bar width="w20" /></p> }.into_any()
}

/// A part of the page.
fn part(id: &'static str, title: &'static str, intro: &'static str, content: AnyView) -> AnyView {
    view! {
        <section class="start-part" aria-labelledby=id>
            <h2 id=id>{title}</h2>
            <p>{intro}</p>
            {content}
        </section>
    }
    .into_any()
}

/// Environment variables that snippets read, and what goes there.
fn names(list: &[(&'static str, String)]) -> AnyView {
    let name = |(name, what): &(&'static str, String)| {
        view! { <dt><code translate="no">{*name}</code></dt><dd>{what.clone()}</dd> }.into_any()
    };
    let list: Vec<AnyView> = list.iter().map(name).collect();
    view! { <p>{text::getting_started::environment()}</p> <dl class="start-names">{list}</dl> }.into_any()
}

/// The snippets in the language that was chosen last. The panel of the tabs is drawn with `panel`.
fn snippets(list: &'static [Snippet], panel: fn(usize) -> AnyView) -> AnyView {
    let language = expect_context::<SnippetLanguage>();
    let names: Vec<&'static str> = list.iter().map(|it| it.language).collect();
    let all = names.clone();
    let chosen = memo(move || language.among(&all));
    let choose = move |place: usize| {
        if let Some(snippet) = list.get(place) {
            language.choose(snippet.language);
        }
    };
    view! { <Tabs label=text::getting_started::language() names=names chosen=chosen on_choose=choose panel=panel /> }
        .into_any()
}

/// A snippet with what it is saved as, and what runs it.
fn shown(snippet: &Snippet, values: &[(&str, &str)]) -> AnyView {
    let code = |text: String| view! { <code translate="no">{text}</code> }.into_any();
    let head = text::getting_started::save_and_run(code(snippet.file.to_owned()), code(snippet.command()));
    view! { <Code label=snippet.file.to_owned() code=snippet.with(values)>{head}</Code> }.into_any()
}

/// What a part lacks, and the tab where that is made.
fn way(to: Route, say: impl Fn(AnyView) -> AnyView) -> AnyView {
    let (name, navigator) = (title::of(&to), Context::get().navigator);
    let href = Signal::derive(move || navigator.href(to.clone()));
    let lacking = say(view! { <a href=href>{name}</a> }.into_any());
    view! { <p>{lacking}</p> }.into_any()
}
