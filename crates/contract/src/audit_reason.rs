//! Why something failed, as the audit log has it.

use crate::ProblemCode;

macro_rules! reasons {
    ($($name:ident = $word:literal $(was $old:literal)?, $doc:literal;)*) => {
        /// Why something failed. The words are stored, and stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditReason {
            $(#[doc = $doc] $name,)*
            /// As the answer said it.
            Problem(ProblemCode),
        }

        impl AuditReason {
            /// Those that answers don't reveal: they are only in the audit log.
            pub const OWN: &[Self] = &[$(Self::$name,)*];

            /// The word in the log.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                    Self::Problem(code) => code.as_str(),
                }
            }

            /// The reason with this word, also as versions before 2026-12 wrote it; `None` for one of a newer version.
            pub fn of_word(word: &str) -> Option<Self> {
                Some(match word {
                    $($word $(| $old)? => Self::$name,)*
                    _ => return Self::of_old_problem(word).map(Self::Problem),
                })
            }
        }
    };
}

reasons! {
    UnknownUser = "unknown-user" was "UnknownUser", "No account has this user name.";
    NoPassword = "no-password" was "NoPassword", "The account has no password.";
    PasswordHeld = "password-held" was "PasswordHeld", "A restore brought the password back, and no one has confirmed it.";
    Locked = "locked" was "Locked", "The account is locked after failures.";
    TooManyFailures = "too-many-failures" was "TooManyFailures", "Five failures within a minute.";
    TooManyFailuresInADay = "too-many-failures-in-a-day" was "TooManyFailuresInADay", "Twenty failures within a day.";
    TooManyWrongKeys = "too-many-wrong-keys" was "TooManyWrongKeys", "Five sign-ins with a wrong key within a minute.";
    TooManyWrongKeysInADay = "too-many-wrong-keys-in-a-day" was "TooManyWrongKeysInADay", "Twenty sign-ins with a wrong key within a day.";
    KeyLocked = "key-locked" was "KeyLocked", "Opening API sessions is locked after sign-ins with a wrong key.";
    KeyGuessed = "key-guessed" was "KeyGuessed", "Someone is guessing the key.";
    KeyOfOtherOrganization = "key-of-other-organization" was "KeyOfOtherOrganization", "The key belongs to a different organization of the admin.";
    KeyHeld = "key-held" was "KeyHeld", "A restore brought the key back, and no one has confirmed it.";
    WrongKey = "wrong-key" was "WrongKey", "The key is wrong.";
    FormerKey = "former-key" was "FormerKey", "The key is the previous one.";
    FormerOrPresentKey = "former-or-current-key" was "FormerOrPresentKey", "What was sent fits both the previous and the current key.";
    KeyChangedConcurrently = "key-changed-concurrently" was "KeyChangedMeanwhile", "The key was changed during the sign-in.";
    AdminChangedConcurrently = "admin-changed-concurrently" was "AdminChangedMeanwhile", "The admin's password or role was changed during the sign-in.";
    OrganizationAmbiguous = "organization-ambiguous" was "OrganizationAmbiguous", "Several organizations of the admin have the same key.";
    NoApiAccess = "no-api-access" was "NoApiAccess", "The role doesn't allow API sessions.";
    TimestampOutOfRange = "timestamp-out-of-range" was "TimestampOutOfRange", "The timestamp is too far from the time of the server.";
    TimestampUnusable = "timestamp-unusable" was "TimestampUnusable", "The timestamp shows too little of the key.";

    TokenAlgorithmNotAccepted = "token-algorithm-not-accepted", "An access token is signed with an algorithm that isn't accepted.";
    TokenKindWrong = "token-kind-wrong", "It is a different kind of token.";
    TokenKeyUnknown = "token-key-unknown", "It names no key of the JWKS.";
    TokenKeyNotNamed = "token-key-not-named", "It names no key, and there are several.";
    TokenServerDisabled = "token-server-disabled", "Its authorization server is disabled.";
    TokenSignatureWrong = "token-signature-wrong", "Its signature is wrong.";
    TokenExpired = "token-expired", "It has expired.";
    TokenNotYetValid = "token-not-yet-valid", "It isn't valid yet.";
    TokenScopeMissing = "token-scope-missing", "It has no scope of one organization.";
    TokenApiRoleUnknown = "token-api-role-unknown", "The API role in its scope doesn't exist.";
    TokenAudienceWrong = "token-audience-wrong", "Its audience is wrong.";
    TokenIssuerWrong = "token-issuer-wrong", "Its issuer is wrong.";
    TokenClientWrong = "token-client-wrong", "Its client is wrong.";
    TokenUnreadable = "token-unreadable", "A token of the identity provider can't be read.";

    SsoNotBegun = "sso-not-begun", "The answer of the identity provider belongs to no sign-in of this browser.";
    SsoProviderUnknown = "sso-provider-unknown", "No such identity provider.";
    SsoTooMany = "sso-too-many", "Too many sign-ins from this address.";
    SsoStateWrong = "sso-state-wrong", "The answer belongs to a different sign-in.";
    SsoCodeMissing = "sso-code-missing", "The provider gave no code.";
    SsoNonceWrong = "sso-nonce-wrong", "The ID token is for a different sign-in.";
    SsoSubjectMissing = "sso-subject-missing", "The token names no subject.";
    SsoClaimMissing = "sso-claim-missing", "The provider didn't say the user name.";
    SsoEmailNotVerified = "sso-email-not-verified", "The provider didn't say that the e-mail address is verified.";
    SsoClientRefused = "sso-client-refused", "The provider rejected the client's secret or method.";
    SsoLoginOfOtherDomain = "sso-login-of-other-domain", "The user name isn't of the provider's domain.";
    SsoLoginUnusable = "sso-login-unusable", "The user name has characters that can pass for others.";
    SsoGroupsMissing = "sso-groups-missing", "The provider didn't say the groups that roles follow from.";
    SsoSubjectChanged = "sso-subject-changed", "The user name belonged to a different person at the provider.";
    SsoNoRole = "sso-no-role", "The account has no role in any organization.";
    SsoSignInNotFresh = "sso-sign-in-not-fresh", "The provider didn't say that the person had just signed in.";
    SsoNoLogoutToken = "sso-no-logout-token", "The token isn't a logout token.";
    SessionEnded = "session-ended", "The session that was to be renewed has ended.";

    JwksUrl = "jwks-url", "The JWKS URL can't be used.";
    JwksDns = "jwks-dns", "Its name isn't known.";
    JwksAddressNotAllowed = "jwks-address-not-allowed", "It is at an address that isn't allowed.";
    JwksConnect = "jwks-connect", "The connection fails.";
    JwksTls = "jwks-tls", "Its TLS isn't accepted.";
    JwksTimeout = "jwks-timeout", "It takes too long.";
    JwksSize = "jwks-size", "The JWKS is too large.";
    JwksStatus = "jwks-status", "The status isn't 200.";
    JwksRedirect = "jwks-redirect", "It redirects to another host.";
    JwksJson = "jwks-json", "It isn't a JWKS.";
    JwksNoUsableKey = "jwks-no-usable-key", "It has no usable key.";
}

