# The tab of the key, its notices and its dialogs.

title = Cloud Service API Key
what-it-is = API clients authenticate with this key plus an admin's user name and password. An organization has one key at a time; delete it to add a different one.

## The card

# The group of the buttons, for screen readers.
actions = Key
add = Add Cloud Service API Key
key = Key
age = Key Age
last-used = Last Used
empty-title = No API key yet
empty-text = Add one to generate a random key that works right away.
# A badge beside a key that has just been added or regenerated.
new-key = New key
# A badge beside a key that the service provider has disabled.
disabled = Disabled
same-key = Use one key for several organizations

## For how long a revealed key shows

hide-after = Auto-hide revealed key after
seconds = { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}
minutes = { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}

## Age and last use

less-than-a-day = < 1 day
days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}
# The age as above, on a badge that says that the key is to be replaced.
old = { $age } old
regenerate-advice = Consider regenerating it. The clients below will need the new key.
not-used-yet = Not used yet
not-used-in-30-days = Not used in 30 days

## Notices of the page

# The permission that the tab needs, as the roles call it.
permission = API Key Management
no-subscription = 
    A cloud service API key is part of an API subscription, and this organization doesn't have one. Ask your service provider
    for one. Once it's active, your first key appears here automatically.
restored-title = This key was restored from a backup
restored-held = It may have been replaced after the backup. API clients can't sign in with it until you confirm it.
restored-unverified = It works, but may have been replaced after the backup. Regenerate or confirm it.
expired-title = The API subscription has expired
expired-text = API clients can't sign in and the key can't be changed until you renew. Your key is kept.
disabled-title = The service provider has disabled this key
disabled-text = This can happen after too many API calls or a breach of terms. Contact your service provider.
# The key lives at a service elsewhere, which can't be asked. The first argument is one of the four reasons below.
upstream-title = Can't look up this key
upstream-text = { $why } You're seeing it as of { $when }. Keyward keeps trying.
upstream-certificate = The certificate of the service that holds it isn't valid.
upstream-credentials = The service that holds it rejects Keyward's credentials. Contact the operator.
upstream-busy = The service that holds it asks Keyward to wait.
upstream-unavailable = The service that holds it can't be reached.
upstream-pending-title = The new key isn't confirmed yet
upstream-pending-text = It was requested on { $when }. You're seeing the previous state until the service that holds the key confirms the new one. Keyward keeps checking.
upstream-as-of = As of { $when }
view-only-title = View only
view-only-text = You can see the key's details but not reveal or change it.

## Someone else changed the key

# Date and time stand in the place of <when/>.
changed = <who/> changed the key on <when/>
deleted = <who/> deleted the key on <when/>
changed-by-you = You changed the key on <when/> in another window
deleted-by-you = You deleted the key on <when/> in another window
news-changed = You're looking at the new one (hidden).
news-deleted = It no longer works.
news-changed-after-own = Your own change went through before that. You're looking at the current key (hidden).
news-deleted-after-own = Your own change went through before that. There's no key anymore.
stale-title = Someone else changed this while you were editing
stale-gone = There's no key anymore. Close this dialog to add one.
stale-edit = Your entry is kept. Press Replace key again to overwrite their change.
stale-regenerate = The page shows the current key. Press Regenerate again to replace it.
stale-delete = The page shows the current key. Press Delete again to delete it.
stale-add = The page shows the current key.

## Dialogs

edit-title = Edit key of { $organization }
regenerate-title = Regenerate key of { $organization }?
delete-title = Delete key of { $organization }?
replace = Replace key
breaks = Everything that uses the current key stops working immediately, and its API sessions end.
edit-consequence = The key you enter replaces the current one. You can't undo this.
regenerate-consequence = Keyward generates a new random key. You can't undo this.
delete-consequence = API clients can't sign in until you add a new key. You can't undo this.
current-key = Current key
new-api-key = New API Key
hint = 12 characters: A–Z, a–z, 0–9
outer-space = Remove the space at the start or end.
wrong-length = A key has 12 characters. This one has { NUMBER($length) }.
wrong-character = Character { NUMBER($place) } isn't allowed. Use A–Z, a–z and 0–9.

## Done

added = Key added.
confirmed = Key confirmed.
edited = Key changed. The previous key no longer works.
regenerated = Key regenerated. The previous key no longer works.
removed = Key deleted. It no longer works.
