//! Who uses the key, refreshed with everything else on its page.

use leptos::prelude::*;

use super::{KeyStore, Load};
use crate::api::key_usage;

impl KeyStore {
    /// Asks anew. What is shown stays where that fails; the page's connection banner says so.
    pub(crate) async fn refresh_usage(self) {
        let answer = key_usage::key_usage_view(self.org).await;
        if self.usage.is_disposed() || self.failed(&answer) {
            return;
        }
        let usage = match answer {
            Ok(usage) => Load::Ready(usage),
            Err(_) if self.usage.with_untracked(|it| it.ready().is_some()) => return,
            Err(error) => Load::Failed(error),
        };
        if self.usage.with_untracked(|it| *it != usage) {
            self.usage.set(usage);
        }
    }
}
