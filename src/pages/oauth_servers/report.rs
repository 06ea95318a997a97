//! What was found at a JWKS location.

use keyward_contract::{JwkReport, JwksReport};
use leptos::prelude::*;

use crate::{
    present::{count, when::local},
    ui::banner::{Banner, Tone, notice},
};

/// The outcome, and each key.
pub(super) fn report(report: JwksReport) -> AnyView {
    let usable = report.keys.iter().filter(|key| key.refused.is_none()).count();
    let banner = match report.failure {
        Some(failure) => notice(Tone::Danger, true, "This location can't be used", failure.text),
        None => view! {
            <Banner tone=Tone::Success live=true>
                <p class="banner-title">{[&count::of(usable, "key"), " can verify access tokens"].concat()}</p>
            </Banner>
        }
        .into_any(),
    };
    let keys: Vec<AnyView> = report.keys.into_iter().map(key).collect();
    let list = (!keys.is_empty()).then(|| view! { <ul class="jwks" aria-label="Keys">{keys}</ul> });
    let more = (report.more > 0).then(|| {
        let unseen = [
            &count::of(report.more, "more key"),
            " at the end of the list will not be used.",
        ]
        .concat();
        view! { <p>{unseen}</p> }
    });
    view! {
        {banner}
        {list}
        {more}
    }
    .into_any()
}

fn key(key: JwkReport) -> AnyView {
    let kid = if key.kid.is_empty() {
        "no kid".to_owned()
    } else {
        key.kid
    };
    let mut facts = [key.kty, key.alg, key.r#use]
        .into_iter()
        .filter(|fact| !fact.is_empty())
        .collect::<Vec<_>>();
    facts.extend(
        key.certificate_expires_on
            .map(|on| ["certificate until ", &local(on)].concat()),
    );
    let is_refused = key.refused.is_some();
    let (class, word) = if is_refused {
        ("badge badge-off", "Not used")
    } else {
        ("", "Used")
    };
    view! {
        <li>
            <code>{kid}</code>
            " "
            <span class=class>{word}</span>
            <span class="row-note row-note-long">{facts.join(", ")}</span>
            {key.refused.map(|reason| view! { <span class="row-note row-note-long">{reason}</span> })}
        </li>
    }
    .into_any()
}
