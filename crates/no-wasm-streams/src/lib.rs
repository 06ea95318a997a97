//! The names of `wasm-streams` that `server_fn` uses, without an implementation.
//!
//! Leptos always brings `server_fn`, and that `wasm-streams`, whose types are exported to JavaScript. What is exported stays
//! in the program, called or not: 5 kB of the first load for server functions, of which the portal has none. The type here
//! has no values, so none of this can run. A `server_fn` that names more does not compile, and one that wants another
//! version than this makes `stand_ins_are_used` in xtask fail.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use futures_core::Stream;
use wasm_bindgen::JsValue;

/// A stream of the browser. There is none.
#[derive(Debug)]
pub enum ReadableStream {}

impl ReadableStream {
    /// # Panics
    ///
    /// Always.
    pub fn from_stream(_: impl Stream<Item = Result<JsValue, JsValue>> + 'static) -> Self {
        unreachable!("the portal has no server functions")
    }

    /// # Panics
    ///
    /// Always.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        unreachable!("the portal has no server functions")
    }

    /// Never called.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        match self {}
    }

    /// Never called.
    pub fn into_stream(self) -> IntoStream {
        match self {}
    }
}

/// What comes out of a stream. Nothing does.
#[derive(Debug)]
pub enum IntoStream {}

impl Stream for IntoStream {
    type Item = Result<JsValue, JsValue>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match *self {}
    }
}
