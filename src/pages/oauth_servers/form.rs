//! What is filled in about an authorization server, and what a validation has found of it.

use keyward_contract::{
    EditOauthServer, JwksReport, OauthServerSettings, ProblemCode, ValidateJwks, check_claim_value, check_jwks_uri,
    check_oauth_server_description, check_oauth_server_name,
};
use leptos::{prelude::*, task::spawn_local};

use super::Page;
use crate::{
    api::ApiError,
    browser::page::focus_first,
    pages::shared::{
        change_form::{Progress, follow},
        input::Input,
    },
};

/// A location, and what the validation found there.
type Found = (ValidateJwks, Result<JwksReport, ApiError>);

/// What is filled in.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) name: Input,
    pub(super) description: Input,
    pub(super) jwks_uri: Input,
    pub(super) audience: Input,
    pub(super) issuer: Input,
    pub(super) client_id: Input,
    pub(super) enabled: RwSignal<bool>,
    pub(super) certificate_validation: RwSignal<bool>,
    pub(super) validating: RwSignal<bool>,
    found: RwSignal<Option<Found>>,
    /// The validation that was sent last. The gateway may have found it too old.
    sent: RwSignal<String>,
    progress: Progress,
}

impl Form {
    pub(super) fn new(settings: &OauthServerSettings, progress: Progress) -> Self {
        Self {
            name: Input::unique(&settings.name, check_oauth_server_name, ProblemCode::OauthServerExists),
            description: Input::new("description", &settings.description, check_oauth_server_description),
            jwks_uri: Input::new("jwksUri", &settings.jwks_uri, check_jwks_uri),
            audience: Input::new("audience", &settings.audience, check_claim_value),
            issuer: Input::new("issuer", &settings.issuer, check_claim_value),
            client_id: Input::new("clientId", &settings.client_id, check_claim_value),
            enabled: RwSignal::new(settings.enabled),
            certificate_validation: RwSignal::new(settings.certificate_validation),
            validating: RwSignal::new(false),
            found: RwSignal::new(None),
            sent: RwSignal::new(String::new()),
            progress,
        }
    }

    pub(super) fn inputs(self) -> [Input; 6] {
        [
            self.name,
            self.description,
            self.jwks_uri,
            self.audience,
            self.issuer,
            self.client_id,
        ]
    }

    /// Takes over what someone else has saved, where the field is untouched.
    pub(super) fn follow(self, before: &OauthServerSettings, now: &OauthServerSettings) {
        let texts = |of: &OauthServerSettings| {
            let of = of.clone();
            [
                of.name,
                of.description,
                of.jwks_uri,
                of.audience,
                of.issuer,
                of.client_id,
            ]
        };
        for ((input, before), now) in self.inputs().into_iter().zip(texts(before)).zip(texts(now)) {
            follow(input.value, &before, now);
        }
        follow(self.enabled, &before.enabled, now.enabled);
        let (before, now) = (before.certificate_validation, now.certificate_validation);
        follow(self.certificate_validation, &before, now);
    }

    /// What is filled in, to be sent; nothing where a field says what is wrong with it.
    pub(super) fn read(self, switch: bool) -> Option<EditOauthServer> {
        // Each says what is wrong with it.
        let is_right = self.inputs().map(|input| input.try_it().is_some());
        let validation = untrack(|| self.validation()).unwrap_or_default();
        self.sent.set(validation.clone());
        let is_right = !is_right.contains(&false);
        is_right.then(|| EditOauthServer {
            settings: OauthServerSettings {
                name: self.name.read(),
                description: self.description.read(),
                enabled: self.enabled.get_untracked(),
                jwks_uri: self.jwks_uri.read(),
                certificate_validation: self.certificate_validation.get_untracked(),
                audience: self.audience.read(),
                issuer: self.issuer.read(),
                client_id: self.client_id.read(),
            },
            validation,
            switch,
        })
    }

    /// Whether the location is that of these settings.
    pub(super) fn has_location_of(self, settings: &OauthServerSettings) -> bool {
        let location = self.location();
        settings.jwks_uri == location.jwks_uri && settings.certificate_validation == location.certificate_validation
    }

    /// The location as it is filled in now.
    fn location(self) -> ValidateJwks {
        ValidateJwks {
            jwks_uri: self.jwks_uri.value.with(|text| text.trim().to_owned()),
            certificate_validation: self.certificate_validation.get(),
        }
    }

    /// What was found where the location is as it is filled in now, unless that was too long ago.
    pub(super) fn found(self) -> Option<Result<JwksReport, ApiError>> {
        let is_refused = || {
            let failure = self.progress.failure().get();
            failure.is_some_and(|error| error.is(ProblemCode::ValidationRequired))
        };
        let (of, found) = self.found.get()?;
        let is_old = found.as_ref().is_ok_and(|report| {
            report.failure.is_none() && self.sent.with(|sent| *sent == report.validation) && is_refused()
        });
        (of == self.location() && !is_old).then_some(found)
    }

    /// What proves that the location was validated as it is filled in now.
    pub(super) fn validation(self) -> Option<String> {
        let report = self.found()?.ok()?;
        report.failure.is_none().then_some(report.validation)
    }

    pub(super) fn validate(self, page: Page) {
        let mut location = untrack(|| self.location());
        if self.validating.get_untracked() {
            return;
        }
        if location.jwks_uri.is_empty() {
            self.jwks_uri.try_it();
            return request_animation_frame(|| focus_first("dialog[open] input[name=jwks-uri]"));
        }
        self.validating.set(true);
        self.found.set(None);
        spawn_local(async move {
            let answer = page.list.validate(&location).await;
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
