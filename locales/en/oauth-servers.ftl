# The tab of the authorization servers.

title = OAuth 2.0 Authorization Servers
intro = 
    API clients can send an access token from one of these servers (<code>Authorization: Bearer</code>) instead of the key and a
    password. You can add two; only one can be enabled.
no-subscription = 
    Authorization servers are part of an API subscription, and this organization has never had one. Ask your service provider
    for one.
expired-text = 
    Access tokens are rejected, and you can't change anything here until you renew. Your settings are kept.
disabled-title = The service provider has disabled access tokens
disabled-text = 
    API clients can't use them, and you can't change anything here. This can happen after too many API calls or a breach of
    terms. Contact your service provider.
view-only-text = You can see authorization servers and API roles but not change them.

## Table

caption = Authorization servers
name = Authorization Server Name
description = Description
last-successful-fetch = Last Successful Fetch Time
# The state of a server.
enabled = Enabled
disabled = Disabled
held-text = Restored from a backup; may have been changed or deleted since. Edit to enable it again.
never-fetched = Never
empty-title = No authorization servers yet
empty-text = Add the server that issues access tokens to your API clients.

## Add and edit

add = Add Authorization Server
add-title = Add Authorization Server to { $organization }
edit-title = Edit Authorization Server { $server } of { $organization }
# Instead of Add and Save, where that disables the other server.
add-and-switch = Add and switch
save-and-switch = Save and switch
added = Authorization server added.
changed = Authorization server changed. It applies immediately.
# Where a dialog is about a server that is gone.
gone = Someone else deleted this authorization server
gone-while-editing = This authorization server was deleted while you were editing
name-hint = A–Z, a–z and 0–9, without spaces
description-hint = Optional.
enable-text = Accept access tokens from this server.
switch-title = { $server } is currently enabled
switch-text = Saving disables it immediately. Its tokens stop working.
jwks-location = OAuth 2.0 JWKS Location
jwks-location-hint = JWKS URL, or a discovery document URL (fills in the issuer too).
jwks-location-unvalidated = Validate this location first.
certificate-validation = JWKS Server Certificate Validation
certificate-validation-text = If off, an attacker on the network can substitute their own keys.
validate = Validate
audience = Audience URI
audience-hint = Optional. Required value of the aud claim.
issuer = Issuer URI
issuer-hint = Recommended. Required iss claim. Without it, any customer of a shared provider could get in.
client-id = Client ID
client-id-hint = Optional. Required value of the client_id, cid or appid claim, or of azp if the token has none of them.

## What a validation found

unusable = This location can't be used
usable-keys = { $count ->
    [one] { $count } key can verify access tokens
   *[other] { $count } keys can verify access tokens
}
keys = Keys
key-used = Used
key-not-used = Not used
# In place of the name of a key.
key-unnamed = no kid
# One of several facts about a key, such as: RSA, RS256, sig, certificate until Nov 27, 2027, 6:38 AM
key-certificate = certificate until { $time }
more-keys = { $count ->
    [one] { $count } more key at the end of the list won't be used.
   *[other] { $count } more keys at the end of the list won't be used.
}

## Delete

delete-title = Delete Authorization Server { $server } of { $organization }?
delete-consequence = <name/> will be deleted.
delete-warning = Its access tokens stop working immediately. You can't undo this.
deleted = Authorization server deleted. Its tokens no longer work.
callers-text = These clients used it in the last 24 hours and will stop working:
callers-caption = Clients that will stop working
callers-last-seen = Last seen
callers-more = { $count ->
    [one] and { $count } more client
   *[other] and { $count } more clients
}
callers-none = No client used its access tokens in the last 24 hours.
callers-failed = Couldn't load the clients that use its tokens.

## Usage

usage = View usage
usage-title = Access token usage
usage-text = Accepted requests, grouped by the API role in the token.
usage-caption = Clients that call with access tokens
usage-none = No access token used in the last 30 days.
