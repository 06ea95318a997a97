//! Whether a public key in a JWKS is well-formed (RFC 7517; RFC 7518, section 6; RFC 8037) and strong enough: with a weak key,
//! anyone can sign. The same check runs at validation and at each fetch, for access tokens and for single sign-on.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use curve25519_dalek::edwards::CompressedEdwardsY;
use jsonwebtoken::{Algorithm, DecodingKey};
use keyward_contract::{JwkFault, JwkFaultCode as Code};
use serde_json::Value;

use super::crypto::{self, Curve};

/// Algorithms of RSA keys.
pub const RSA: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
];
/// From the size that can't be factored up to what the verifying library accepts, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;
/// The smallest public exponent (FIPS 186-5, section 5.4): with 1 the signature is the message, and 3 forgives faults of padding.
const EXPONENT_MIN: u64 = 65_537;
/// The largest public exponent that the verifying library accepts.
const EXPONENT_MAX: u64 = (1 << 33) - 1;
/// Prime factors of a modulus are looked for below this.
const FACTORS_BELOW: u64 = 5_000;

/// Why a key can't be used.
#[derive(Debug)]
pub struct Unusable {
    /// For programs.
    pub fault: JwkFault,
    /// The same as a sentence.
    pub text: String,
}

impl Unusable {
    pub(super) fn new(code: Code, text: impl Into<String>) -> Self {
        let fault = JwkFault {
            code,
            member: None,
            found: None,
            expected: None,
        };
        Self {
            fault,
            text: text.into(),
        }
    }

    fn of(mut self, member: &str) -> Self {
        self.fault.member = Some(member.to_owned());
        self
    }

    fn found(mut self, found: impl ToString) -> Self {
        self.fault.found = Some(found.to_string());
        self
    }

    pub(super) fn expected(mut self, expected: impl ToString) -> Self {
        self.fault.expected = Some(expected.to_string());
        self
    }
}

/// The key, and the algorithms of its kind of key; or why it can't be used.
pub fn read(jwk: &Value) -> Result<(&'static [Algorithm], DecodingKey), Unusable> {
    let text = |member| jwk.get(member).and_then(Value::as_str).unwrap_or_default();
    let read = match (text("kty"), text("crv")) {
        ("RSA", _) => (RSA, rsa(jwk)?),
        ("EC", "P-256") => (&[Algorithm::ES256][..], ec(jwk, Curve::P256)?),
        ("EC", "P-384") => (&[Algorithm::ES384][..], ec(jwk, Curve::P384)?),
        ("OKP", "Ed25519") => (&[Algorithm::EdDSA][..], ed25519(jwk)?),
        ("EC" | "OKP", _) => {
            let text = "This curve isn't accepted. Use P-256, P-384 or Ed25519.";
            return Err(Unusable::new(Code::CurveNotAccepted, text));
        }
        ("oct", _) => {
            let text = "Symmetric keys aren't accepted, because anyone can fetch them.";
            return Err(Unusable::new(Code::Symmetric, text));
        }
        _ => return Err(Unusable::new(Code::TypeUnknown, "The type of the key isn't known.")),
    };
    if jwk.get("d").is_some_and(|private| !private.is_null()) {
        let text = "Its private part (d) is published too, so anyone who fetches it can sign. Replace the key.";
        return Err(Unusable::new(Code::PrivatePart, text));
    }
    Ok(read)
}

