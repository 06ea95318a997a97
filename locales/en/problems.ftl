# What went wrong, by the code of the problem, and what to do about it.

not-understood = The server did not understand the request. Reload the page; it may be older than the server.
invalid-input = Something in the form can't be accepted. Check the marked fields.
too-large = That is more text than the server accepts. Shorten it.
not-found = The server has nothing at this address.
method-not-allowed = The server can't do this. Reload the page; it may be older than the server.
busy = The server has too much to do. Try again in a moment.
internal = Something went wrong in the server. Nothing you typed is lost; try again.
storage-full = The server has no disk space left. Nothing was changed. Ask the operator to make space.
storage-unavailable = The server can't reach its storage. Nothing was changed. Try again in a moment.
not-signed-in = Your session has ended. Sign in again.
setup-required = This installation is not set up yet.
setup-link-invalid = This set-up link is not valid, or it has been used already.
sign-in-failed = The user name or password is wrong.
account-locked = Too many failed attempts.
cross-site-request = The server refused the request because it did not seem to come from this page. Open the portal at its public address.
password-sign-in-off = Signing in with a password is turned off here.
sign-in-at-provider = Sign in at your identity provider.
sso-unavailable = The identity provider can't be used at the moment. Try again in a while.
sso-denied = The identity provider did not sign you in.
sso-failed = The sign-in did not work, or it took too long. Try again.
sso-not-connected = An account with your name already exists. Sign in the way you do so far, then link it on the page Account.
sso-not-fresh = Your identity provider does not say that you have just signed in. Ask who runs this service to have it send auth_time.
sso-other-admin = Somebody else signed in there. Sign in as who you are here.
sso-roles-missing = Your identity provider doesn't say which groups you are in. Nothing was changed. Tell the person who runs it.
sso-no-account = You have no account here. Ask an admin of your organization to invite you.
other-admin = This browser is signed in as someone else now. Nothing was changed. Reload the page.
fresh-password-required = Enter your password again to do this.
wrong-password = The password is wrong.
account-disabled = This account is disabled. Ask an admin of your organization to enable it.
invitation-invalid = This invitation is not valid: it has been used or replaced, or it has expired. Ask for a new one.
administrator-not-found = There is no such admin in this organization any longer.
administrator-exists = This admin has a role in this organization already.
own-account = Nobody changes their own role. Ask another admin.
last-super-admin = This is the last Super Admin who can sign in. Make somebody else one first.
exceeds-own-permissions = This is more than your own role allows.
not-invited = The invitation has been accepted already.
role-not-found = There is no such role any longer.
role-exists = There is a role of this name already. Choose another name.
built-in-role = Built-in roles can't be changed.
role-in-use = Admins have this role. Give them another one first.
session-not-found = This session has ended already.
permission-denied = Your role does not allow this.
organization-not-found = There is no such organization, or you have no role in it.
no-api-key = There is no cloud service API key any longer.
api-key-exists = There is a key already: someone else has added one. It is shown on the page.
api-key-disabled = The service provider has disabled the key. Ask them to enable it.
subscription-expired = The API subscription has expired. Renew it to make changes.
subscription-none = The organization has no API subscription.
not-supported = The service that holds this key doesn't support it.
invalid-api-key = A key has 12 characters: A–Z, a–z, 0–9.
same-api-key = This is the current key. Enter a different one.
similar-api-key = Too similar to the current key. Change at least 6 of the 12 characters.
sandbox-token-not-valid = The Sandbox API token is not valid.
sandbox-token-not-found = There is no such Sandbox API token any longer.
sandbox-token-exists = There is a token of this name already. Choose another name.
sandbox-token-limit = An organization has at most five Sandbox API tokens. Delete one first.
oauth-server-not-found = There is no such authorization server any longer.
oauth-server-exists = There is an authorization server of this name already. Choose another name.
oauth-server-limit = An organization has at most two authorization servers. Delete one first.
oauth-server-enabled = Another authorization server is enabled. Switch, or disable that one first.
validation-required = Validate the JWKS location first.
access-token-not-valid = The access token is not valid.
insufficient-scope = The access token does not allow this.
api-role-not-found = There is no such API role any longer.
api-role-exists = There is an API role of this name already. Choose another name.
access-tokens-disabled = The service provider has disabled access tokens. Ask them to enable them.
api-role-limit = An organization has at most sixteen API roles. Delete one first.
stale-version = Someone else has changed it meanwhile.
idempotency-key-reused = The request was sent before with other content. Try again.
idempotency-key-in-use = The first request is still running. Try again in a moment.
unknown = The server answered with an error that this page does not know. Reload the page.

## Problems without a code

unreachable = The server can't be reached. Check your connection and try again.
intercepted = A web page came back instead of the server's answer: something in between asks you to sign in, perhaps. Reload the page.
cookie-refused = This browser blocks cookies for this site. Allow them, then sign in again.
unexpected = Something between this page and the server answered in its place (status { $status }).
locked-for-seconds = { $seconds ->
    [one] Too many failed attempts. Try again in a second.
   *[other] Too many failed attempts. Try again in { $seconds } seconds.
}
locked-for-minutes = { $minutes ->
    [one] Too many failed attempts. Try again in { $minutes } minute.
   *[other] Too many failed attempts. Try again in { $minutes } minutes.
}
