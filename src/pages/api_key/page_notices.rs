//! What there is to know about the key and the organization before doing anything.

use keyward_contract::{KeyStatus, Permission, Restored, Subscription};
use leptos::prelude::*;

use super::{Page, actions::AddNotice, notice::changed, usage};
use crate::{
    reactive::{memo, reactive},
    state::{KeyState, Load, News},
    text,
    ui::{
        banner::{Banner, Tone},
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

fn notice(page: Page) -> Option<Notice> {
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
    let lasting = memo(move || notice(page));
    view! {
        {usage::guessing_notice()}
        {reactive(move || lasting.get().map(lasting_notice))}
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
