//! Why the keys of an authorization server can't be fetched or used.

use keyward_contract::{FetchFailure, FetchFailureCode as Code, JwkFault, JwkFaultCode as Fault};

use crate::text::jwks;

/// Why they couldn't be fetched, and what to do.
pub(crate) fn failure(failure: &FetchFailure) -> String {
    let text = match failure.code {
        Code::Status => return jwks::status(&failure.status.unwrap_or_default().to_string()),
        Code::Issuer => {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            return jwks::issuer(&text(&failure.issuer), &text(&failure.jwks_uri));
        }
        Code::UrlInvalid => jwks::url_invalid(),
        Code::UrlScheme => jwks::url_scheme(),
        Code::UrlCredentials => jwks::url_credentials(),
        Code::UrlFragment => jwks::url_fragment(),
        Code::UrlPlain => jwks::url_plain(),
        Code::Dns => jwks::dns(),
        Code::AddressNotAllowed => jwks::address_not_allowed(),
        Code::Connect => jwks::connect(),
        Code::NotFetchedYet => jwks::not_fetched_yet(),
        Code::TlsVersion => jwks::tls_version(),
        Code::CertificateExpired => jwks::certificate_expired(),
        Code::CertificateNotYetValid => jwks::certificate_not_yet_valid(),
        Code::CertificateName => jwks::certificate_name(),
        Code::CertificateIssuer => jwks::certificate_issuer(),
        Code::CertificateInvalid => jwks::certificate_invalid(),
        Code::Timeout => jwks::timeout(),
        Code::ValidationsOfOrganization => jwks::validations_of_organization(),
        Code::Validations => jwks::validations(),
        Code::Size => jwks::size(),
        Code::RedirectHost => jwks::redirect_host(),
        Code::RedirectLoop => jwks::redirect_loop(),
        Code::Compressed => jwks::compressed(),
        Code::Encoding => jwks::encoding(),
        Code::WebPage => jwks::web_page(),
        Code::Json => jwks::json(),
        Code::NotJwks => jwks::not_jwks(),
        Code::NoUsableKey => jwks::no_usable_key(),
        Code::Unknown => jwks::unknown(),
    };
    text.to_owned()
}

/// Why a key can't be used.
pub(crate) fn fault(fault: &JwkFault) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (member, found, expected) = (text(&fault.member), text(&fault.found), text(&fault.expected));
    let text = match fault.code {
        Fault::RsaSize => return jwks::key_rsa_size(&found),
        Fault::ExponentWeak => return jwks::key_exponent_weak(&found, &expected),
        Fault::ModulusWeak => return jwks::key_modulus_weak(&found),
        Fault::MemberLength => return jwks::key_member_length(&member, &found, &expected),
        Fault::MemberMissing => return jwks::key_member_missing(&member),
        Fault::MemberNotText => return jwks::key_member_not_text(&member),
        Fault::MemberNotBase64url => return jwks::key_member_not_base64url(&member),
        Fault::SameKid => return jwks::key_same_kid(&expected),
        Fault::TypeUnknown => jwks::key_type_unknown(),
        Fault::Symmetric => jwks::key_symmetric(),
        Fault::CurveNotAccepted => jwks::key_curve_not_accepted(),
        Fault::PrivatePart => jwks::key_private_part(),
        Fault::UseNotSignature => jwks::key_use_not_signature(),
        Fault::OperationsNotVerify => jwks::key_operations_not_verify(),
        Fault::AlgorithmNotAccepted => jwks::key_algorithm_not_accepted(),
        Fault::ExponentLarge => jwks::key_exponent_large(),
        Fault::NotOnCurve => jwks::key_not_on_curve(),
        Fault::SmallOrder => jwks::key_small_order(),
        Fault::NotAKeyPoint => jwks::key_not_a_key_point(),
        Fault::Unknown => jwks::key_unknown(),
    };
    text.to_owned()
}
