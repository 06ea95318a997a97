//! How often a second the signature of an access token alone is verified, on one core, by the library that the gateway does it
//! with: `cargo xtask bench` shows it beside calls with such tokens. Reads what `tests/e2e/bench/tokens.mjs` prints, and prints
//! the rates as JSON.

use std::{
    error::Error,
    io,
    time::{Duration, Instant},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    error::Unspecified,
    signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey},
};
use serde_json::{Map, Value};

const TIME: Duration = Duration::from_secs(4);

fn main() -> Result<(), Box<dyn Error>> {
    let made: Value = serde_json::from_reader(io::stdin())?;
    let mut rates = Map::new();
    for key in made["jwks"]["keys"].as_array().ok_or("no keys")? {
        let member = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str().unwrap_or_default());
        let alg = key["alg"].as_str().ok_or("no alg")?;
        let token = made["tokens"][alg].as_str().ok_or("no token")?;
        let (message, signature) = token.rsplit_once('.').ok_or("no signature")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?;
        let rate = if alg == "RS256" {
            let (n, e) = (member("n")?, member("e")?);
            let key = RsaPublicKeyComponents { n, e };
            per_second(|| key.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature))?
        } else {
            let point = [vec![4], member("x")?, member("y")?].concat();
            let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
            per_second(|| key.verify(message.as_bytes(), &signature))?
        };
        rates.insert(alg.to_owned(), rate.into());
    }
    println!("{}", Value::from(rates));
    Ok(())
}

fn per_second(verify: impl Fn() -> Result<(), Unspecified>) -> Result<f64, &'static str> {
    let (begin, mut verified) = (Instant::now(), 0_u32);
    while begin.elapsed() < TIME {
        verify().map_err(|_| "the signature is wrong")?;
        verified += 1;
    }
    Ok(f64::from(verified) / begin.elapsed().as_secs_f64())
}
