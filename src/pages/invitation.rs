//! Where a one-time link leads: into an organization, or to a new password.

use keyward_contract::{AcceptInvitation, InvitationOffer, InvitationProof, ProblemCode, check_password};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    api::{ApiError, invitation as api},
    browser::page::focus_wrong,
    pages::shared::{
        card::{Card, card_heading},
        context::Context,
        message::FailedLoad,
        new_password, one_time_link,
    },
    present::{field, problem},
    reactive::{memo, reactive},
    routes::Route,
    state::{Load, SessionState},
    text::{common, invitation as text},
    ui::{
        banner::{Banner, Tone},
        button::{Button, Kind},
        field::Field,
        form::on_submit,
    },
};

/// The invitation page.
#[component]
pub(crate) fn InvitationPage() -> AnyView {
    let token = one_time_link::kept();
    let offer = RwSignal::new(Load::Loading);
    let load = {
        let token = token.clone();
        move || {
            let Some(token) = token.clone() else { return };
            offer.set(Load::Loading);
            spawn_local(async move {
                let answer = api::invitation_read(&token).await;
                if !offer.is_disposed() {
                    offer.set(Load::of(answer));
                }
            });
        }
    };
    load();
    let session = Context::get().session;
    // Someone else who is signed in here; nothing while that isn't known.
    let other = memo(move || match (session.state().get(), offer.get()) {
        (SessionState::Unknown, _) => None,
        (SessionState::SignedIn(session), Load::Ready(offer)) => {
            Some(is_for_another(&offer, &session.admin.name).then_some(session.admin.name))
        }
        _ => Some(None),
    });
    let content = move || match (token.clone(), offer.get(), other.get()) {
        (None, ..) => one_time_link::incomplete(),
        (_, Load::Loading, _) | (_, _, None) => view! { <div class="card-blank"></div> }.into_any(),
        (_, Load::Failed(error), _) if error.is(ProblemCode::InvitationInvalid) => {
            // It works once, and perhaps it has: the answer to accepting may have been lost.
            one_time_link::not_valid(text::not_valid_text(), Some(sign_in()))
        }
        (_, Load::Failed(error), _) => {
            let load = load.clone();
            view! { <FailedLoad error=error on_retry=move |()| load() /> }.into_any()
        }
        (_, Load::Ready(offer), Some(Some(from))) => view! { <SignOutFirst from=from to=offer.name /> }.into_any(),
        (Some(token), Load::Ready(it), _) => {
            let title = if it.organization.is_some() {
                text::title()
            } else {
                text::reset_title()
            };
            view! {
                {card_heading(title)}
                <AcceptForm token=token offer=it />
            }
            .into_any()
        }
    };
    view! { <Card>{reactive(content)}</Card> }.into_any()
}

fn sign_in() -> AnyView {
    view! { <a class="button button-primary" href=Route::SignIn { next: None }.url()>{common::sign_in()}</a> }
        .into_any()
}

/// A name within a sentence.
fn strong(name: String) -> AnyView {
    view! { <strong translate="no">{name}</strong> }.into_any()
}

/// Whether the link is for someone else than who is signed in here, be it under a longer name.
fn is_for_another(offer: &InvitationOffer, signed_in: &str) -> bool {
    let name = signed_in.split('/').next().unwrap_or_default();
    offer.proof != InvitationProof::Session && offer.name.to_lowercase() != name.to_lowercase()
}

#[component]
fn SignOutFirst(from: String, to: String) -> AnyView {
    let context = Context::get();
    let pending = RwSignal::new(false);
    let press = move |()| {
        pending.set(true);
        spawn_local(async move {
            if let Err(error) = context.session.sign_out().await {
                context.toast_error(&error);
                pending.try_set(false);
            }
        });
    };
    view! {
        {card_heading(text::sign_out_title())}
        <p class="card-text">{text::sign_out_text(strong(from), strong(to))}</p>
        <div class="form-actions">
            <Button label=text::sign_out() kind=Kind::Primary pending=pending on_press=press />
        </div>
    }
    .into_any()
}

