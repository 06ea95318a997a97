//! The kit in a real browser: what only a document can show.
//!
//! `CHROMEDRIVER=chromedriver cargo test --target wasm32-unknown-unknown --test browser`, or `cargo xtask test`.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that fails where it stands is a good test")]

use std::sync::Arc;

use js_sys::{Function, Object, Promise, Reflect};
use keyward_contract::{
    AdminId, ApiKey, AuditAction, FormerKey, FormerKeyClient, KeyClient, KeyGuessing, KeyUsage, LastFailure, Problem,
};
use keyward_portal::{
    api::{
        key_usage::read_key_usage,
        reading::{read_api_key, read_organization, read_problem, read_session, read_sign_in_options, read_upstream},
    },
    browser::{
        json,
        time::{from_local, sleep, to_local},
    },
    ui::{
        button::Button,
        copy::{CopyButton, Source},
        dialog::Dialog,
        secret::{Countdown, MASK, SecretText},
    },
};
use leptos::{
    mount::{UnmountHandle, mount_to},
    prelude::*,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlButtonElement, HtmlDialogElement, HtmlElement, HtmlInputElement};

wasm_bindgen_test_configure!(run_in_browser);

const SECRET: &str = "O0Il1aBcD9Zx";

/// A part of the page with something in it, for as long as this lives.
struct Stage<S: Mountable> {
    place: HtmlElement,
    _mounted: UnmountHandle<S>,
}

impl<S: Mountable> Stage<S> {
    fn find<E: JsCast>(&self, selector: &str) -> E {
        self.place
            .query_selector(selector)
            .unwrap()
            .expect(selector)
            .dyn_into()
            .unwrap()
    }

    fn has(&self, selector: &str) -> bool {
        self.place.query_selector(selector).unwrap().is_some()
    }

    fn text(&self) -> String {
        self.place.text_content().unwrap()
    }
}

impl<S: Mountable> Drop for Stage<S> {
    fn drop(&mut self) {
        self.place.remove();
    }
}

fn stage<V: IntoView + 'static>(view: impl FnOnce() -> V + 'static) -> Stage<<V as Render>::State>
where
    <V as Render>::State: Mountable,
{
    let place: HtmlElement = document().create_element("div").unwrap().dyn_into().unwrap();
    document().body().unwrap().append_child(&place).unwrap();
    Stage {
        _mounted: mount_to(place.clone(), view),
        place,
    }
}

/// Until effects and promises have run.
async fn settle() {
    sleep(30).await;
}

/// Puts another clipboard in place of the browser's.
fn set_clipboard(clipboard: &JsValue) {
    let property = Object::new();
    Reflect::set(&property, &"value".into(), clipboard).unwrap();
    Reflect::set(&property, &"configurable".into(), &JsValue::TRUE).unwrap();
    Object::define_property(window().navigator().as_ref(), &"clipboard".into(), &property);
}

/// A clipboard whose answer to everything is what this function body returns.
fn clipboard(answer: &str) -> JsValue {
    let clipboard = Object::new();
    for name in ["write", "writeText"] {
        Reflect::set(&clipboard, &name.into(), &Function::new_no_args(answer)).unwrap();
    }
    clipboard.into()
}

fn source() -> Source {
    Arc::new(|| Box::pin(async { Some(SECRET.to_owned()) }))
}

