//! *Add Authorization Server* and *Edit Authorization Server*. What is saved was validated exactly so.

use keyward_contract::{
    EditOauthServer, FieldError, JwksReport, OauthServer, OauthServerSettings, ProblemCode, ValidateJwks,
    check_claim_value, check_oauth_server_description, check_oauth_server_name,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    super::change_form::{ChangeForm, Meanwhile, Progress},
    Page,
    report::report,
};
use crate::{
    api::ApiError,
    browser::page::focus_first,
    present::problem,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        choice::Switch,
        field::Field,
    },
};

/// A field, and what was in it when it was last tried: what is wrong with that is said until it is another.
#[derive(Clone, Copy)]
struct Input {
    /// As in the API.
    name: &'static str,
    check: fn(&str) -> Result<(), FieldError>,
    value: RwSignal<String>,
    tried: RwSignal<Option<String>>,
}

impl Input {
    fn new(name: &'static str, value: &str, check: fn(&str) -> Result<(), FieldError>) -> Self {
        Self {
            name,
            check,
            value: RwSignal::new(value.to_owned()),
            tried: RwSignal::new(None),
        }
    }

    fn read(self) -> String {
        self.value.with_untracked(|text| text.trim().to_owned())
    }

    fn error(self, progress: Progress) -> Signal<Option<String>> {
        Signal::derive(move || {
            let text = self.value.get();
            if self.tried.with(|tried| tried.as_ref() != Some(&text)) {
                return None;
            }
            let own = (self.check)(text.trim()).err().map(|error| error.to_string());
            own.or_else(|| progress.failure().and_then(|error| about(self.name, &error)))
        })
    }
}

/// What is filled in.
#[derive(Clone, Copy)]
struct Form {
    name: Input,
    description: Input,
    jwks_uri: Input,
    audience: Input,
    issuer: Input,
    client_id: Input,
    enabled: RwSignal<bool>,
    certificate_validation: RwSignal<bool>,
    /// What the validation found, of which location.
    found: RwSignal<Option<(ValidateJwks, Result<JwksReport, ApiError>)>>,
    validating: RwSignal<bool>,
}

impl Form {
    fn new(settings: &OauthServerSettings) -> Self {
        Self {
            name: Input::new("name", &settings.name, check_oauth_server_name),
            description: Input::new("description", &settings.description, check_oauth_server_description),
            jwks_uri: Input::new("jwksUri", &settings.jwks_uri, check_claim_value),
            audience: Input::new("audience", &settings.audience, check_claim_value),
            issuer: Input::new("issuer", &settings.issuer, check_claim_value),
            client_id: Input::new("clientId", &settings.client_id, check_claim_value),
            enabled: RwSignal::new(settings.enabled),
            certificate_validation: RwSignal::new(settings.certificate_validation),
            found: RwSignal::new(None),
            validating: RwSignal::new(false),
        }
    }

    fn inputs(self) -> [Input; 6] {
        let Self {
            name,
            description,
            jwks_uri,
            audience,
            issuer,
            client_id,
            ..
        } = self;
        [name, description, jwks_uri, audience, issuer, client_id]
    }

    fn read(self) -> OauthServerSettings {
        OauthServerSettings {
            name: self.name.read(),
            description: self.description.read(),
            enabled: self.enabled.get_untracked(),
            jwks_uri: self.jwks_uri.read(),
            certificate_validation: self.certificate_validation.get_untracked(),
            audience: self.audience.read(),
            issuer: self.issuer.read(),
            client_id: self.client_id.read(),
        }
    }

    /// The location as it is filled in now.
    fn location(self) -> ValidateJwks {
        ValidateJwks {
            jwks_uri: self.jwks_uri.value.with(|text| text.trim().to_owned()),
            certificate_validation: self.certificate_validation.get(),
        }
    }

    /// What proves that it was validated so.
    fn validation(self) -> Option<String> {
        let location = self.location();
        self.found.with(|found| match found {
            Some((of, Ok(report))) if *of == location && report.failure.is_none() => Some(report.validation.clone()),
            _ => None,
        })
    }

