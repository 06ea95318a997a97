//! What is wrong with a JWKS, a key in it, or an access token: codes with arguments, which pages put into words.

use serde::{Deserialize, Serialize};

use crate::{FetchFailureReason as Reason, code::codes};

codes! {
    /// Why a document couldn't be fetched or used.
    FetchFailureCode {
        UrlInvalid = "url-invalid" "It isn't a URL, or can't be used as one.";
        UrlScheme = "url-scheme" "The URL doesn't begin with https://.";
        UrlCredentials = "url-credentials" "The URL has a user name or password.";
        UrlFragment = "url-fragment" "The URL has a fragment (#).";
        UrlPlain = "url-plain" "The URL begins with http://, which is only allowed for the networks in `oauth-allowed-networks`.";
        Dns = "dns" "The host name can't be resolved.";
        AddressNotAllowed = "address-not-allowed" "The host is in a private network that isn't in `oauth-allowed-networks` (SSRF protection).";
        Connect = "connect" "The server can't be reached, or closes the connection.";
        NotFetchedYet = "not-fetched-yet" "The JWKS hasn't been fetched yet.";
        TlsVersion = "tls-version" "The server doesn't speak TLS 1.2 or 1.3.";
        CertificateExpired = "certificate-expired" "The server's certificate has expired.";
        CertificateNotYetValid = "certificate-not-yet-valid" "The server's certificate isn't valid yet.";
        CertificateName = "certificate-name" "The server's certificate is for a different name.";
        CertificateIssuer = "certificate-issuer" "The operating system here doesn't trust the issuer of the server's certificate.";
        CertificateInvalid = "certificate-invalid" "The server's certificate isn't valid.";
        Timeout = "timeout" "The server took longer than 5 seconds.";
        ValidationsOfOrganization = "validations-of-organization" "Too many URLs of this organization are being validated.";
        Validations = "validations" "Too many URLs are being validated.";
        Size = "size" "The document is larger than 256 KiB.";
        Status = "status" "The server answers with `status`, not with 200.";
        RedirectHost = "redirect-host" "The server redirects to another host.";
        RedirectLoop = "redirect-loop" "The server redirects too often.";
        Compressed = "compressed" "The server sends the document compressed, though it was asked not to.";
        Encoding = "encoding" "The document isn't in UTF-8.";
        WebPage = "web-page" "It is a web page, such as a sign-in page.";
        Json = "json" "The document isn't the JSON that is expected.";
        NotJwks = "not-jwks" "It isn't a JWKS.";
        NoUsableKey = "no-usable-key" "No key in the JWKS can verify a token.";
        Issuer = "issuer" "It is a discovery document of `issuer`, which publishes it at a different address. Its JWKS is at `jwksUri`.";
    }
}

impl FetchFailureCode {
    /// The kind of failure.
    pub fn reason(self) -> Reason {
        match self {
            Self::UrlInvalid | Self::UrlScheme | Self::UrlCredentials | Self::UrlFragment | Self::UrlPlain => {
                Reason::Url
            }
            Self::Dns => Reason::Dns,
            Self::AddressNotAllowed => Reason::AddressNotAllowed,
            Self::Connect | Self::NotFetchedYet => Reason::Connect,
            Self::TlsVersion
            | Self::CertificateExpired
            | Self::CertificateNotYetValid
            | Self::CertificateName
            | Self::CertificateIssuer
            | Self::CertificateInvalid => Reason::Tls,
            Self::Timeout | Self::ValidationsOfOrganization | Self::Validations => Reason::Timeout,
            Self::Size => Reason::Size,
            Self::Status => Reason::Status,
            Self::RedirectHost | Self::RedirectLoop => Reason::Redirect,
            Self::Compressed | Self::Encoding | Self::WebPage | Self::Json | Self::NotJwks | Self::Unknown => {
                Reason::Json
            }
            Self::NoUsableKey => Reason::NoUsableKey,
            Self::Issuer => Reason::Issuer,
        }
    }
}

