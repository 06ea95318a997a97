//! Why something failed, as the audit log says it.

use std::borrow::Cow;

use keyward_contract::ProblemCode;

use super::problem;

/// A reason in words, or the word of the log itself where it is one of a newer version.
pub fn sentence(reason: &str) -> Cow<'_, str> {
    let sentence = match reason {
        "UnknownUser" => "There is no such user name.",
        "WrongPassword" => "The password was wrong.",
        "Locked" => "The account was locked after failed attempts.",
        "TooManyFailures" => "Five attempts within a minute had failed.",
        "TooManyFailuresInADay" => "Twenty attempts within a day had failed. From then on there is a delay after each.",
        "TooManyWrongKeys" => "Five sign-ins within a minute came with a wrong key.",
        "TooManyWrongKeysInADay" => {
            "Twenty sign-ins within a day came with a wrong key. From then on there is a delay after each."
        }
        "KeyLocked" => "Opening API sessions was locked for this admin after sign-ins with a wrong key.",
        "KeyGuessed" => "Someone is guessing this key: twenty sign-ins within an hour came with a wrong one.",
        "KeyOfOtherOrganization" => "The key belongs to a different organization of this admin.",
        "TimestampUnusable" => "The timestamp shows too little of the key. The client must send the current time.",
        "AccountDisabled" => "The account was disabled.",
        "PasswordSignInOff" => "Passwords are turned off, and this one isn't a service's.",
        "WrongKey" => "The key was wrong.",
        "FormerKey" => "The key was the one before the present one.",
        "FormerOrPresentKey" => "What was sent fits the key before the present one, too, and opens nothing.",
        "AdminChangedMeanwhile" => "The admin's password or role was changed at the same moment.",
        "KeyDisabled" | "Disabled" => "The service provider had disabled the key.",
        "KeyChangedMeanwhile" => "The key was changed at the same moment.",
        "OrganizationAmbiguous" => "Several organizations of this admin have the same key.",
        "TimestampOutOfRange" => "The timestamp was too far from the server's time.",
        "NoApiAccess" => "The role of the admin did not allow API sessions.",
        "SubscriptionExpired" => "The API subscription had expired.",
        "NoSubscription" | "SubscriptionNone" => "There was no API subscription.",
        "NoKey" => "There was no key.",
        "KeyExists" => "There was a key already.",
        "SameKey" => "The new key was the present one.",
        "SimilarKey" => "The new key was too much like the present one.",
        "PreconditionRequired" => "The request did not say which version it meant.",
        "Stale" => "Someone else had changed it meanwhile.",
        "IdempotencyKeyReused" => "The idempotency key was used for another request.",
        "IdempotencyKeyInUse" => "The first request was still running.",
        "token-algorithm-not-accepted" => "The access token was not signed with an algorithm that is accepted.",
        "token-kind-wrong" => "The token was no access token.",
        "token-key-unknown" => "The access token named no key that is known.",
        "token-key-not-named" => "The token named no key, and there are several.",
        "token-signature-wrong" => "The signature of the access token was wrong.",
        "token-expired" => "The access token had expired.",
        "token-not-yet-valid" => "The access token was not valid yet.",
        "token-scope-missing" => "The access token had no scope of one organization.",
        "token-api-role-unknown" => "There was no API role as in the scope of the access token.",
        "token-audience-wrong" => "The audience of the access token was wrong.",
        "token-issuer-wrong" => "The issuer of the access token was wrong.",
        "token-client-wrong" => "The client of the access token was wrong.",
        "token-unreadable" => "The token of the identity provider could not be read.",
        "sso-not-begun" => "The answer of the identity provider belonged to no sign-in that this browser had begun.",
        "sso-provider-unknown" => "There was no such identity provider.",
        "sso-too-many" => "There were too many sign-ins from this address.",
        "sso-state-wrong" => "The answer of the identity provider belonged to another sign-in.",
        "sso-code-missing" => "The identity provider gave no code.",
        "sso-nonce-wrong" => "The ID token was for another sign-in.",
        "sso-subject-missing" => "The token of the identity provider named nobody.",
        "sso-claim-missing" => "The identity provider did not say the user name.",
        "sso-email-not-verified" => {
            "The identity provider did not say that the e-mail address is verified (email_verified)."
        }
        "sso-client-refused" => "The identity provider rejected Keyward's client secret, or its method.",
        "sso-login-of-other-domain" => "The user name was not of the identity provider's domain.",
        "sso-not-connected" => "The account was not linked with this identity provider.",
        "sso-login-unusable" => "The user name had characters that can pass for others.",
        "sso-groups-missing" => "The identity provider did not say the groups that roles follow from.",
        "sso-subject-changed" => "The user name belonged to another person at the identity provider.",
        "sso-no-role" => "The account had no role in any organization.",
        "sso-sign-in-not-fresh" => "The identity provider did not say that the person had just signed in.",
        "sso-other-admin" => "Somebody else signed in at the identity provider.",
        "sso-no-logout-token" => "The token of the identity provider was not one of a sign-out.",
        "jwks-url" => "The JWKS location could not be asked.",
        "jwks-dns" => "The name in the JWKS location was not known (DNS).",
        "jwks-address-not-allowed" => "The JWKS location was at an address that is not allowed.",
        "jwks-connect" => "The JWKS could not be fetched: nobody answered.",
        "jwks-tls" => "The JWKS could not be fetched: the certificate or TLS was not accepted.",
        "jwks-timeout" => "The JWKS could not be fetched: it took too long.",
        "jwks-size" => "The JWKS could not be fetched: it was too large.",
        "jwks-status" => "The JWKS could not be fetched: the status was not 200.",
        "jwks-redirect" => "The JWKS could not be fetched: its location led elsewhere.",
        "jwks-json" => "What was at the JWKS location was no JWKS.",
        "jwks-no-usable-key" => "No key in the JWKS could be used.",
        code => {
            let known = ProblemCode::ALL.iter().find(|known| known.as_str() == code);
            return known.map_or(Cow::Borrowed(code), |known| problem::sentence(*known).into());
        }
    };
    sentence.into()
}
