//! *Add Authorization Server* and *Edit Authorization Server*. What is saved was validated exactly so.

use keyward_contract::{JwksReport, OauthServer, OauthServerSettings, ProblemCode};
use leptos::prelude::*;

use super::{Page, form::Form, report::report};
use crate::{
    api::ApiError,
    pages::shared::{change_form::Progress, input::Input, list_page::EditForm, outcome::wrong},
    ui::{
        banner::{Tone, notice},
        button::Button,
        choice::Switch,
        field::Field,
    },
};

fn nothing() -> OauthServerSettings {
    OauthServerSettings {
        name: String::new(),
        description: String::new(),
        enabled: true,
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
    let before = server.as_ref().map_or_else(nothing, |server| server.settings.clone());
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
    let is_as_before = Memo::new(move |_| now.get().is_some_and(|now| form.has_location_of(&now.settings)));
    let is_valid = Memo::new(move |_| is_as_before.get() || form.validation().is_some());
    // The one that gives way.
    let other = Memo::new(move |_| {
        let own = now.get().map(|now| now.id);
        let enabled = form.enabled.get();
        page.list.rows.with(|rows| {
            let mut rows = rows.ready().into_iter().flatten();
            let other = rows.find(|row| enabled && row.settings.enabled && Some(row.id) != own);
            other.map(|other| other.settings.name.clone())
        })
    });
    let missing = RwSignal::new(false);
    let jwks_error = form.jwks_uri.error(progress.failure());
    let jwks_error = Signal::derive(move || {
        let unvalidated = || (missing.get() && !is_valid.get()).then(|| "Validate this location first.".to_owned());
        jwks_error.get().or_else(unvalidated)
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
            gone="This authorization server was deleted meanwhile"
            inputs=form.inputs().to_vec()
            is_about_field=|error| error.is(ProblemCode::ValidationRequired)
            read=read
        >
            <Field
                label="Name"
                name="oauth-server-name"
                value=form.name.value
                autofocus=true
                readonly=pending
                error=form.name.error(progress.failure())
                hint="A-Z, a-z and 0-9, without spaces."
            />
            {line("Description", "oauth-server-description", form.description, "Optional.")}
            <div class="choices-box">
                <Switch
                    label="Enabled"
                    text="Calls with its access tokens are admitted."
                    on=form.enabled
                    reason=None
                    readonly=pending
                />
            </div>
            {move || other.get().map(gives_way)}
            <Field
                label="OAuth 2.0 JWKS Location"
                name="jwks-uri"
                kind="url"
                value=form.jwks_uri.value
                readonly=Signal::derive(move || pending.get() || form.validating.get())
                error=jwks_error
                hint="Or the address of a discovery document, which fills in this and the issuer."
            />
            <div class="choices-box">
                <Switch
                    label="JWKS Server Certificate Validation"
                    text="Without it, whoever is on the way can put keys of their own in place."
                    on=form.certificate_validation
                    reason=None
                    readonly=pending
                />
            </div>
            <p><Button label="Validate" pending=form.validating on_press=move |()| form.validate(page) /></p>
            <div aria-live="polite">{move || form.found().map(found)}</div>
            {line("Audience URI", "audience", form.audience, "Optional: what aud of a token must be, or hold.")}
            {line("Issuer URI", "issuer", form.issuer, "What iss of a token must be. Optional, but without it a provider that signs for all its customers with the same keys lets any of them in.")}
            {line("Client ID", "client-id", form.client_id, "Optional: what client_id, cid or appid of a token must be.")}
        </EditForm>
    }
    .into_any()
}

fn gives_way(name: String) -> AnyView {
    let title = [&name, " is enabled now"].concat();
    let text = "Saving switches: that one is disabled at the same instant, and calls with its tokens are refused.";
    notice(Tone::Warning, false, title, text)
}

fn found(found: Result<JwksReport, ApiError>) -> AnyView {
    match found {
        Ok(found) => report(found),
        Err(error) => wrong(&error, false),
    }
}
