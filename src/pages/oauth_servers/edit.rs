//! *Add Authorization Server* and *Edit Authorization Server*. What is saved was validated exactly so.

use keyward_contract::{JwksReport, OauthServer, OauthServerSettings, ProblemCode};
use leptos::prelude::*;

use super::{Page, form::Form, report::report};
use crate::{
    api::ApiError,
    pages::shared::{change_form::Progress, input::Input, list_page::EditForm, outcome::wrong},
    reactive::{memo, reactive},
    text,
    ui::{
        banner::{Tone, notice},
        button::Button,
        choice::Switch,
        field::Field,
    },
};

/// A new one is enabled unless that would disable another.
fn new(page: Page) -> OauthServerSettings {
    let is_other_enabled = page.list.rows.with_untracked(|rows| {
        let mut rows = rows.ready().into_iter().flatten();
        rows.any(|row| row.settings.enabled)
    });
    OauthServerSettings {
        name: String::new(),
        description: String::new(),
        enabled: !is_other_enabled,
        jwks_uri: String::new(),
        certificate_validation: true,
        audience: String::new(),
        issuer: String::new(),
        client_id: String::new(),
    }
}

#[component]
pub(super) fn ServerForm(server: Option<OauthServer>) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let is_new = server.is_none();
    let before = server
        .as_ref()
        .map_or_else(|| new(page), |server| server.settings.clone());
    let form = Form::new(&before, progress);
    let subject = page.subject(server.as_ref());
    let now = subject.now;
    Effect::new(move |shown: Option<OauthServerSettings>| {
        let shown = shown.unwrap_or_else(|| before.clone());
        let now = now.get().map(|now| now.settings);
        if let Some(now) = &now {
            form.follow(&shown, now);
        }
        now.unwrap_or(shown)
    });
    let is_as_before = memo(move || now.get().is_some_and(|now| form.has_location_of(&now.settings)));
    let is_valid = memo(move || is_as_before.get() || form.validation().is_some());
    // The one that gives way.
    let other = memo(move || {
        let own = now.get().map(|now| now.id);
        let enabled = form.enabled.get();
        page.list.rows.with(|rows| {
            let mut rows = rows.ready().into_iter().flatten();
            let other = rows.find(|row| enabled && row.settings.enabled && Some(row.id) != own);
            other.map(|other| other.settings.name.clone())
        })
    });
    let verb = Signal::derive(move || match (is_new, other.with(Option::is_some)) {
        (true, true) => text::oauth_servers::add_and_switch(),
        (true, false) => text::common::add(),
        (false, true) => text::oauth_servers::save_and_switch(),
        (false, false) => text::common::save(),
    });
    let missing = RwSignal::new(false);
    let jwks_error = form.jwks_uri.error(progress.failure());
    let jwks_error = Signal::derive(move || {
        let is_unvalidated = || missing.get() && !is_valid.get();
        let unvalidated = || text::oauth_servers::jwks_location_unvalidated().to_owned();
        jwks_error.get().or_else(|| is_unvalidated().then(unvalidated))
    });
    let read = move |()| {
        missing.set(true);
        let to = form.read(other.with_untracked(Option::is_some));
        to.filter(|_| is_valid.get_untracked())
    };
    let line = move |label, name, input: Input, hint: &'static str| {
        let error = input.error(progress.failure());
        view! { <Field label=label name=name value=input.value readonly=pending error=error hint=hint /> }.into_any()
    };
    view! {
        <EditForm
            page=page
            subject=subject
            verb=verb
            gone=text::oauth_servers::gone_while_editing()
            inputs=form.inputs().to_vec()
            is_about_field=|error| error.is(ProblemCode::ValidationRequired)
            read=read
        >
            <Field
                label=text::common::name()
                name="oauth-server-name"
                value=form.name.value
                autofocus=true
                readonly=pending
                error=form.name.error(progress.failure())
                hint=text::oauth_servers::name_hint()
            />
            {line(
                text::oauth_servers::description(),
                "oauth-server-description",
                form.description,
                text::oauth_servers::description_hint(),
            )}
            <div class="choices-box">
                <Switch
                    label=text::oauth_servers::enabled()
                    text=text::oauth_servers::enable_text()
                    on=form.enabled
                    reason=None
                    readonly=pending
                />
            </div>
            {reactive(move || other.get().map(gives_way))}
            <Field
                label=text::oauth_servers::jwks_location()
                name="jwks-uri"
                kind="url"
                value=form.jwks_uri.value
                readonly=Signal::derive(move || pending.get() || form.validating.get())
                error=jwks_error
                hint=text::oauth_servers::jwks_location_hint()
            />
            <div class="choices-box">
                <Switch
                    label=text::oauth_servers::certificate_validation()
                    text=text::oauth_servers::certificate_validation_text()
                    on=form.certificate_validation
                    reason=None
                    readonly=pending
                />
            </div>
            <p>
                <Button
                    label=text::oauth_servers::validate()
                    pending=form.validating
                    on_press=move |()| form.validate(page)
                />
            </p>
            <div aria-live="polite">{reactive(move || form.found().map(found))}</div>
            {line(text::oauth_servers::audience(), "audience", form.audience, text::oauth_servers::audience_hint())}
            {line(text::oauth_servers::issuer(), "issuer", form.issuer, text::oauth_servers::issuer_hint())}
            {line(text::oauth_servers::client_id(), "client-id", form.client_id, text::oauth_servers::client_id_hint())}
        </EditForm>
    }
    .into_any()
}

fn gives_way(name: String) -> AnyView {
    let title = text::oauth_servers::switch_title(&name);
    notice(Tone::Warning, false, title, text::oauth_servers::switch_text())
}

fn found(found: Result<JwksReport, ApiError>) -> AnyView {
    match found {
        Ok(found) => report(found),
        Err(error) => wrong(&error, false),
    }
}
