# The dialog that checks an access token.

title = Check a token
intro = 
    Paste an access token to see whether <server/> accepts it, and why not. We don't store or log it.
token = Access token
token-hint = A JWT: three parts separated by dots.
token-missing = Paste an access token.
check = Check

## Answer

accepted = This token is accepted
rejected = This token is rejected
failed = Failed checks
passed = Passed checks
passed-count = { $count ->
    [one] { $count } check passed
   *[other] { $count } checks passed
}
# Headings of the two tables.
name = Check
actual = Actual
expected = Expected

## Why a token is rejected: one or several of these sentences

form = Not a signed JWT.
algorithm = Its algorithm isn't accepted.
kind = Not an access token.
key = Unknown key.
signature = Wrong signature.
expiry-missing = No expiry.
expired-just-now = Expired just now.
expired-minutes = { $count ->
    [one] Expired { $count } minute ago.
   *[other] Expired { $count } minutes ago.
}
expired-hours = { $count ->
    [one] Expired { $count } hour ago.
   *[other] Expired { $count } hours ago.
}
expired-days = { $count ->
    [one] Expired { $count } day ago.
   *[other] Expired { $count } days ago.
}
not-before = Not valid yet.
scope = No scope for this organization.
api-role = Unknown API role.
audience = Wrong audience.
issuer = Wrong issuer.
client = Wrong client.
server-disabled = The authorization server is disabled.
keys-unavailable = The server's keys aren't available.
permission = The API role doesn't allow any requests.
subscription = No active API subscription.
service-provider = The service provider has disabled access tokens.
# $check is what the server calls a check that is newer than this page.
other = { $check }.
