//! *Edit Cloud Service API Key*: a key of the admin's own choice.

use keyward_contract::{KEY_LENGTH, KeyFormatError, KeyString, ProblemCode};
use leptos::{html, prelude::*};

use super::{
    Page,
    key_cell::KeyCell,
    notice::{ChangeNotice, is_about_field},
    usage::{Breaks, callout},
};
use crate::{
    present::problem,
    reactive::reactive,
    state::{Operation, Phase},
    text,
    ui::{field::Field, form::on_submit},
};

#[component]
pub(super) fn EditForm() -> AnyView {
    let page = Page::get();
    let pending = page.is_pending();
    let has_key = page.has_key();
    let text = RwSignal::new(String::new());
    // What was sent, or would have been: what is wrong with it is said until it is another.
    let tried = RwSignal::new(None::<String>);
    let node = NodeRef::<html::Input>::new();
    let error = Signal::derive(move || wrong(page, &text.get(), tried.get().as_deref()));
    let submit = on_submit(pending, move || {
        if !has_key.get_untracked() {
            return;
        }
        let entered = text.get_untracked();
        tried.set(Some(entered.clone()));
        match entered.parse::<KeyString>() {
            Ok(key) => page.change.edit(key),
            Err(_) => drop(node.get_untracked().map(|input| input.focus())),
        }
    });
    view! {
        <form class="form" novalidate on:submit=submit>
            {callout(Operation::Edit)}
            <div class="field">
                <span class="field-label">{text::api_key::current_key()}</span>
                {reactive(move || has_key.get().then(|| view! { <KeyCell /> }))}
            </div>
            <Field
                label=text::api_key::new_api_key()
                name="new-api-key"
                value=text
                mono=true
                autofocus=true
                length=KEY_LENGTH
                readonly=pending
                error=error
                hint=text::api_key::hint()
                node=node
            />
            <Breaks />
            <ChangeNotice operation=Operation::Edit />
            {page.buttons(Operation::Edit, None)}
        </form>
    }
    .into_any()
}

/// What is wrong with the text: immediately if more typing can't mend it, otherwise once it was tried.
fn wrong(page: Page, text: &str, tried: Option<&str>) -> Option<String> {
    let was_tried = tried == Some(text);
    match text.parse::<KeyString>() {
        Ok(_) if !was_tried => None,
        Ok(_) => page.change.phase().with(|phase| match phase {
            Phase::Failed(error) if is_about_field(error) => {
                let code = error.code().unwrap_or(ProblemCode::InvalidApiKey);
                Some(problem::sentence(code).to_owned())
            }
            _ => None,
        }),
        Err(KeyFormatError::Length(length)) if length <= KEY_LENGTH && !was_tried => None,
        Err(_) if text.trim() != text => Some(text::api_key::outer_space().to_owned()),
        Err(KeyFormatError::Length(length)) => Some(text::api_key::wrong_length(length)),
        Err(KeyFormatError::Character(at)) => Some(text::api_key::wrong_character(at)),
    }
}
