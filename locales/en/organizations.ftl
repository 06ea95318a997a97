# The page of the organizations.

count = { $all ->
    [one] { $all } organization
   *[other] { $all } organizations
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } organization
   *[other] { NUMBER($shown) } of { $all } organizations
}
none-found = No organization matches “{ $search }”.

## Columns

cloud = Cloud
subscription = Subscription
key = Key
key-age = Key Age
active-sessions = Active sessions

## Cells

subscription-active = Active
subscription-expired = Expired
key-enabled = Enabled
key-disabled = Disabled
# The role doesn't let see whether there is one.
key-not-shown = Not visible to your role
key-days = { $days ->
    [one] { $days } day
   *[other] { $days } days
}

## The same key for several organizations: which key, and where

# The button, and the heading of its dialog.
same-key = Use one key for several organizations
# Why the button can't be used.
too-few = You need at least two organizations where you can change the key.
same-key-warning = The same key opens API sessions in each organization, so anyone who has it can get into all of them.
    Where possible, use a separate key for each.
new-key = New API Key
key-format = 12 characters: A–Z, a–z, 0–9
generate = Generate
organizations = Organizations
none-chosen = Choose at least one organization.
# Why an organization can't be chosen.
no-key = No key yet. Add one first.
next = Next

## The same: what it ends

replace-consequence = The new key replaces the current one in { $count ->
    [one] { $count } organization
   *[other] { $count } organizations
}. <strong>Everything that uses the current key stops working immediately, and its API sessions end.</strong> You can't undo
    this.
usage-loading = Looking up its clients…
usage-failed = Couldn't load its clients.
usage = { $sessions ->
    [one] { $sessions } active API session
   *[other] { $sessions } active API sessions
}; { $clients ->
    [0] not used in the last 24 hours
    [one] { $clients } client in the last 24 hours
   *[other] { $clients } clients in the last 24 hours
}.
back = Back
replace = { $count ->
    [one] Set in { $count } organization
   *[other] Set in { $count } organizations
}

## The same: what has become of it

setting = Setting the key, one organization at a time…
set-in-all = { $count ->
    [one] The key is set in { $count } organization.
   *[other] The key is set in { $count } organizations.
}
set-in-some = The key is set in { NUMBER($done) } of { NUMBER($all) } organizations. Try the others again; nothing happens twice.
# Why the buttons can't be used yet.
waiting-for-server = Waiting for the server…
try-all-again = Try all again
try-again = Try again: { $organization }
# Beside the key that shows.
is-new = New key
copy-now = Copy it now if you need it. This dialog won't show it again.

# In each organization.
waiting = Waiting
being-set = Being set…
set = Set
failed = Failed
