//! What was found at a JWKS location.

use keyward_contract::{JwkReport, JwksReport};
use leptos::prelude::*;

use crate::{
    present::{jwks, when::local},
    text,
    ui::banner::{Banner, Tone, notice},
};

/// The outcome, and each key.
pub(super) fn report(report: JwksReport) -> AnyView {
    let usable = report.keys.iter().filter(|key| key.fault.is_none()).count();
    let banner = match report.failure {
        Some(failure) => notice(
            Tone::Danger,
            true,
            text::oauth_servers::unusable(),
            jwks::failure(&failure),
        ),
        None => view! {
            <Banner tone=Tone::Success live=true>
                <p class="banner-title">{text::oauth_servers::usable_keys(usable)}</p>
            </Banner>
        }
        .into_any(),
    };
    let keys: Vec<AnyView> = report.keys.into_iter().map(key).collect();
    let label = text::oauth_servers::keys();
    let list = (!keys.is_empty()).then(|| view! { <ul class="jwks" aria-label=label>{keys}</ul> });
    let more = (report.more > 0).then(|| view! { <p>{text::oauth_servers::more_keys(report.more)}</p> });
    view! {
        {banner}
        {list}
        {more}
    }
    .into_any()
}

fn key(key: JwkReport) -> AnyView {
    let kid = if key.kid.is_empty() {
        text::oauth_servers::key_unnamed().to_owned()
    } else {
        key.kid
    };
    let mut facts = [key.kty, key.alg, key.r#use]
        .into_iter()
        .filter(|fact| !fact.is_empty())
        .collect::<Vec<_>>();
    facts.extend(
        key.certificate_expires_on
            .map(|on| text::oauth_servers::key_certificate(&local(on))),
    );
    let is_refused = key.fault.is_some();
    let (class, word) = if is_refused {
        ("badge badge-off", text::oauth_servers::key_not_used())
    } else {
        ("", text::oauth_servers::key_used())
    };
    view! {
        <li>
            <code>{kid}</code>
            " "
            <span class=class>{word}</span>
            <span class="row-note row-note-long">{text::list(&facts)}</span>
            {key.fault.map(|fault| view! { <span class="row-note row-note-long">{jwks::fault(&fault)}</span> })}
        </li>
    }
    .into_any()
}