codes! {
    /// Why a key of a JWKS can't be used.
    JwkFaultCode {
        TypeUnknown = "type-unknown" "Its type (`kty`) isn't known.";
        Symmetric = "symmetric" "It is symmetric, so anyone who fetches it could sign.";
        CurveNotAccepted = "curve-not-accepted" "Its curve isn't P-256, P-384 or Ed25519.";
        PrivatePart = "private-part" "Its private part (`d`) is published too, so anyone who fetches it could sign.";
        UseNotSignature = "use-not-signature" "It isn't for signatures (`use`).";
        OperationsNotVerify = "operations-not-verify" "It isn't for verifying (`key_ops`).";
        AlgorithmNotAccepted = "algorithm-not-accepted" "Its algorithm (`alg`) isn't accepted, or doesn't fit its type.";
        RsaSize = "rsa-size" "The RSA key has `found` bits instead of 2048 to 8192.";
        ExponentLarge = "exponent-large" "The exponent (`e`) has more than 33 bits.";
        ExponentWeak = "exponent-weak" "The exponent (`e`) is `found`. It has to be odd and at least `expected`.";
        ModulusWeak = "modulus-weak" "The modulus (`n`) is a multiple of `found`.";
        MemberLength = "member-length" "`member` has `found` bytes instead of `expected`.";
        NotOnCurve = "not-on-curve" "Its point isn't on the curve.";
        SmallOrder = "small-order" "Its point is of small order, so anyone could sign.";
        NotAKeyPoint = "not-a-key-point" "Its point can't belong to an Ed25519 key.";
        MemberMissing = "member-missing" "`member` is missing.";
        MemberNotText = "member-not-text" "`member` isn't a text.";
        MemberNotBase64url = "member-not-base64url" "`member` isn't base64url: `found` isn't allowed in it, or its end is missing.";
        SameKid = "same-kid" "`expected` keys before it have the same `kid`. No more are tried.";
    }
}

/// Why a key of a JWKS can't be used: a code and its arguments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct JwkFault {
    /// What is wrong.
    pub code: JwkFaultCode,
    /// Which member of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub member: Option<String>,
    /// What it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub found: Option<String>,
    /// What it has to have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub expected: Option<String>,
}

codes! {
    /// A check of an access token. Values are those of `actual` and `expected`.
    TokenCheckCode {
        Form = "form" "A signed JWT: three base64url parts separated by dots. No values.";
        AuthorizationServer = "authorization-server" "The server is enabled. Actual: `enabled` or `disabled`.";
        KeysAvailable = "keys-available" "The server's keys are available. `failure` says why they aren't. No values.";
        Algorithm = "algorithm" "`alg` is accepted. Actual: the algorithm, or none. Expected: those that are accepted.";
        Extensions = "extensions" "The token requires no extensions. Actual: `crit`. Expected: none.";
        Kind = "kind" "It is an access token (`typ`). Actual: the type, or an empty text, then claims that only other tokens have. Expected: the types.";
        Key = "key" "The key (`kid`) is in the JWKS. Actual: the name, or none. Expected: the names in the JWKS, empty for a key without one.";
        KeyNamed = "key-named" "The token names its key, which it has to where several fit. Actual: none. Expected: the names in the JWKS.";
        Signature = "signature" "The signature is valid. No values.";
        Expiry = "expiry" "`exp` is later than the current time. Actual: the time, or none. Expected: the current time. A minute of leeway.";
        NotBefore = "not-before" "`nbf` is earlier than the current time, or missing. Actual: the time, or none. Expected: the current time. A minute of leeway.";
        Scope = "scope" "A scope of one organization, in `scope`, `scp` or `roles`. Actual: the claims. Expected: what the scope begins with.";
        ApiRole = "api-role" "An API role in a scope exists; of several, the one that allows most counts. Actual: the API roles that the scopes name. Expected: the API roles of the organization.";
        Audience = "audience" "`aud` is or holds the configured value. Actual: the claim. Expected: the value, or none for any.";
        Issuer = "issuer" "`iss` is the configured value. Actual: the claim. Expected: the value, or none for any.";
        Client = "client" "`client_id`, `cid` or `appid` is the configured value, or `azp` if the token has none of them. Actual: the claims. Expected: the value, or none for any.";
        Permission = "permission" "The API role allows requests. Actual: `none`, `view` or `full`, or no value.";
        Subscription = "subscription" "The API subscription is active. Actual: `active`, `expired` or `none`.";
        ServiceProvider = "service-provider" "The service provider has access tokens enabled. Actual: `enabled` or `disabled`.";
    }
}
