//! *Find a token*: which token a string is that was found somewhere.

use keyward_contract::{ProblemCode, SandboxToken, SandboxTokenString};
use leptos::{prelude::*, task::spawn_local};
use web_sys::SubmitEvent;

use super::Page;
use crate::{
    api::ApiError,
    browser::page::focus_first,
    present::problem,
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        field::Field,
    },
};

#[derive(Clone, PartialEq, Eq)]
enum Answer {
    Nothing,
    Found(SandboxToken),
    NotOurs,
    Failed(ApiError),
}

#[component]
pub(super) fn FindForm() -> AnyView {
    let page = Page::get();
    let text = RwSignal::new(String::new());
    // What was looked for, or would have been: what is said of it is said until it is another.
    let tried = RwSignal::new(None::<String>);
    let answer = RwSignal::new(Answer::Nothing);
    let pending = RwSignal::new(false);
    let current = Memo::new(move |_| tried.get().as_ref() == Some(&text.get()));
    let error = Signal::derive(move || {
        let wrong = current
            .get()
            .then(|| text.get().trim().parse::<SandboxTokenString>().err());
        wrong.flatten().map(|error| error.to_string())
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        let entered = text.get_untracked();
        tried.set(Some(entered.clone()));
        answer.set(Answer::Nothing);
        // What was never a token is not sent: it may be another secret.
        let Ok(token) = entered.trim().parse::<SandboxTokenString>() else {
            return request_animation_frame(|| focus_first("[aria-invalid=true]"));
        };
        pending.set(true);
        spawn_local(async move {
            let found = match page.list.find(&token).await {
                Some(Ok(token)) => Answer::Found(token),
                Some(Err(error)) if error.is(ProblemCode::SandboxTokenNotFound) => Answer::NotOurs,
                Some(Err(error)) => Answer::Failed(error),
                None => Answer::Nothing,
            };
            if pending.is_disposed() {
                return;
            }
            pending.set(false);
            answer.set(found);
        });
    };
    let result = move || current.get().then(|| told(answer.get()));
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="dialog-text">
                "Found a token in a log, a chat or a repository? Paste it to learn whose it is. It is not kept."
            </p>
            <Field
                label="Sandbox API Token"
                name="found-token"
                value=text
                mono=true
                autofocus=true
                readonly=pending
                error=error
                hint="sbx_ and 32 characters."
            />
            <div aria-live="polite">{result}</div>
            <div class="dialog-actions">
                <Button label="Close" on_press=move |()| page.close() />
                <Button label="Find" kind=Kind::Primary submit=true pending=pending on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}

fn told(answer: Answer) -> AnyView {
    match answer {
        Answer::Nothing => ().into_any(),
        Answer::Found(token) => view! {
            <Banner tone=Tone::Warning>
                <p class="banner-title">"This is the token " {token.name}</p>
                <p>"It is valid. Regenerate it, and what was found is refused."</p>
            </Banner>
        }
        .into_any(),
        Answer::NotOurs => view! {
            <Banner tone=Tone::Info>
                <p class="banner-title">"It is none of this organization's tokens"</p>
                <p>"It may have been regenerated or deleted since, or belong to another organization."</p>
            </Banner>
        }
        .into_any(),
        Answer::Failed(error) => {
            view! { <Banner tone=Tone::Danger><p>{problem::explain(&error)}</p></Banner> }.into_any()
        }
    }
}
