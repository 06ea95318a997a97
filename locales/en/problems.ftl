# What went wrong, by the code of the problem, and what to do about it.

not-understood = The server couldn't read the request. This page may be out of date: reload it and try again.
invalid-input = Some fields need attention. Check the ones that are marked.
too-large = This is more text than the server accepts. Shorten it and try again.
not-found = Not found. Reload the page; it may be out of date.
method-not-allowed = The server doesn't support this. Reload the page; it may be out of date.
busy = The server is busy. Try again in a moment.
internal = Something went wrong on the server. Your input is kept; try again.
storage-full = The server is out of disk space. Nothing was changed. Ask the operator to free up space.
storage-unavailable = The server can't reach its database. Try again in a moment.
not-signed-in = Your session has ended. Sign in again.
setup-required = Keyward isn't set up yet. Open the one-time link that the server printed.
setup-link-invalid = This set-up link is no longer valid. It may have been used already.
sign-in-failed = Wrong user name or password.
account-locked = Too many failed attempts.
cross-site-request = The request didn't come from this page's own address. Open the portal at its public address and try again.
password-sign-in-off = Password sign-in is turned off. Use single sign-on.
sign-in-at-provider = Sign in at your identity provider.
sso-unavailable = Your identity provider can't be reached right now. Try again later.
sso-denied = Your identity provider didn't sign you in. Ask its administrator for access.
sso-failed = Sign-in failed or took too long. Try again.
sso-not-connected = An account with your name already exists. Sign in with its password, then link it on the Account page.
sso-not-fresh = Your identity provider didn't confirm that you just signed in. Ask the operator to have it send the auth_time claim.
sso-other-admin = You signed in with a different account there. Use the one you're signed in with here.
sso-roles-missing = Your identity provider didn't send your groups, so nothing was changed. Tell the person who runs it.
sso-no-account = You don't have an account here. Ask an admin of your organization to invite you.
other-admin = Someone else is signed in to this browser now. Nothing was changed. Reload the page.
fresh-password-required = Enter your password again to continue.
wrong-password = Wrong password.
account-disabled = Your account is disabled. Ask an admin of your organization to enable it.
invitation-invalid = This invitation is no longer valid. If you've already accepted, sign in. Otherwise ask for a new one.
administrator-not-found = This admin no longer has a role in this organization.
administrator-exists = This admin already has a role in this organization.
own-account = You can't change your own role. Ask another admin.
last-super-admin = This is the last Super Admin who can sign in. Make someone else a Super Admin first.
exceeds-own-permissions = You can't grant permissions you don't have.
not-invited = The invitation has already been accepted.
role-not-found = This role no longer exists.
role-exists = A role with this name already exists. Choose a different name.
built-in-role = Built-in roles can't be changed.
role-in-use = Admins have this role. Give them a different one first.
session-not-found = This session has already ended.
permission-denied = Your role doesn't allow this.
organization-not-found = Organization not found. It doesn't exist, or you don't have access.
no-api-key = The cloud service API key no longer exists.
api-key-exists = Someone else already added a key. It's shown on the page.
api-key-disabled = The service provider has disabled the key. Contact them to enable it.
subscription-expired = The API subscription has expired. Renew it to make changes.
subscription-none = This organization doesn't have an API subscription.
not-supported = The service that holds this key doesn't support it.
upstream-unavailable = The service that holds this key can't be reached. Try again later.
upstream-rejected = The service that holds this key rejected this. Contact the operator.
upstream-pending = The service that holds this key hasn't confirmed the change yet. Look again in a moment.
invalid-api-key = A key has 12 characters: A–Z, a–z, 0–9.
same-api-key = This is the current key. Enter a different one.
similar-api-key = Too similar to the current key.
sandbox-token-not-found = This Sandbox API token no longer exists.
sandbox-token-exists = A token with this name already exists. Choose a different name.
sandbox-token-limit = You've reached the limit of five Sandbox API tokens. Delete one first.
oauth-server-not-found = This authorization server no longer exists.
oauth-server-exists = An authorization server with this name already exists. Choose a different name.
oauth-server-limit = You've reached the limit of two authorization servers. Delete one first.
oauth-server-enabled = A different authorization server is enabled. Switch to this one, or disable the other first.
validation-required = Validate the JWKS URL first.
access-token-not-valid = The access token isn't valid.
insufficient-scope = The access token doesn't allow this.
api-role-not-found = This API role no longer exists.
api-role-exists = An API role with this name already exists. Choose a different name.
access-tokens-disabled = The service provider has disabled access tokens. Contact them to enable them.
api-role-limit = You've reached the limit of sixteen API roles. Delete one first.
stale-version = Someone else changed this while you were editing.
idempotency-key-reused = This request was already sent with different content. Try again.
idempotency-key-in-use = The first request is still running. Try again in a moment.
unknown = The server reported an error this page doesn't know. Reload the page.

## Problems without a code

unreachable = Can't reach the server. Check your connection and try again.
intercepted = A web page came back instead of the server's answer. A network sign-in may be in the way: reload the page.
cookie-refused = This browser blocks cookies for this site. Allow them, then sign in again.
unexpected = Something between this page and the server answered instead of it (status { $status }). Try again.
locked-for-seconds = { $seconds ->
    [one] Too many failed attempts. Try again in a second.
   *[other] Too many failed attempts. Try again in { $seconds } seconds.
}
locked-for-minutes = { $minutes ->
    [one] Too many failed attempts. Try again in { $minutes } minute.
   *[other] Too many failed attempts. Try again in { $minutes } minutes.
}
