//! Why something failed, as the audit log says it.

use std::borrow::Cow;

use keyward_contract::{AuditReason as Reason, ProblemCode};

use super::problem;

/// A reason in words, or the word of the log itself where it is one of a newer version.
pub fn sentence(reason: &str) -> Cow<'_, str> {
    let Some(reason) = Reason::of_word(reason) else {
        return Cow::Borrowed(reason);
    };
    let sentence = match reason {
        Reason::UnknownUser => "There is no such user name.",
        Reason::Problem(ProblemCode::WrongPassword) => "The password was wrong.",
        Reason::Locked => "The account was locked after failed attempts.",
        Reason::TooManyFailures => "Five attempts within a minute had failed.",
        Reason::TooManyFailuresInADay => {
            "Twenty attempts within a day had failed. From then on there is a delay after each."
        }
        Reason::TooManyWrongKeys => "Five sign-ins within a minute came with a wrong key.",
        Reason::TooManyWrongKeysInADay => {
            "Twenty sign-ins within a day came with a wrong key. From then on there is a delay after each."
        }
        Reason::KeyLocked => "Opening API sessions was locked for this admin after sign-ins with a wrong key.",
        Reason::KeyGuessed => "Someone is guessing this key: twenty sign-ins within an hour came with a wrong one.",
        Reason::KeyOfOtherOrganization => "The key belongs to a different organization of this admin.",
        Reason::TimestampUnusable => {
            "The timestamp shows too little of the key. The client must send the current time."
        }
        Reason::Problem(ProblemCode::AccountDisabled) => "The account was disabled.",
        Reason::Problem(ProblemCode::PasswordSignInOff) => "Passwords are turned off, and this one isn't a service's.",
        Reason::WrongKey => "The key was wrong.",
        Reason::FormerKey => "The key was the one before the present one.",
        Reason::FormerOrPresentKey => "What was sent fits the key before the present one, too, and opens nothing.",
        Reason::AdminChangedConcurrently => "The admin's password or role was changed at the same moment.",
        Reason::Problem(ProblemCode::ApiKeyDisabled) => "The service provider had disabled the key.",
        Reason::KeyChangedConcurrently => "The key was changed at the same moment.",
        Reason::OrganizationAmbiguous => "Several organizations of this admin have the same key.",
        Reason::TimestampOutOfRange => "The timestamp was too far from the server's time.",
        Reason::NoApiAccess => "The role of the admin did not allow API sessions.",
        Reason::Problem(ProblemCode::SubscriptionExpired) => "The API subscription had expired.",
        Reason::Problem(ProblemCode::SubscriptionNone) => "There was no API subscription.",
        Reason::Problem(ProblemCode::NoApiKey) => "There was no key.",
        Reason::Problem(ProblemCode::ApiKeyExists) => "There was a key already.",
        Reason::Problem(ProblemCode::SameApiKey) => "The new key was the present one.",
        Reason::Problem(ProblemCode::SimilarApiKey) => "The new key was too much like the present one.",
        Reason::Problem(ProblemCode::IfMatchRequired) => "The request did not say which version it meant.",
        Reason::Problem(ProblemCode::StaleVersion) => "Someone else had changed it meanwhile.",
        Reason::Problem(ProblemCode::IdempotencyKeyReused) => "The idempotency key was used for another request.",
        Reason::Problem(ProblemCode::IdempotencyKeyInUse) => "The first request was still running.",
        Reason::TokenAlgorithmNotAccepted => "The access token was not signed with an algorithm that is accepted.",
        Reason::TokenKindWrong => "The token was no access token.",
        Reason::TokenKeyUnknown => "The access token named no key that is known.",
        Reason::TokenKeyNotNamed => "The token named no key, and there are several.",
        Reason::TokenSignatureWrong => "The signature of the access token was wrong.",
        Reason::TokenExpired => "The access token had expired.",
        Reason::TokenNotYetValid => "The access token was not valid yet.",
        Reason::TokenScopeMissing => "The access token had no scope of one organization.",
        Reason::TokenApiRoleUnknown => "There was no API role as in the scope of the access token.",
        Reason::TokenAudienceWrong => "The audience of the access token was wrong.",
        Reason::TokenIssuerWrong => "The issuer of the access token was wrong.",
        Reason::TokenClientWrong => "The client of the access token was wrong.",
        Reason::TokenUnreadable => "The token of the identity provider could not be read.",
        Reason::SsoNotBegun => {
            "The answer of the identity provider belonged to no sign-in that this browser had begun."
        }
        Reason::SsoProviderUnknown => "There was no such identity provider.",
        Reason::SsoTooMany => "There were too many sign-ins from this address.",
        Reason::SsoStateWrong => "The answer of the identity provider belonged to another sign-in.",
        Reason::SsoCodeMissing => "The identity provider gave no code.",
        Reason::SsoNonceWrong => "The ID token was for another sign-in.",
        Reason::SsoSubjectMissing => "The token of the identity provider named nobody.",
        Reason::SsoClaimMissing => "The identity provider did not say the user name.",
        Reason::SsoEmailNotVerified => {
            "The identity provider did not say that the e-mail address is verified (email_verified)."
        }
        Reason::SsoClientRefused => "The identity provider rejected Keyward's client secret, or its method.",
        Reason::SsoLoginOfOtherDomain => "The user name was not of the identity provider's domain.",
        Reason::Problem(ProblemCode::SsoNotConnected) => "The account was not linked with this identity provider.",
        Reason::SsoLoginUnusable => "The user name had characters that can pass for others.",
        Reason::SsoGroupsMissing => "The identity provider did not say the groups that roles follow from.",
        Reason::SsoSubjectChanged => "The user name belonged to another person at the identity provider.",
        Reason::SsoNoRole => "The account had no role in any organization.",
        Reason::SsoSignInNotFresh => "The identity provider did not say that the person had just signed in.",
        Reason::Problem(ProblemCode::SsoOtherAdmin) => "Somebody else signed in at the identity provider.",
        Reason::SsoNoLogoutToken => "The token of the identity provider was not one of a sign-out.",
        Reason::JwksUrl => "The JWKS location could not be asked.",
        Reason::JwksDns => "The name in the JWKS location was not known (DNS).",
        Reason::JwksAddressNotAllowed => "The JWKS location was at an address that is not allowed.",
        Reason::JwksConnect => "The JWKS could not be fetched: nobody answered.",
        Reason::JwksTls => "The JWKS could not be fetched: the certificate or TLS was not accepted.",
        Reason::JwksTimeout => "The JWKS could not be fetched: it took too long.",
        Reason::JwksSize => "The JWKS could not be fetched: it was too large.",
        Reason::JwksStatus => "The JWKS could not be fetched: the status was not 200.",
        Reason::JwksRedirect => "The JWKS could not be fetched: its location led elsewhere.",
        Reason::JwksJson => "What was at the JWKS location was no JWKS.",
        Reason::JwksNoUsableKey => "No key in the JWKS could be used.",
        Reason::NoPassword => "The account has no password.",
        Reason::PasswordHeld => "A restore brought the password back, and no one has confirmed it.",
        Reason::KeyHeld => "A restore brought the key back, and no one has confirmed it.",
        Reason::SessionEnded => "The session had ended.",
        Reason::Problem(code) => return problem::sentence(code).into(),
    };
    sentence.into()
}
