//! What there is to know about the key and the organization before doing anything.

use keyward_contract::{KeyStatus, Permission, Restored, Subscription, UpstreamFailureCode, UpstreamState};
use leptos::prelude::*;

use super::{Page, actions::AddNotice, notice::changed, usage};
use crate::{
    present::when::local,
    reactive::{memo, reactive},
    state::{KeyState, Load, News},
    text,
    ui::{
        banner::{self, Banner, Tone},
        button::{Button, Kind},
        icon::Icon,
    },
};

/// The lasting ones, each on its own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Notice {
    Expired,
    Disabled,
    Restored(Restored),
    ViewOnly,
}

fn lasting(page: Page) -> Option<Notice> {
    let (disabled, restored) = page.store.key.with(|key| match key {
        Load::Ready(KeyState::Present(key)) => (key.status == KeyStatus::Disabled, key.restored),
        _ => (false, None),
    });
    page.store.organization.with(|organization| {
        let organization = organization.ready()?;
        // The first is the reason for all else.
        if organization.subscription == Subscription::Expired {
            Some(Notice::Expired)
        } else if disabled {
            Some(Notice::Disabled)
        } else if let Some(restored) = restored {
            Some(Notice::Restored(restored))
        } else if organization.permissions.api_key_management == Permission::View {
            Some(Notice::ViewOnly)
        } else {
            None
        }
    })
}

#[component]
pub(super) fn PageNotices() -> AnyView {
    let page = Page::get();
    let notice = memo(move || lasting(page));
    // Its words, so that it's told again only when they change.
    let upstream = memo(move || page.store.upstream.with(|it| upstream_words(it.as_ref()?)));
    view! {
        {usage::guessing_notice()}
        {reactive(move || notice.get().map(lasting_notice))}
        {reactive(move || upstream.get().map(|(title, text)| banner::notice(Tone::Warning, true, title, text)))}
        <NewsBanner />
        <AddNotice />
    }
    .into_any()
}

fn lasting_notice(notice: Notice) -> AnyView {
    let page = Page::get();
    let (tone, title, text) = match notice {
        Notice::Restored(Restored::Held) => (
            Tone::Danger,
            text::api_key::restored_title(),
            text::api_key::restored_held(),
        ),
        Notice::Restored(Restored::Unverified) => (
            Tone::Warning,
            text::api_key::restored_title(),
            text::api_key::restored_unverified(),
        ),
        Notice::Expired => (
            Tone::Warning,
            text::api_key::expired_title(),
            text::api_key::expired_text(),
        ),
        Notice::Disabled => (
            Tone::Danger,
            text::api_key::disabled_title(),
            text::api_key::disabled_text(),
        ),
        Notice::ViewOnly => (
            Tone::Info,
            text::api_key::view_only_title(),
            text::api_key::view_only_text(),
        ),
    };
    view! {
        <Banner tone=tone>
            <p class="banner-title">{title}</p>
            <p>{text}</p>
            {matches!(notice, Notice::Restored(_))
                .then(|| {
                    view! {
                        <Button
                            label=text::common::confirm()
                            pending=page.is_pending()
                            reason=page.reason(|it| it.edit)
                            on_press=move |()| page.change.confirm()
                        />
                    }
                })}
        </Banner>
    }
    .into_any()
}

/// That what shows may be old: the key lives at an upstream that fails, or hasn't confirmed a new key.
fn upstream_words(state: &UpstreamState) -> Option<(&'static str, String)> {
    if let Some(since) = state.pending_since {
        let text = text::api_key::upstream_pending_text(&local(since));
        return Some((text::api_key::upstream_pending_title(), text));
    }
    let why = match state.failure.as_ref()?.code {
        UpstreamFailureCode::Certificate => text::api_key::upstream_certificate(),
        UpstreamFailureCode::Credentials => text::api_key::upstream_credentials(),
        UpstreamFailureCode::RateLimited | UpstreamFailureCode::EditLock => text::api_key::upstream_busy(),
        _ => text::api_key::upstream_unavailable(),
    };
    let text = text::api_key::upstream_text(why, &local(state.fetched_on));
    Some((text::api_key::upstream_title(), text))
}

/// Someone has changed the key elsewhere.
#[component]
fn NewsBanner() -> AnyView {
    let page = Page::get();
    let news = page.store.news;
    reactive(move || news.get().map(|it| news_banner(page, it)))
}

fn news_banner(page: Page, news: News) -> AnyView {
    let text = match (news.after_own, news.deleted) {
        (true, true) => text::api_key::news_deleted_after_own(),
        (true, false) => text::api_key::news_changed_after_own(),
        (false, true) => text::api_key::news_deleted(),
        (false, false) => text::api_key::news_changed(),
    };
    view! {
        <Banner tone=Tone::Warning live=true>
            <p class="banner-title">{changed(&news.change, news.deleted)}</p>
            <p>{text}</p>
            <div class="banner-dismiss">
                <Button
                    label=text::controls::dismiss()
                    icon=Icon::Close
                    icon_only=true
                    kind=Kind::Quiet
                    on_press=move |()| page.store.news.set(None)
                />
            </div>
        </Banner>
    }
    .into_any()
}