fn rsa(jwk: &Value) -> Result<DecodingKey, Unusable> {
    let (modulus, exponent) = (number(jwk, "n")?, number(jwk, "e")?);
    let bits = modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize);
    if !RSA_BITS.contains(&bits) {
        let text = format!("It has {bits} bits. An RSA key has 2048 to 8192 bits.");
        return Err(Unusable::new(Code::RsaSize, text).found(bits));
    }
    let value = exponent
        .iter()
        .take(8)
        .fold(0, |value, byte| value << 8 | u64::from(*byte));
    if exponent.len() > 5 || value > EXPONENT_MAX {
        let text = "Its exponent (e) has more than 33 bits, which is more than can be verified.";
        return Err(Unusable::new(Code::ExponentLarge, text));
    }
    if value < EXPONENT_MIN || value % 2 == 0 {
        let text = format!(
            "Its exponent (e) is {value}. It must be odd and at least {EXPONENT_MIN}, or signatures can be forged."
        );
        return Err(Unusable::new(Code::ExponentWeak, text)
            .found(value)
            .expected(EXPONENT_MIN));
    }
    if let Some(factor) = small_factor(&modulus) {
        let text = format!("Its modulus (n) is a multiple of {factor}, so signatures can be forged.");
        return Err(Unusable::new(Code::ModulusWeak, text).found(factor));
    }
    Ok(DecodingKey::from_rsa_raw_components(&modulus, &exponent))
}

/// The smallest prime that divides a number, among the first hundreds.
fn small_factor(number: &[u8]) -> Option<u64> {
    let is_prime = |candidate: &u64| {
        (2..*candidate)
            .take_while(|it| it * it <= *candidate)
            .all(|it| !candidate.is_multiple_of(it))
    };
    // So many bytes at a time as leave room for a rest before them: a fetch may bring a hundred keys.
    let digit = |bytes: &[u8]| bytes.iter().fold(0, |digit, byte| digit << 8 | u64::from(*byte));
    let digits: Vec<u64> = number.rchunks(6).rev().map(digit).collect();
    let rest = |prime: u64| digits.iter().fold(0, |rest, digit| (rest << 48 | digit) % prime);
    (2..FACTORS_BELOW).filter(is_prime).find(|prime| rest(*prime) == 0)
}

fn ec(jwk: &Value, curve: Curve) -> Result<DecodingKey, Unusable> {
    let mut point = vec![4];
    for member in ["x", "y"] {
        let coordinate = bytes(jwk, member)?;
        let (has, wanted) = (coordinate.len(), curve.coordinate());
        if has != wanted {
            // RFC 7518, section 6.2.1.2.
            let text = format!("Its {member} has {has} bytes. On this curve it has {wanted}, leading zeros included.");
            let fault = Unusable::new(Code::MemberLength, text).of(member);
            return Err(fault.found(has).expected(wanted));
        }
        point.extend(coordinate);
    }
    if !crypto::is_on(curve, &point) {
        let text = "Its point (x and y) is not on the curve.";
        return Err(Unusable::new(Code::NotOnCurve, text));
    }
    Ok(DecodingKey::from_ec_der(&point))
}

/// The verifying library accepts points of small order, under which one signature fits any message, and doesn't check points
/// beforehand.
fn ed25519(jwk: &Value) -> Result<DecodingKey, Unusable> {
    let bytes = bytes(jwk, "x")?;
    let encoded = CompressedEdwardsY::from_slice(&bytes);
    let encoded = encoded.map_err(|_| {
        let text = format!("Its x has {} bytes. An Ed25519 key has 32.", bytes.len());
        let fault = Unusable::new(Code::MemberLength, text).of("x");
        fault.found(bytes.len()).expected(32)
    })?;
    let point = encoded.decompress();
    let point = point.ok_or_else(|| Unusable::new(Code::NotOnCurve, "Its point (x) is not on the curve."))?;
    if point.is_small_order() {
        let text = "Its point (x) is of small order, so anyone could sign.";
        return Err(Unusable::new(Code::SmallOrder, text));
    }
    if point.compress() != encoded || !point.is_torsion_free() {
        let text = "Its point (x) can't belong to an Ed25519 key.";
        return Err(Unusable::new(Code::NotAKeyPoint, text));
    }
    Ok(DecodingKey::from_ed_der(&bytes))
}

