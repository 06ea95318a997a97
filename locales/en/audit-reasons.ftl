# Why something failed, in the audit log: a few words, without a period. Each is named as the log has the reason, which stands
# beside it in brackets. For reasons that are not here, the log says what the answer of the server said.

## Signing in

unknown-user = Unknown user name
wrong-password = Wrong password
no-password = The account has no password
password-held = Password restored from a backup and not confirmed yet
password-sign-in-off = Password sign-in is off, and this isn't a service account
locked = Account locked after failed attempts
too-many-failures = Five failed attempts within a minute
too-many-failures-in-a-day = Twenty failed attempts within a day; each further one is delayed
account-disabled = Account disabled
admin-changed-concurrently = The admin's password or role changed at the same time
session-ended = Session ended

## Opening API sessions with the key

wrong-key = Wrong key
former-key = Previous key used
former-or-current-key = Could also be the previous key, so it was rejected
key-held = Key restored from a backup and not confirmed yet
key-of-other-organization = Key of a different organization of this admin
organization-ambiguous = Several organizations of this admin have the same key
too-many-wrong-keys = Five sign-ins with a wrong key within a minute
too-many-wrong-keys-in-a-day = Twenty sign-ins with a wrong key within a day; each further one is delayed
key-locked = API sessions of this admin locked after sign-ins with a wrong key
key-guessed = Someone is guessing this key: twenty sign-ins with a wrong one within an hour
key-changed-concurrently = Key changed at the same time
timestamp-unusable = Timestamp shows too little of the key; the client must send the current time
timestamp-out-of-range = Timestamp too far from the server's time
no-api-access = The admin's role doesn't allow API sessions

## Changing the key

api-key-disabled = Key disabled by the service provider
subscription-expired = API subscription expired
subscription-none = No API subscription
no-api-key = No API key
api-key-exists = A key already existed
same-api-key = The new key was the current one
similar-api-key = The new key was too similar to the current one
if-match-required = The request named no version
stale-version = Changed by someone else in the meantime
# "Idempotency key": Idempotency-Key is a header of the request; nothing to do with the API key.
idempotency-key-reused = Idempotency key reused for a different request
idempotency-key-in-use = The first request was still running

## Access tokens

token-algorithm-not-accepted = Access token: algorithm not accepted
token-kind-wrong = Not an access token
token-key-unknown = Access token: unknown key
token-key-not-named = Access token: names no key, and there are several
token-server-disabled = Access token: authorization server disabled
token-signature-wrong = Access token: wrong signature
token-expired = Access token expired
token-not-yet-valid = Access token not valid yet
token-scope-missing = Access token: no scope for one organization
token-api-role-unknown = Access token: no such API role
token-audience-wrong = Access token: wrong audience
token-issuer-wrong = Access token: wrong issuer
token-client-wrong = Access token: wrong client

## Single sign-on

token-unreadable = Unreadable token from the identity provider
sso-not-begun = The identity provider's answer fits no sign-in that this browser started
sso-provider-unknown = No such identity provider
sso-too-many = Too many sign-ins from this address
sso-state-wrong = The identity provider's answer was for a different sign-in
sso-code-missing = The identity provider sent no code
sso-nonce-wrong = ID token for a different sign-in
sso-subject-missing = The identity provider's token named no one
sso-claim-missing = The identity provider sent no user name
# email_verified is the name of a claim, and stays.
sso-email-not-verified = The identity provider didn't confirm the email address (email_verified)
sso-client-refused = The identity provider rejected Keyward's client secret, or its method
sso-login-of-other-domain = User name outside the identity provider's domain
sso-not-connected = Account not linked to this identity provider
sso-login-unusable = User name with characters that can pass for others
sso-groups-missing = The identity provider sent no groups to take roles from
sso-subject-changed = The user name belongs to a different person at the identity provider
sso-no-role = No role in any organization
sso-sign-in-not-fresh = The identity provider didn't confirm a recent sign-in
sso-other-admin = Someone else signed in at the identity provider
sso-no-logout-token = Not a logout token

## Fetching the keys of an authorization server (JWKS)

jwks-url = The JWKS URL can't be used
jwks-dns = JWKS: unknown host name (DNS)
jwks-address-not-allowed = JWKS: address not allowed
jwks-connect = JWKS: couldn't connect
jwks-tls = JWKS: certificate or TLS not accepted
jwks-timeout = JWKS: timed out
jwks-size = JWKS: too large
jwks-status = JWKS: status wasn't 200
jwks-redirect = JWKS: redirects elsewhere
jwks-json = Not a JWKS
jwks-no-usable-key = JWKS: no usable key
