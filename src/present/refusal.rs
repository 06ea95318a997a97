//! Why a control can't be used.

use keyward_contract::Refusal;

/// The reason beside a disabled control.
pub(crate) fn reason(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::PermissionDenied => "Your role does not allow this.",
        Refusal::ApiKeyDisabled => "The service provider has disabled the key.",
        Refusal::SubscriptionExpired => "The API subscription has expired. Renew it to make changes.",
        Refusal::SubscriptionNone => "The organization has no API subscription.",
    }
}
