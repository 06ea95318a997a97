# The dialog that checks an access token.

title = Check a token
intro = 
    Paste an access token to see whether <server/> accepts it, and why not. We don't store or log it.
token = Access token
token-hint = A JWT: three parts separated by dots.
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
key-not-named = The token doesn't name its key, and there are several.
extensions = It requires extensions.
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
# The server is newer than this page.
other = A check that this page doesn't know. Reload the page.

## The checks, in the two tables. Names of claims stay.

name-form = Form
name-authorization-server = Authorization server
name-algorithm = Algorithm (alg)
name-extensions = Extensions (crit)
name-kind = Kind of token (typ)
name-key = Key (kid)
name-signature = Signature
name-expiry = Expiry (exp)
name-not-before = Not before (nbf)
name-scope = Scope (scope, scp or roles)
name-api-role = API role
name-audience = Audience (aud)
name-issuer = Issuer (iss)
name-client = Client (client_id, cid, appid or azp)
name-permission = Permission
name-subscription = Subscription
name-service-provider = Service provider
name-other = Further check

## Values

form-actual = not a signed JWT
form-expected = three parts separated by dots
nothing = nothing
any = any value
enabled = enabled
disabled = disabled
available = available
not-available = not available
valid = valid
not-valid = not valid
later-than-now = later than <now/>
earlier-than-now = earlier than <now/>
unnamed-key = a key without kid
begins-with = begins with <start/>
full = All requests
view = Read-only requests (GET, HEAD, OPTIONS)
no-requests = No requests
permission-expected = All requests, or read-only requests
active = active
expired = expired
