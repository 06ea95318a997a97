//! Why something failed, as the audit log has it.

use crate::ProblemCode;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal $(was $($old:literal)+)?,)*) => {
        /// Why something failed. The words are stored, and stay.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum AuditReason {
            $($(#[$doc])* $name,)*
            /// As the answer said it.
            Problem(ProblemCode),
        }

        impl AuditReason {
            /// Those that no answer says: they are for the audit log alone.
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
                    $($word $($(| $old)+)? => Self::$name,)*
                    _ => return Self::of_old_problem(word).map(Self::Problem),
                })
            }
        }
    };
}

reasons! {
    /// No account has this user name.
    UnknownUser = "unknown-user" was "UnknownUser",
    /// The account has no password.
    NoPassword = "no-password" was "NoPassword",
    /// A restore has brought the password back, and nobody has confirmed it.
    PasswordHeld = "password-held" was "PasswordHeld",
    /// The account is locked after failures.
    Locked = "locked" was "Locked",
    /// Five failures within a minute.
    TooManyFailures = "too-many-failures" was "TooManyFailures",
    /// Twenty failures within a day.
    TooManyFailuresInADay = "too-many-failures-in-a-day" was "TooManyFailuresInADay",
    /// Five sign-ins with a wrong key within a minute.
    TooManyWrongKeys = "too-many-wrong-keys" was "TooManyWrongKeys",
    /// Twenty sign-ins with a wrong key within a day.
    TooManyWrongKeysInADay = "too-many-wrong-keys-in-a-day" was "TooManyWrongKeysInADay",
    /// Opening API sessions is locked after sign-ins with a wrong key.
    KeyLocked = "key-locked" was "KeyLocked",
    /// Someone is guessing the key.
    KeyGuessed = "key-guessed" was "KeyGuessed",
    /// The key belongs to a different organization of the admin.
    KeyOfOtherOrganization = "key-of-other-organization" was "KeyOfOtherOrganization",
    /// A restore has brought the key back, and nobody has confirmed it.
    KeyHeld = "key-held" was "KeyHeld",
    /// The key is wrong.
    WrongKey = "wrong-key" was "WrongKey",
    /// The key is the previous one.
    FormerKey = "former-key" was "FormerKey",
    /// What was sent fits both the previous and the current key.
    FormerOrPresentKey = "former-or-current-key" was "FormerOrPresentKey",
    /// The key was changed at the same moment.
    KeyChangedMeanwhile = "key-changed-meanwhile" was "KeyChangedMeanwhile",
    /// Password or role were changed at the same moment.
    AdminChangedMeanwhile = "admin-changed-meanwhile" was "AdminChangedMeanwhile",
    /// Several organizations of the admin have the same key.
    OrganizationAmbiguous = "organization-ambiguous" was "OrganizationAmbiguous",
    /// The role doesn't allow API sessions.
    NoApiAccess = "no-api-access" was "NoApiAccess",
    /// The timestamp is too far from the time of the server.
    TimestampOutOfRange = "timestamp-out-of-range" was "TimestampOutOfRange",
    /// The timestamp shows too little of the key.
    TimestampUnusable = "timestamp-unusable" was "TimestampUnusable",

    /// An access token is signed with an algorithm that isn't accepted.
    TokenAlgorithmNotAccepted = "token-algorithm-not-accepted",
    /// It is a different kind of token.
    TokenKindWrong = "token-kind-wrong",
    /// It names no key of the JWKS.
    TokenKeyUnknown = "token-key-unknown",
    /// It names no key, and there are several.
    TokenKeyNotNamed = "token-key-not-named",
    /// Its signature is wrong.
    TokenSignatureWrong = "token-signature-wrong",
    /// It has expired.
    TokenExpired = "token-expired",
    /// It isn't valid yet.
    TokenNotYetValid = "token-not-yet-valid",
    /// It has no scope of one organization.
    TokenScopeMissing = "token-scope-missing",
    /// The API role in its scope doesn't exist.
    TokenApiRoleUnknown = "token-api-role-unknown",
    /// Its audience is wrong.
    TokenAudienceWrong = "token-audience-wrong",
    /// Its issuer is wrong.
    TokenIssuerWrong = "token-issuer-wrong",
    /// Its client is wrong.
    TokenClientWrong = "token-client-wrong",
    /// A token of the identity provider can't be read.
    TokenUnreadable = "token-unreadable",

    /// The answer of the identity provider belongs to no sign-in of this browser.
    SsoNotBegun = "sso-not-begun",
    /// No such identity provider.
    SsoProviderUnknown = "sso-provider-unknown",
    /// Too many sign-ins from this address.
    SsoTooMany = "sso-too-many",
    /// The answer belongs to a different sign-in.
    SsoStateWrong = "sso-state-wrong",
    /// The provider gave no code.
    SsoCodeMissing = "sso-code-missing",
    /// The ID token is for a different sign-in.
    SsoNonceWrong = "sso-nonce-wrong",
    /// The token names no subject.
    SsoSubjectMissing = "sso-subject-missing",
    /// The provider didn't say the user name.
    SsoClaimMissing = "sso-claim-missing",
    /// The provider didn't say that the e-mail address is verified.
    SsoEmailNotVerified = "sso-email-not-verified",
    /// The provider rejected the client's secret or method.
    SsoClientRefused = "sso-client-refused",
    /// The user name isn't of the provider's domain.
    SsoLoginOfOtherDomain = "sso-login-of-other-domain",
    /// The user name has characters that can pass for others.
    SsoLoginUnusable = "sso-login-unusable",
    /// The provider didn't say the groups that roles follow from.
    SsoGroupsMissing = "sso-groups-missing",
    /// The user name belonged to a different person at the provider.
    SsoSubjectChanged = "sso-subject-changed",
    /// The account has no role in any organization.
    SsoNoRole = "sso-no-role",
    /// The provider didn't say that the person had just signed in.
    SsoSignInNotFresh = "sso-sign-in-not-fresh",
    /// The token isn't a logout token.
    SsoNoLogoutToken = "sso-no-logout-token",
    /// The session that was to be renewed has ended.
    SessionEnded = "session-ended",

    /// The JWKS location can't be asked.
    JwksUrl = "jwks-url",
    /// Its name isn't known.
    JwksDns = "jwks-dns",
    /// It is at an address that isn't allowed.
    JwksAddressNotAllowed = "jwks-address-not-allowed",
    /// It doesn't answer.
    JwksConnect = "jwks-connect",
    /// Its TLS isn't accepted.
    JwksTls = "jwks-tls",
    /// It takes too long.
    JwksTimeout = "jwks-timeout",
    /// The JWKS is too large.
    JwksSize = "jwks-size",
    /// The status isn't 200.
    JwksStatus = "jwks-status",
    /// It redirects to another host.
    JwksRedirect = "jwks-redirect",
    /// It is no JWKS.
    JwksJson = "jwks-json",
    /// It has no usable key.
    JwksNoUsableKey = "jwks-no-usable-key",
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
    fn each_reason_is_found_by_its_one_word() {
        let problems = ProblemCode::ALL.iter().copied().map(AuditReason::Problem);
        let all: Vec<AuditReason> = AuditReason::OWN.iter().copied().chain(problems).collect();
        let words: BTreeSet<&str> = all.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(words.len(), all.len(), "no word is there twice");
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