#[wasm_bindgen_test]
fn answers_read_as_the_usual_reader_reads_them() {
    fn both<T: serde::de::DeserializeOwned + PartialEq + std::fmt::Debug>(text: &str) {
        assert_eq!(
            json::read::<T>(text).ok(),
            serde_json::from_str::<T>(text).ok(),
            "{text}"
        );
    }
    let key = r#"{"id":9007199254740991,"enabled":true,"lastModifiedBy":{"id":1,"name":"ä\u0000\""},"#;
    let on = r#""lastModifiedOn":"2026-11-23T06:38:43.123Z","version":2,"more":[{"deep":null},-0.5,1e3]}"#;
    both::<ApiKey>(&[key, on].concat());
    both::<ApiKey>(&[key, &on.replace("2026-11-23", "2026-13-23")].concat());
    both::<ApiKey>(&[key, &on.replace(":2,", ":\"2\",")].concat());
    both::<Problem>(
        r#"{"type":"about:blank","title":"t","status":412,"detail":"d","code":"STALE_VERSION","currentVersion":3}"#,
    );
    for text in ["", "{}", "null", "[]", "7", "\"text\"", "{", "{\"id\":1,}"] {
        both::<ApiKey>(text);
        both::<Problem>(text);
        both::<Vec<String>>(text);
        both::<Option<u8>>(text);
        both::<serde_json::Value>(text);
    }
    both::<Vec<Option<AuditAction>>>(r#"["Sign In",null,"Reveal"]"#);
    both::<Vec<AuditAction>>(r#"["Nothing of the kind"]"#);
    both::<serde_json::Value>(r#"{"b":1,"a":[true,false,-3,"x",{}]}"#);
    both::<u8>("256");
    both::<u8>("-1");
}

#[wasm_bindgen_test]
async fn the_mask_tells_nothing_of_the_secret() {
    let secret = RwSignal::new(None::<String>);
    let stage = stage(move || view! { <SecretText secret=secret /> });
    for text in ["short", "a secret that is a good deal longer than the other"] {
        secret.set(Some(text.to_owned()));
        settle().await;
        assert_eq!(stage.text(), text);
        secret.set(None);
        settle().await;
        assert_eq!(stage.text(), [MASK, "hidden"].concat());
    }
    assert_eq!(
        stage.find::<Element>(".mask").get_attribute("aria-hidden").as_deref(),
        Some("true")
    );
}

#[wasm_bindgen_test]
async fn a_hidden_secret_is_not_in_the_document() {
    let secret = RwSignal::new(Some(SECRET.to_owned()));
    let stage = stage(move || view! { <SecretText secret=secret /> });
    settle().await;
    assert!(stage.text().contains(SECRET), "a selection has no spaces");
    secret.set(None);
    settle().await;
    let document = document().document_element().unwrap().outer_html();
    for part in [SECRET, &SECRET[..4], &SECRET[4..8]] {
        assert!(!document.contains(part), "{part}");
    }
}

#[wasm_bindgen_test]
async fn the_countdown_says_how_long() {
    let left = RwSignal::new(30);
    let stage = stage(move || view! { <Countdown left=left total=30 /> });
    left.set(7);
    settle().await;
    assert!(stage.text().contains("Hides in 7 s"), "{}", stage.text());
}

#[wasm_bindgen_test]
async fn copied_is_said_only_when_it_is_true() {
    let resolve = std::rc::Rc::new(std::cell::RefCell::new(None));
    let promise = Promise::new(&mut |done, _| drop(resolve.replace(Some(done))));
    let slow = clipboard("return this.answer");
    Reflect::set(&slow, &"answer".into(), &promise).unwrap();
    set_clipboard(&slow);
    let stage = stage(|| view! { <CopyButton source=source() /> });
    stage.find::<HtmlButtonElement>("button").click();
    settle().await;
    assert!(!stage.text().contains("Copied"), "not yet: {}", stage.text());
    assert!(!stage.place.inner_html().contains(SECRET), "without showing it");
    resolve.take().unwrap().call0(&JsValue::NULL).unwrap();
    settle().await;
    assert!(stage.text().contains("Copied"), "{}", stage.text());
    assert!(!stage.has(".by-hand"));
}

#[wasm_bindgen_test]
async fn a_clipboard_that_refuses_leaves_selected_text() {
    set_clipboard(&clipboard("return Promise.reject(new Error('NotAllowedError'))"));
    by_hand().await;
}

#[wasm_bindgen_test]
async fn a_missing_clipboard_leaves_selected_text() {
    set_clipboard(&JsValue::UNDEFINED);
    by_hand().await;
}

async fn by_hand() {
    let stage = stage(|| view! { <CopyButton source=source() /> });
    stage.find::<HtmlButtonElement>("button").click();
    settle().await;
    settle().await;
    assert!(!stage.text().contains("Copied"), "{}", stage.text());
    assert!(
        stage
            .find::<Element>("[role=alert]")
            .text_content()
            .unwrap()
            .contains("Ctrl+C")
    );
    let input: HtmlInputElement = stage.find("input");
    assert_eq!(input.value(), SECRET);
    assert!(input.read_only());
    assert_eq!(
        (input.selection_start().unwrap(), input.selection_end().unwrap()),
        (Some(0), Some(12))
    );
    stage.find::<HtmlButtonElement>(".by-hand button").click();
    settle().await;
    assert!(!stage.has("input"), "it can be put away");
}

#[wasm_bindgen_test]
async fn nothing_to_copy_is_no_success() {
    set_clipboard(&clipboard("return Promise.resolve()"));
    let nothing: Source = Arc::new(|| Box::pin(async { None }));
    let stage = stage(|| view! { <CopyButton source=nothing /> });
    stage.find::<HtmlButtonElement>("button").click();
    settle().await;
    assert!(!stage.text().contains("Copied"), "{}", stage.text());
    assert!(!stage.has(".by-hand"));
}

#[wasm_bindgen_test]
async fn a_pending_button_ignores_the_second_click() {
    let pressed = RwSignal::new(0);
    let pending = RwSignal::new(false);
    let press = move |()| {
        pressed.update(|pressed| *pressed += 1);
        pending.set(true);
    };
    let stage = stage(move || view! { <Button label="Regenerate" pending=pending on_press=press /> });
    let button: HtmlButtonElement = stage.find("button");
    // Both before anything is drawn anew.
    button.click();
    button.click();
    settle().await;
    button.click();
    assert_eq!(pressed.get_untracked(), 1);
    assert_eq!(button.get_attribute("aria-busy").as_deref(), Some("true"));
    assert_eq!(stage.text(), "Regenerate", "it keeps its name");
    pending.set(false);
    settle().await;
    button.click();
    assert_eq!(pressed.get_untracked(), 2);
}

#[wasm_bindgen_test]
async fn a_disabled_button_says_why_and_can_be_reached() {
    let pressed = RwSignal::new(false);
    let reason = RwSignal::new(Some("The API subscription has expired.".to_owned()));
    let stage = stage(move || {
        view! { <Button label="Delete" reason=Signal::derive(move || reason.get()) on_press=move |()| pressed.set(true) /> }
    });
    settle().await;
    let button: HtmlButtonElement = stage.find("button");
    button.click();
    assert!(!pressed.get_untracked());
    assert_eq!(button.get_attribute("aria-disabled").as_deref(), Some("true"));
    assert!(!button.disabled(), "it stays in the order of the keyboard");
    let description = button.get_attribute("aria-describedby").unwrap();
    let description = document().get_element_by_id(&description).unwrap();
    assert_eq!(
        description.text_content().as_deref(),
        Some("The API subscription has expired.")
    );
    reason.set(None);
    settle().await;
    button.click();
    assert!(pressed.get_untracked());
    assert_eq!(button.get_attribute("aria-disabled"), None);
    assert_eq!(button.get_attribute("aria-describedby"), None);
}

#[wasm_bindgen_test]
async fn a_busy_dialog_stays_and_an_idle_one_gives_the_focus_back() {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(true);
    let stage = stage(move || {
        view! {
            <button id="opener" on:click=move |_| open.set(true)>"Open"</button>
            <Dialog open=open title="Delete" busy=busy on_close=move |()| open.set(false)>
                <button autofocus>"Cancel"</button>
            </Dialog>
        }
    });
    let opener: HtmlElement = stage.find("#opener");
    opener.focus().unwrap();
    opener.click();
    settle().await;
    let dialog: HtmlDialogElement = stage.find("dialog");
    assert!(dialog.open() && dialog.matches(":modal").unwrap());
    assert_eq!(
        document().active_element().unwrap().text_content().as_deref(),
        Some("Cancel"),
        "the safe place"
    );

    let cancel = || {
        let event = web_sys::Event::new("cancel").unwrap();
        dialog.dispatch_event(&event).unwrap();
    };
    cancel();
    settle().await;
    assert!(dialog.is_connected() && dialog.open());

    busy.set(false);
    cancel();
    sleep(100).await;
    assert!(!stage.has("dialog"));
    assert!(document().active_element().unwrap().is_same_node(Some(&opener)));
}

#[wasm_bindgen_test]
fn who_uses_the_key_is_read_as_the_contract_writes_it() {
    let instant = |text: &str| text.parse().unwrap();
    let client = |user_agent: Option<&str>| KeyClient {
        admin_id: AdminId(7_204_118_906_221),
        admin_name: "alice \"é\"".into(),
        client_address: "2001:db8::1".into(),
        user_agent: user_agent.map(Into::into),
        sessions_last_day: 3,
        sessions_last_month: u32::MAX,
        live_sessions: 0,
        last_seen_on: instant("2026-11-23T06:38:43.123Z"),
    };
    let mut usage = KeyUsage {
        clients: vec![client(Some("curl/8")), client(None)],
        more_clients: true,
        live_sessions: 2,
        sessions_per_hour: vec![0, 5, 1],
        hours_since: instant("2026-11-22T07:00:00Z"),
        former_key: None,
        guessing: None,
        last_failure: None,
        age_hint_days: 90,
    };
    let read = |usage: &KeyUsage| read_key_usage(&serde_json::to_string(usage).unwrap());
    assert_eq!(read(&usage).as_ref(), Some(&usage));
    usage.former_key = Some(FormerKey {
        replaced_on: instant("2026-11-20T00:00:00Z"),
        watched_until: instant("2026-12-20T00:00:00Z"),
        clients: vec![FormerKeyClient {
            admin_id: AdminId(1),
            admin_name: "bob".into(),
            client_address: "10.0.0.1".into(),
            user_agent: None,
            attempts: 14,
            first_seen_on: instant("2026-11-20T01:00:00Z"),
            last_seen_on: instant("2026-11-23T01:00:00Z"),
        }],
    });
    usage.guessing = Some(KeyGuessing {
        since: instant("2026-11-20T00:00:00Z"),
        last_on: instant("2026-11-20T01:00:00Z"),
    });
    usage.last_failure = Some(LastFailure {
        reason: "wrong-key".into(),
        on: instant("2026-11-20T01:00:00Z"),
    });
    assert_eq!(read(&usage).as_ref(), Some(&usage));
    for text in ["", "[]", "{}", "null", r#"{"clients":[{}]}"#] {
        assert_eq!(read_key_usage(text), None, "{text}");
    }
}

#[wasm_bindgen_test]
fn first_load_readers_agree_with_derived_ones() {
    let session = r#"{"admin":{"id":7204118906221,"name":"alice \"é\""},"organizations":[{"id":3,"name":"Acme","role":"Auditor",
        "permissions":{"apiKeyManagement":"view","reveal":false,"auditLog":true,"adminManagement":false,"apiAccess":true}}],
        "expiresAt":"2026-11-23T06:38:43.123Z","expiresIn":1800,"hasPassword":true}"#;
    let provider = session.replace(
        r#""hasPassword""#,
        r#""provider":{"name":"Login","signIn":"api/x"},"clockDoubted":true,"hasPassword""#,
    );
    for text in [session, &provider] {
        assert_eq!(read_session(text), serde_json::from_str(text).ok());
        assert!(read_session(text).is_some());
    }
    for broken in [
        "",
        "{}",
        &session.replace(r#""view""#, r#""other""#),
        &session.replace("1800", "null"),
    ] {
        assert_eq!(read_session(broken), None, "{broken}");
    }
    let organization = r#"{"id":3,"name":"Acme","cloud":"cloud.example","subscription":"expired","permissions":{"apiKeyManagement":"full",
        "reveal":true,"auditLog":true,"adminManagement":true,"apiAccess":true},"baseUrls":{"cloudServiceApi":"https://a/api/v1"},
        "capabilities":{"add":"subscription-expired","edit":null,"regenerate":"api-key-disabled","delete":null,"reveal":null},
        "apiSignIns":{"tryIt":"permission-denied","failures":null}}"#;
    assert_eq!(read_organization(organization), serde_json::from_str(organization).ok());
    assert!(read_organization(organization).is_some());
    assert_eq!(read_organization(&organization.replace("baseUrls", "urls")), None);

    let options = r#"{"password":true,"passwordMinLength":12,"providers":[{"name":"Login","signIn":"api/x"}]}"#;
    assert_eq!(read_sign_in_options(options), serde_json::from_str(options).ok());
    assert!(read_sign_in_options(options).is_some());
    let key = r#"{"id":5,"status":"disabled","lastModifiedBy":{"id":7,"name":"alice"},"lastModifiedOn":"2026-11-23T06:38:43.123Z",
        "version":9,"restored":"held","key":"abcdef123456"}"#;
    assert_eq!(read_api_key(key), serde_json::from_str(key).ok());
    assert!(read_api_key(key).is_some());
    for broken in [key.replace("disabled", "other"), key.replace("abcdef", "a b")] {
        assert_eq!(read_api_key(&broken), None);
    }
    let state = r#"{"fetchedOn":"2026-11-23T06:38:43.123Z"}"#;
    let failed = r#"{"fetchedOn":"2026-11-23T06:38:43Z","failure":{"code":"certificate","text":"No.","retryAfter":7},
        "pendingSince":"2026-11-23T06:38:40Z"}"#;
    for upstream in [state, failed] {
        let with_upstream = key.replace(r#""version""#, &format!(r#""upstream":{upstream},"version""#));
        assert_eq!(read_upstream(&with_upstream), serde_json::from_str(upstream).ok());
        assert!(read_upstream(&with_upstream).is_some());
    }
    assert_eq!(read_upstream(key), None);
    let plain = r#"{"code":"stale-version","title":"Stale","status":412}"#;
    let full = r#"{"code":"new-one","title":"T","status":429,"detail":"D","fields":{"name":"taken","a":"b"},
        "fieldErrors":{"name":{"code":"taken"},"a":{"code":"too-long","max":64},"b":{"code":"newer","position":2,"allowed":"A-Z"}},"retryAfter":30,
        "requestId":"r1","lastChange":{"lastModifiedBy":{"id":7,"name":"alice"},"lastModifiedOn":"2026-11-23T06:38:43Z","version":3}}"#;
    for text in [plain, full] {
        let mut derived: Problem = serde_json::from_str(text).unwrap();
        // Sentences for API clients.
        derived.fields.clear();
        assert_eq!(read_problem(text), Some(derived));
    }
    assert_eq!(read_problem("[]"), None);
}

#[wasm_bindgen_test]
fn a_field_for_a_moment_shows_what_it_says() {
    let text = "2026-11-23T06:38";
    assert_eq!(to_local(from_local(text).unwrap()), text);
    assert_eq!(from_local(""), None);
}
