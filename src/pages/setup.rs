//! The first start: from the one-time link to a signed-in admin.

use keyward_contract::{ProblemCode, Setup, check_cloud, check_login, check_organization_name, check_password};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{ApiError, invitation as api},
    browser::page::focus_wrong,
    pages::shared::{
        card::{Card, card_heading},
        context::Context,
        input::Input,
        message::{FailedLoad, Message},
        new_password, one_time_link,
        outcome::wrong,
    },
    reactive::reactive,
    routes::Route,
    state::{Load, SessionState},
    text,
    ui::{
        button::{Button, Kind},
        field::Field,
        form::on_submit,
        icon::Icon,
    },
};

/// The set-up page.
#[component]
pub(crate) fn SetupPage() -> AnyView {
    let context = Context::get();
    let state = context.session.state();
    let token = one_time_link::kept();
    let content = move || match state.get() {
        SessionState::Unknown => view! { <div class="card-blank"></div> }.into_any(),
        SessionState::Failed(error) => {
            view! { <FailedLoad error=error on_retry=move |()| context.session.load() /> }.into_any()
        }
        SessionState::SetupRequired => match token.clone() {
            Some(token) => view! { <Checked token=token /> }.into_any(),
            None => one_time_link::incomplete(),
        },
        SessionState::SignedIn(_) | SessionState::SignedOut => {
            one_time_link::forget();
            view! {
                {card_heading(text::setup::done())}
                <Message icon=Icon::Check title=text::setup::done_title() class="message-in-card">
                    <p>{text::setup::done_text()}</p>
                    <a class="button button-primary" href=Route::SignIn { next: None }.url()>{text::common::sign_in()}</a>
                </Message>
            }
            .into_any()
        }
    };
    view! { <Card>{reactive(content)}</Card> }.into_any()
}

/// The form, once the gateway has said that the link is valid.
#[component]
fn Checked(token: String) -> AnyView {
    let checked = RwSignal::new(Load::Loading);
    let load = {
        let token = token.clone();
        move || {
            let token = token.clone();
            checked.set(Load::Loading);
            spawn_local(async move {
                let answer = api::setup_read(&token).await;
                checked.try_set(Load::of(answer));
            });
        }
    };
    load();
    let content = move || match checked.get() {
        Load::Loading => view! { <div class="card-blank"></div> }.into_any(),
        Load::Failed(error) if error.is(ProblemCode::SetupLinkInvalid) => {
            one_time_link::not_valid(text::setup::not_valid_text(), None)
        }
        Load::Failed(error) => {
            let load = load.clone();
            view! { <FailedLoad error=error on_retry=move |()| load() /> }.into_any()
        }
        Load::Ready(()) => view! {
            {card_heading(text::setup::title())}
            <SetupForm token=token.clone() />
        }
        .into_any(),
    };
    reactive(content)
}

#[component]
fn SetupForm(token: String) -> AnyView {
    let context = Context::get();
    let organization = Input::exact("organization", check_organization_name).lasting();
    let cloud = Input::exact("cloud", check_cloud).lasting();
    let username = Input::exact("username", check_login).lasting();
    let min = new_password::min_length();
    let password = Input::exact("password", move |password| check_password(password, min.get())).lasting();
    let pending = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let submit = on_submit(pending, move || {
        failure.set(None);
        // Each says what is wrong with it.
        let [Some(organization), Some(cloud), Some(username), Some(password)] =
            [organization, cloud, username, password].map(Input::try_it)
        else {
            return request_animation_frame(focus_wrong);
        };
        pending.set(true);
        let setup = Setup {
            token: token.clone(),
            organization,
            cloud,
            username,
            password,
        };
        spawn_local(async move {
            let answer = context.session.set_up(setup).await;
            match answer {
                Ok(()) => {
                    one_time_link::forget();
                    context.navigator.redirect(Route::Home);
                }
                Err(error) => {
                    pending.set(false);
                    // Without an answer, the link may have been used all the same; the gateway knows.
                    if error.leaves_doubt() {
                        context.session.load();
                    }
                    if error.is(ProblemCode::InvalidInput) {
                        request_animation_frame(focus_wrong);
                    }
                    failure.set(Some(error));
                }
            }
        });
    });
    let general = move || {
        let error = failure.get().filter(|error| !error.is(ProblemCode::InvalidInput))?;
        Some(wrong(&error, true))
    };
    view! {
        <p class="card-text">{text::setup::intro()}</p>
        <form class="form" novalidate on:submit=submit>
            {reactive(general)}
            <Field
                label=text::setup::organization_name()
                name="organization"
                value=organization.value
                autocomplete="organization"
                error=organization.error(failure.into())
            />
            <Field
                label=text::setup::cloud_name()
                name="cloud"
                value=cloud.value
                error=cloud.error(failure.into())
                hint=text::setup::cloud_name_hint()
            />
            <Field
                label=text::setup::user_name()
                name="username"
                value=username.value
                autocomplete="username"
                error=username.error(failure.into())
                hint=text::setup::user_name_hint()
            />
            <Field
                label=text::setup::password()
                name="new-password"
                kind="password"
                value=password.value
                autocomplete="new-password"
                error=password.error(failure.into())
                hint=new_password::hint(password.value, min)
            />
            <div class="form-actions">
                <Button label=text::setup::set_up() kind=Kind::Primary submit=true pending=pending on_press=|()| {} />
            </div>
        </form>
    }
    .into_any()
}