/// A number without the zeros that some libraries put before it (RFC 7518, section 6.3.1.1).
fn number(jwk: &Value, member: &str) -> Result<Vec<u8>, Unusable> {
    let bytes = bytes(jwk, member)?;
    Ok(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

fn bytes(jwk: &Value, member: &str) -> Result<Vec<u8>, Unusable> {
    let text = match jwk.get(member) {
        None | Some(Value::Null) => {
            let text = format!("It has no {member}.");
            return Err(Unusable::new(Code::MemberMissing, text).of(member));
        }
        Some(Value::String(text)) => text,
        Some(_) => {
            let text = format!("Its {member} isn't a text.");
            return Err(Unusable::new(Code::MemberNotText, text).of(member));
        }
    };
    let because = |why: &str| {
        let text = format!("Its {member} is not base64url as in RFC 7515, section 2: {why}.");
        Unusable::new(Code::MemberNotBase64url, text).of(member)
    };
    let is_alphabet = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    match text.chars().find(|character| !is_alphabet(*character)) {
        Some('=') => Err(because("it has = at its end").found('=')),
        Some(character @ ('+' | '/')) => Err(because("it has + or / instead of - and _").found(character)),
        Some(character) if character.is_whitespace() => {
            Err(because("it contains a space or line break").found(character))
        }
        Some(character) => Err(because(&format!("it contains {character:?}")).found(character)),
        None => URL_SAFE_NO_PAD.decode(text).map_err(|_| because("its end is missing")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RSA_N: &str = "\
        0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs\
        tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI\
        SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    /// Base point of Ed25519, which is a key like any other.
    const ED25519: &str = "WGZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY";
    const P256: [&str; 2] = [
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ];

    fn text(bytes: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn bytes_of(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).expect("base64url")
    }

    fn why(jwk: &Value) -> String {
        let unusable = read(jwk).err();
        unusable.unwrap_or_else(|| panic!("it is usable: {jwk}")).text
    }

    fn rsa_key(n: &[u8], e: &[u8]) -> Value {
        json!({ "kty": "RSA", "n": text(n), "e": text(e) })
    }

    #[test]
    fn weak_rsa_keys_are_rejected() {
        let n = bytes_of(RSA_N);
        for e in [
            &[1, 0, 1][..],
            &[0, 1, 0, 1],
            &[1, 0, 0, 0, 1],
            &[1, 255, 255, 255, 255],
        ] {
            assert!(read(&rsa_key(&n, e)).is_ok(), "{e:?}");
        }
        for (e, because) in [
            (&[][..], "is 0."),
            (&[0], "is 0."),
            (&[1], "is 1."),
            (&[2], "is 2."),
            (&[3], "is 3."),
            (&[17], "is 17."),
            (&[255, 255], "is 65535."),
            (&[1, 0, 0], "is 65536."),
            (&[1, 0, 2], "is 65538."),
            (&[2, 0, 0, 0, 1], "33 bits"),
            (&[1, 0, 0, 0, 0, 0, 0, 1, 0, 1], "33 bits"),
        ] {
            assert!(why(&rsa_key(&n, e)).contains(because), "{e:?}");
        }
        let last = |digit: u8| [&n[..255], &[digit]].concat();
        for factor in [2_u8, 3, 5, 7, 11, 13] {
            let is_multiple = |digit: &u8| small_factor(&last(*digit)) == Some(u64::from(factor));
            let digit = (0..=255).find(is_multiple).expect("a multiple");
            assert!(why(&rsa_key(&last(digit), &[1, 0, 1])).contains(&format!("multiple of {factor},")));
        }
        for (n, because) in [
            (&n[1..], "It has 2"),
            (&[&[0x7f], &n[1..]].concat(), "It has 2047 bits"),
            (&[&[1], &n[..], &[1; 768]].concat(), "It has 8193 bits"),
            (&[0; 256], "It has 0 bits"),
            (&[], "It has 0 bits"),
        ] {
            assert!(why(&rsa_key(n, &[1, 0, 1])).contains(because), "{}: {because}", n.len());
        }
        // Some libraries put a zero in front.
        assert!(read(&rsa_key(&[&[0], &n[..]].concat(), &[1, 0, 1])).is_ok());
    }

    #[test]
    fn points_off_the_curve_are_rejected() {
        let (x, y) = (bytes_of(P256[0]), bytes_of(P256[1]));
        let key = |x: &[u8], y: &[u8]| json!({ "kty": "EC", "crv": "P-256", "x": text(x), "y": text(y) });
        assert!(read(&key(&x, &y)).is_ok());
        let other = [&y[..31], &[y[31] ^ 1]].concat();
        for (x, y, because) in [
            (&x[..], &other[..], "not on the curve"),
            (&[0; 32], &[0; 32], "not on the curve"),
            (&[255; 32], &y, "not on the curve"),
            (&x[..31], &y, "has 31 bytes"),
            (&[&[0], &x[..]].concat(), &y, "has 33 bytes"),
            (&x, &[], "has 0 bytes"),
        ] {
            assert!(why(&key(x, y)).contains(because), "{because}");
        }
        let p384 = json!({ "kty": "EC", "crv": "P-384", "x": P256[0], "y": P256[1] });
        assert!(why(&p384).contains("it has 48"));
    }

    #[test]
    fn weak_ed25519_points_are_rejected() {
        let key = |x: &[u8]| json!({ "kty": "OKP", "crv": "Ed25519", "x": text(x) });
        assert!(read(&key(&bytes_of(ED25519))).is_ok());
        // All points of small order, canonical or not; the last bit is the sign of the other coordinate.
        let p_and = |byte: u8| [&[byte], &[0xff; 30][..], &[0x7f]].concat();
        let order_8 = "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU";
        let order_8_too = "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o";
        for point in [
            vec![0; 32],
            [&[1], &[0; 31][..]].concat(),
            bytes_of(order_8),
            bytes_of(order_8_too),
            p_and(0xec),
            p_and(0xed),
            p_and(0xee),
        ] {
            for sign in [0, 0x80] {
                let mut point = point.clone();
                point[31] |= sign;
                let why = why(&key(&point));
                assert!(
                    why.contains("small order") || why.contains("not on the curve"),
                    "{point:?}: {why}"
                );
            }
        }
        // The base point and one of order 2: it has no key of its own.
        let base = CompressedEdwardsY::from_slice(&bytes_of(ED25519))
            .expect("32 bytes")
            .decompress();
        let two = CompressedEdwardsY::from_slice(&p_and(0xec))
            .expect("32 bytes")
            .decompress();
        let mixed = (base.expect("a point") + two.expect("a point")).compress();
        assert!(why(&key(mixed.as_bytes())).contains("can't belong to an Ed25519 key"));
        assert!(why(&key(&[2; 32])).contains("curve"), "no square");
        assert!(why(&key(&[7; 31])).contains("31 bytes"));
    }

    #[test]
    fn invalid_base64url_is_reported_precisely() {
        let with = |member: &str, value: Value| {
            let mut key = json!({ "kty": "RSA", "n": RSA_N, "e": "AQAB" });
            key[member] = value;
            why(&key)
        };
        for (member, value, because) in [
            ("n", json!(format!("{RSA_N}=")), "it has ="),
            ("e", json!("AQAB="), "it has ="),
            ("n", json!(RSA_N.replace('_', "/")), "it has + or /"),
            (
                "n",
                json!(format!("{}\r\n{}", &RSA_N[..64], &RSA_N[64..])),
                "line break",
            ),
            ("n", json!("ä"), "'ä'"),
            ("e", json!("AQABA"), "its end is missing"),
            ("e", Value::Null, "It has no e."),
            ("n", json!(7), "Its n isn't a text."),
            ("d", json!("AQAB"), "private part"),
        ] {
            let why = with(member, value);
            assert!(why.contains(because), "{because}: {why}");
        }
    }
}