#[component]
fn AcceptForm(token: String, offer: InvitationOffer) -> AnyView {
    let context = Context::get();
    let (proof, is_invitation) = (offer.proof, offer.organization.is_some());
    let username = RwSignal::new(offer.name);
    let password = RwSignal::new(String::new());
    let tried = RwSignal::new(false);
    let pending = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let is_renamed = RwSignal::new(false);
    let min = new_password::min_length();
    let own_error = move |password: &str| match proof {
        InvitationProof::NewPassword => check_password(password, min.get())
            .err()
            .map(|error| field::words(&error)),
        InvitationProof::Session | InvitationProof::SingleSignOn => None,
    };
    let error = Signal::derive(move || {
        if !tried.get() {
            return None;
        }
        let own = password.with(|password| own_error(password));
        own.or_else(|| failure.with(|failure| about_password(failure.as_ref()?)))
    });
    let submit = on_submit(pending, move || {
        tried.set(true);
        failure.set(None);
        let entered = password.get_untracked();
        if untrack(|| own_error(&entered)).is_some() {
            return request_animation_frame(focus_wrong);
        }
        pending.set(true);
        let accept = AcceptInvitation {
            token: token.clone(),
            password: entered,
        };
        spawn_local(async move {
            let answer = context.session.accept_invitation(accept).await;
            if answer.is_ok() {
                one_time_link::forget();
            }
            if pending.is_disposed() {
                return;
            }
            match answer {
                Ok(name) => {
                    if name == username.get_untracked() || proof == InvitationProof::Session {
                        context.navigator.redirect(Route::Home);
                    } else {
                        username.set(name);
                        is_renamed.set(true);
                    }
                }
                Err(error) => {
                    pending.set(false);
                    if about_password(&error).is_some() {
                        request_animation_frame(focus_wrong);
                    }
                    failure.set(Some(error));
                }
            }
        });
    });
    let general = move || {
        let error = failure.get().filter(|error| about_password(error).is_none())?;
        let text = if error.leaves_doubt() {
            text::answer_lost().to_owned()
        } else {
            problem::explain(&error)
        };
        Some(view! { <Banner tone=Tone::Danger live=true><p>{text}</p></Banner> })
    };
    let renamed = move || {
        is_renamed.get().then(|| {
            view! {
                <Banner tone=Tone::Info live=true>
                    <p>{text::renamed(strong(username.get()))}</p>
                    <a class="button button-primary" href=Route::Home.url()>{text::go_on()}</a>
                </Banner>
            }
        })
    };
    let hint = (is_invitation && proof == InvitationProof::NewPassword).then(|| {
        let sign_in = view! { <a href=Route::SignIn { next: None }.url()>{text::sign_in_first()}</a> };
        view! { <p class="card-text">{text::new_account(sign_in.into_any())}</p> }
    });
    let told = match (offer.organization, offer.role) {
        (Some(organization), Some(role)) => text::invited_as(strong(organization), strong(role)),
        (Some(organization), None) => text::invited(strong(organization)),
        (None, _) => text::reset_text().into_any(),
    };
    let told = view! { <p class="card-text">{told}</p> };
    if proof == InvitationProof::SingleSignOn {
        return view! {
            {told}
            <p class="card-text">{text::sign_in_as(strong(username.get_untracked()))}</p>
            {sign_in()}
        }
        .into_any();
    }
    let field = (proof == InvitationProof::NewPassword).then(|| {
        view! {
            <Field
                label=text::new_password()
                name="new-password"
                kind="password"
                value=password
                autocomplete="new-password"
                error=error
                hint=new_password::hint(password, min)
                autofocus=true
            />
        }
    });
    view! {
        {told}
        {hint}
        <form class="form" novalidate on:submit=submit>
            {reactive(general)}
            {reactive(renamed)}
            <Field label=text::user_name() name="username" value=username autocomplete="username" readonly=true />
            {field}
            <div class="form-actions">
                <Button
                    label=if is_invitation { text::accept() } else { text::reset() }
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

/// Where the password is what is wrong.
fn about_password(error: &ApiError) -> Option<String> {
    match error.code()? {
        code @ ProblemCode::WrongPassword => Some(problem::sentence(code).to_owned()),
        ProblemCode::InvalidInput => error.problem()?.field_errors.get("password").map(field::words),
        _ => None,
    }
}