impl AuditReason {
    /// Problems, by their codes and by the words that versions before 2026-12 wrote for them.
    fn of_old_problem(word: &str) -> Option<ProblemCode> {
        Some(match word {
            "AccountDisabled" => ProblemCode::AccountDisabled,
            "WrongPassword" => ProblemCode::WrongPassword,
            "PasswordSignInOff" => ProblemCode::PasswordSignInOff,
            "KeyDisabled" | "Disabled" => ProblemCode::ApiKeyDisabled,
            "SubscriptionExpired" => ProblemCode::SubscriptionExpired,
            "NoSubscription" | "SubscriptionNone" => ProblemCode::SubscriptionNone,
            "NoKey" => ProblemCode::NoApiKey,
            "KeyExists" => ProblemCode::ApiKeyExists,
            "SameKey" => ProblemCode::SameApiKey,
            "SimilarKey" => ProblemCode::SimilarApiKey,
            "PreconditionRequired" => ProblemCode::IfMatchRequired,
            "Stale" => ProblemCode::StaleVersion,
            "IdempotencyKeyReused" => ProblemCode::IdempotencyKeyReused,
            "IdempotencyKeyInUse" => ProblemCode::IdempotencyKeyInUse,
            _ => return ProblemCode::ALL.iter().find(|code| code.as_str() == word).copied(),
        })
    }
}

impl From<ProblemCode> for AuditReason {
    fn from(code: ProblemCode) -> Self {
        Self::Problem(code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_reason_has_one_word() {
        let problems = ProblemCode::ALL.iter().copied().map(AuditReason::Problem);
        let all: Vec<AuditReason> = AuditReason::OWN.iter().copied().chain(problems).collect();
        let words: BTreeSet<&str> = all.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(words.len(), all.len(), "words are unique");
        for reason in all {
            let word = reason.as_str();
            assert_eq!(AuditReason::of_word(word), Some(reason), "{word}");
            assert!(
                word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
                "{word}"
            );
        }
        assert_eq!(AuditReason::of_word("of-a-newer-version"), None);
    }
}