    fn validate(self, page: Page) {
        let mut location = untrack(|| self.location());
        if self.validating.get_untracked() || location.jwks_uri.is_empty() {
            return focus_first("dialog[open] input[name=jwks-uri]");
        }
        self.validating.set(true);
        self.found.set(None);
        spawn_local(async move {
            let answer = page.servers.validate(&location).await;
            if self.validating.is_disposed() {
                return;
            }
            self.validating.set(false);
            let Some(answer) = answer else { return };
            if let Ok(report) = &answer {
                // A discovery document has led to another location, and told the issuer.
                if report.failure.is_none() && report.jwks_uri != location.jwks_uri {
                    location.jwks_uri.clone_from(&report.jwks_uri);
                    self.jwks_uri.value.set(report.jwks_uri.clone());
                }
                if let (None, Some(issuer)) = (&report.failure, &report.issuer) {
                    self.issuer.value.set(issuer.clone());
                }
            }
            self.found.set(Some((location, answer)));
        });
    }
}

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
pub(super) fn EditForm(server: Option<OauthServer>) -> AnyView {
    let page = Page::get();
    let progress = Progress::of(page.change);
    let pending = progress.is_pending();
    let is_new = server.is_none();
    let seen = server.as_ref().map(|server| server.version);
    let before = server.as_ref().map(|server| server.settings.clone());
    let form = Form::new(before.as_ref().unwrap_or(&nothing()));
    let now = server.map(|server| page.row(server.id));
    let now = move || now.and_then(|now| now.get());
    let meanwhile = Memo::new(move |_| Meanwhile::of(seen, now().map(|now| now.version)));
    let is_as_before = Memo::new(move |_| {
        let location = form.location();
        now().is_some_and(|now| {
            now.settings.jwks_uri == location.jwks_uri
                && now.settings.certificate_validation == location.certificate_validation
        })
    });
    let is_valid = Memo::new(move |_| is_as_before.get() || form.validation().is_some());
    // The one that gives way.
    let other = Memo::new(move |_| {
        let own = now().map(|now| now.id);
        let enabled = form.enabled.get();
        page.servers.rows.with(|rows| {
            let mut rows = rows.ready().into_iter().flatten();
            let other = rows.find(|row| enabled && row.settings.enabled && Some(row.id) != own);
            other.map(|other| other.settings.name.clone())
        })
    });
    let missing = RwSignal::new(false);
    let jwks_error = form.jwks_uri.error(progress);
    let jwks_error = Signal::derive(move || {
        let unvalidated = || (missing.get() && !is_valid.get()).then(|| "Validate this location first.".to_owned());
        jwks_error.get().or_else(unvalidated)
    });
    let submit = move |()| {
        for input in form.inputs() {
            input.tried.set(Some(input.value.get_untracked()));
        }
        missing.set(true);
        let settings = form.read();
        let is_wrong = form.inputs().iter().any(|input| (input.check)(&input.read()).is_err());
        if is_wrong || !is_valid.get_untracked() {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        }
        let to = EditOauthServer {
            settings,
            validation: untrack(|| form.validation()).unwrap_or_default(),
            switch: other.with_untracked(Option::is_some),
        };
        match untrack(now) {
            Some(server) => page.change.edit(&server, &to),
            None if is_new => page.change.add(&to),
            None => {}
        }
    };
    view! {
        <ChangeForm
            progress=progress
            verb=if is_new { "Add" } else { "Save" }
            kind=Kind::Primary
            meanwhile=meanwhile
            gone="This authorization server was deleted meanwhile"
            is_about_field=is_about_field
            on_submit=Callback::new(submit)
            on_close=Callback::new(move |()| page.close())
        >
            <Field
                label="Name"
                name="oauth-server-name"
                value=form.name.value
                autofocus=true
                readonly=pending
                error=form.name.error(progress)
                hint="A-Z, a-z and 0-9, without spaces."
            />
            <Field
                label="Description"
                name="oauth-server-description"
                value=form.description.value
                readonly=pending
                error=form.description.error(progress)
                hint="Optional."
            />
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
            <div aria-live="polite">{move || form.found.get().filter(|(of, _)| *of == form.location()).map(found)}</div>
            <Field
                label="Audience URI"
                name="audience"
                value=form.audience.value
                readonly=pending
                error=form.audience.error(progress)
                hint="Optional: what aud of a token must be, or hold."
            />
            <Field
                label="Issuer URI"
                name="issuer"
                value=form.issuer.value
                readonly=pending
                error=form.issuer.error(progress)
                hint="Optional: what iss of a token must be."
            />
            <Field
                label="Client ID"
                name="client-id"
                value=form.client_id.value
                readonly=pending
                error=form.client_id.error(progress)
                hint="Optional: what client_id, cid or appid of a token must be."
            />
        </ChangeForm>
    }
    .into_any()
}

fn gives_way(name: String) -> AnyView {
    view! {
        <Banner tone=Tone::Warning>
            <p class="banner-title">{[&name, " is enabled now"].concat()}</p>
            <p>"Saving switches: that one is disabled at the same instant, and calls with its tokens are refused."</p>
        </Banner>
    }
    .into_any()
}

fn found((_, answer): (ValidateJwks, Result<JwksReport, ApiError>)) -> AnyView {
    match answer {
        Ok(found) => report(found),
        Err(error) => view! { <Banner tone=Tone::Danger><p>{problem::explain(&error)}</p></Banner> }.into_any(),
    }
}

/// What is wrong with a field.
fn about(field: &str, error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::OauthServerExists if field == "name" => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput | ProblemCode::ValidationRequired => error.problem()?.fields.get(field).cloned(),
        _ => None,
    }
}

fn is_about_field(error: &ApiError) -> bool {
    let fields = ["name", "description", "jwksUri", "audience", "issuer", "clientId"];
    fields.iter().any(|field| about(field, error).is_some())
}
