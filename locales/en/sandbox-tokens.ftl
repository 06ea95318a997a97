# The tab of the Sandbox API tokens.

title = Sandbox API Token
intro =
    Programs submit files to the Sandbox with a token (<code>api_token</code>). Create one per program, up to five.
no-subscription = 
    Sandbox API tokens are part of an API subscription, and this organization has never had one. Ask your service provider for
    one.
expired-text = Tokens are rejected and can't be changed until you renew. Your tokens are kept.
view-only-text = You can see the tokens' details but not change them.

## Table

caption = Sandbox API tokens
token = Sandbox API Token
empty-title = No Sandbox API tokens yet
empty-text = Add one to generate a random token that works right away.
new = New token
# Why a token needs to be confirmed: below a badge.
held = Held
held-text = Restored from a backup; may have been replaced since. It doesn't work until you confirm it.
unconfirmed = Unconfirmed
unconfirmed-text = Restored from a backup; may have been replaced since.
never-used = Never used
not-used = Not used in 30 days
# The button around the time of the last use: for screen readers.
usage-of = Usage of { $token }

## Add and rename

add = Add Sandbox API Token
add-title = Add Sandbox API Token to { $organization }
rename-title = Rename token { $token } of { $organization }
add-text = Name the token after the program that uses it.
rename-text = The token itself doesn't change. To replace it, regenerate it.
name-hint = Up to 10 characters, for example mail-gw
added = Token added. It works right away.
renamed = Token renamed.

## Regenerate, delete and confirm

regenerate-title = Regenerate token { $token } of { $organization }?
delete-title = Delete token { $token } of { $organization }?
confirm-title = Confirm token { $token } of { $organization }?
regenerate-consequence = <name/> gets a new random token.
delete-consequence = <name/> will be deleted.
confirm-consequence = 
    <name/> was restored from a backup and may have been replaced since. Confirm it to let programs use it again.
breaks = Programs that use the current token stop working immediately. You can't undo this.
regenerated = Token regenerated. The old one no longer works.
deleted = Token deleted. It no longer works.
confirmed = Token confirmed.
# Where a dialog is about a token that is gone.
gone = Someone else deleted this token

## Clients that a change breaks

breaks-label = Token usage
breaks-loading = Looking up its clients…
breaks-failed = Couldn't load its clients. You can continue anyway.
breaks-none = Not used in the last 24 hours.
breaks-clients = These clients used it in the last 24 hours and will stop working:
# $client is what the client calls itself, $time the date and time.
breaks-client = { $address } ({ $client }), last seen { $time }
breaks-more = { $count ->
    [one] { $count } more client.
   *[other] { $count } more clients.
}

## Usage

usage-title = Token usage
usage-text = Accepted requests with <token/>.
usage-caption = Clients that use the token
usage-none = Not used in the last 30 days.

## Identify a token

find = Identify a token
find-text = Found a token in a log, a chat or a repository? Paste it to see which token it is. We don't store it.
find-hint = sbx_ followed by 32 characters
find-verb = Identify
found-title = This is the token { $token }
found-text = It's valid. Regenerate it so that the one you found stops working.
not-found-title = Not a token of this organization
not-found-text = It may have been regenerated or deleted, or belong to a different organization.
