# Why the keys of an authorization server can't be fetched or used.

## The document

url-invalid = This isn't a valid URL.
url-scheme = The URL has to begin with https://.
url-credentials = The URL can't have a user name or password.
url-fragment = The URL can't have a fragment (#).
# oauth-allowed-networks is a setting of the server.
url-plain = http:// is only allowed for networks that the operator lists in oauth-allowed-networks.
dns = The host name can't be resolved (DNS). Check the URL.
address-not-allowed = The host is inside a private network. The operator can allow it with oauth-allowed-networks.
connect = Couldn't connect. Check the URL.
not-fetched-yet = The keys haven't been fetched yet.
tls-version = The server does not speak TLS 1.2 or 1.3.
certificate-expired = The server's certificate has expired.
certificate-not-yet-valid = The server's certificate isn't valid yet.
certificate-name = The server's certificate is for a different name.
certificate-issuer = The server's certificate comes from an issuer that isn't trusted here.
certificate-invalid = The server's certificate isn't valid.
timeout = The server took longer than 5 seconds.
validations-of-organization = Your organization is validating too many URLs right now. Try again in a moment.
validations = Too many URLs are being validated right now. Try again in a moment.
size = The document is larger than 256 KiB.
status = The server answers with status { $status }.
redirect-host = It redirects to another host. If you trust that host, enter the URL it uses there.
redirect-loop = It redirects too often.
compressed = The server sends the document compressed, although it was asked not to.
encoding = The document isn't in UTF-8.
web-page = This is a web page, such as a sign-in page.
json = The document isn't the expected JSON.
not-jwks = This isn't a JWKS.
no-usable-key = No key in the JWKS can verify access tokens.
# A discovery document that isn't where its issuer publishes it.
issuer = This is a discovery document of { $issuer }, which publishes it at a different address. If you trust it, enter { $location } here, and { $issuer } as Issuer URI.
unknown = The keys can't be fetched.

## A key

key-type-unknown = Unknown type (kty).
key-symmetric = Symmetric keys aren't accepted, because anyone can fetch them.
key-curve-not-accepted = Its curve isn't P-256, P-384 or Ed25519.
key-private-part = Its private part (d) is published too, so anyone can sign with it.
key-use-not-signature = It isn't for signatures (use).
key-operations-not-verify = It isn't for verifying (key_ops).
key-algorithm-not-accepted = Its algorithm (alg) isn't accepted, or doesn't fit its type.
key-rsa-size = The RSA key has { $found } bits. It needs 2048 to 8192.
key-exponent-large = The exponent (e) has more than 33 bits.
key-exponent-weak = The exponent (e) is { $found }. It has to be odd and at least { $expected }.
key-modulus-weak = The modulus (n) is a multiple of { $found }.
key-member-length = { $member } has { $found } bytes instead of { $expected }.
key-not-on-curve = Its point isn't on the curve.
key-small-order = Its point is of small order, so anyone can sign with it.
key-not-a-key-point = Its point can't belong to an Ed25519 key.
key-member-missing = { $member } is missing.
key-member-not-text = { $member } isn't a text.
key-member-not-base64url = { $member } isn't base64url.
key-same-kid = { $expected } keys before it have the same kid. No more are tried.
key-unknown = It can't be used.
