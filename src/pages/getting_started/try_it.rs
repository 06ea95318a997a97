//! *Try it*: signs in, calls and signs out as a script would, and shows what was sent and answered.

use keyward_contract::{ApiExchange, ApiTrial, FieldCode, HttpHeader, ProblemCode};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::ApiError,
    browser::page::focus_wrong,
    pages::shared::{context::Context, input::Input, outcome::failed},
    present::refusal,
    reactive::reactive,
    state::GettingStarted,
    text,
    ui::{
        banner::{Tone, notice},
        button::{Button, Kind},
        dialog::Dialog,
        field::Field,
        form::on_submit,
    },
};

#[component]
pub(super) fn TryIt() -> AnyView {
    let store = expect_context::<GettingStarted>();
    let session = Context::get().session;
    let open = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let reason = move || {
        if !session.has_password() {
            return Some(text::getting_started::no_password().to_owned());
        }
        refusal::why(store.organization.with(|it| it.ready()?.api_sign_ins.try_it))
    };
    let close = move |()| {
        open.set(false);
        store.refresh_failures();
    };
    view! {
        <div class="head-buttons changes">
            <Button label=text::getting_started::try_it() reason=Signal::derive(reason) on_press=move |()| open.set(true) />
        </div>
        <Dialog open=open title=text::getting_started::try_it_title() busy=pending on_close=close>
            <Form pending=pending on_close=Callback::new(close) />
        </Dialog>
    }
    .into_any()
}

#[component]
fn Form(pending: RwSignal<bool>, on_close: Callback<()>) -> AnyView {
    let store = expect_context::<GettingStarted>();
    let session = Context::get().session;
    let answer = RwSignal::new(None::<Result<ApiTrial, ApiError>>);
    let is_given = |password: &str| match password {
        "" => Err(FieldCode::Missing.into()),
        _ => Ok(()),
    };
    let password = Input::exact("password", is_given).wrong_where(ProblemCode::WrongPassword);
    let failure = Signal::derive(move || answer.get()?.err());
    let submit = on_submit(pending, move || {
        answer.set(None);
        let Some(text) = password.try_it() else {
            return request_animation_frame(focus_wrong);
        };
        pending.set(true);
        spawn_local(async move {
            let told = store.try_it(text).await;
            if answer.is_disposed() {
                return;
            }
            pending.set(false);
            if told
                .as_ref()
                .is_some_and(|told| told.as_ref().is_err_and(|it| password.about(it).is_some()))
            {
                request_animation_frame(focus_wrong);
            }
            answer.set(told);
        });
    });
    let outcome = move || match answer.get()? {
        Ok(trial) => Some(told(trial)),
        Err(error) if password.about(&error).is_some() => None,
        Err(error) => Some(failed(&error)),
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="dialog-text">{text::getting_started::try_it_text()}</p>
            // For password managers, which keep passwords by user name.
            <input
                class="visually-hidden"
                name="username"
                autocomplete="username"
                readonly
                tabindex="-1"
                aria-hidden="true"
                prop:value=Signal::derive(move || session.admin_name().unwrap_or_default())
            />
            <Field
                label=text::getting_started::the_password()
                name="password"
                kind="password"
                value=password.value
                autocomplete="current-password"
                autofocus=true
                readonly=pending
                error=password.error(failure)
            />
            <div aria-live="polite">{reactive(outcome)}</div>
            <div class="dialog-actions">
                <Button label=text::common::close() on_press=on_close />
                <Button
                    label=text::getting_started::try_it()
                    kind=Kind::Primary
                    submit=true
                    pending=pending
                    on_press=|()| {}
                />
            </div>
        </form>
    }
    .into_any()
}

/// What went over the wire.
fn told(trial: ApiTrial) -> AnyView {
    let said = if trial.signed_in {
        notice(
            Tone::Success,
            false,
            text::getting_started::worked_title(),
            text::getting_started::worked_text(),
        )
    } else {
        notice(
            Tone::Danger,
            false,
            text::getting_started::rejected_title(),
            text::getting_started::rejected_text(),
        )
    };
    let exchanges: Vec<AnyView> = trial.exchanges.into_iter().map(exchange).collect();
    view! { {said} {exchanges} }.into_any()
}

fn exchange(it: ApiExchange) -> AnyView {
    let what = match it.method.as_str() {
        "POST" => text::common::sign_in(),
        "DELETE" => text::frame::sign_out(),
        _ => text::getting_started::a_call(),
    };
    let request = message(
        &[&it.method, " ", &it.url].concat(),
        &it.request_headers,
        it.request_body.as_deref().unwrap_or_default(),
    );
    let response = message(&it.status.to_string(), &it.response_headers, &it.response_body);
    let code = [request, response].join("\n\n");
    view! {
        <div class="exchange">
            <p class="exchange-line">{what} <span translate="no">{it.status.to_string()}</span></p>
            <pre class="code" tabindex="0" role="region" aria-label=what><code translate="no">{code}</code></pre>
        </div>
    }
    .into_any()
}

/// A request or an answer as it is sent.
fn message(first: &str, headers: &[HttpHeader], body: &str) -> String {
    let header = |it: &HttpHeader| [&it.name, ": ", &it.value].concat();
    let mut lines = vec![first.to_owned()];
    lines.extend(headers.iter().map(header));
    if !body.is_empty() {
        lines.push(body.to_owned());
    }
    lines.join("\n")
}
