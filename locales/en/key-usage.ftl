# The section below the key, and the same in the dialogs that replace or delete it.

heading = Key usage
# The key lives at a service elsewhere.
elsewhere = Clients sign in at the service that holds this key. Keyward doesn't see them.

## Numbers

active-sessions = Active API sessions
sessions-last-day = Sessions in the last 24 hours
peak = Peak per hour
key-age = Key age
live = { $sessions ->
    [0] No active API sessions
    [one] { $sessions } active API session
   *[other] { $sessions } active API sessions
}

## Someone is guessing

guessing-title = Someone is guessing this key
guessing-text = Since { $when }, sign-ins with a valid password have used wrong keys. Find the admin and the address in the audit log, change that admin's password, and block the address.

## The chart

chart = Sessions per hour, last 24 hours
chart-hint = Chart. The arrow keys go from hour to hour.
as-table = Show as table
per-hour = Sessions per hour
hour-from = Hour from
sessions = Sessions
now = Now
# What the chart says of one hour.
in-hour = { $when } · { $sessions ->
    [one] { $sessions } session
   *[other] { $sessions } sessions
}
in-peak-hour = { $when } · { $sessions ->
    [one] { $sessions } session
   *[other] { $sessions } sessions
} (peak)
not-used-last-day = Not used in the last 24 hours.
not-used-last-month = Not used in the last 30 days.

## The clients

clients = Clients
clients-of-the-last = Clients of the last
a-day = 24 hours
a-month = 30 days
clients-table = Clients that use the key
active = Active
show-more = Show { NUMBER($left) } more
more-clients = These are the { NUMBER($shown) } most recent clients. There are more.

## The previous key

not-tried = No one has tried the previous key since { $since }.
not-tried-deleted = No one has tried the deleted key since { $since }.
still-used = { $clients ->
    [one] { $clients } client is still using the previous key
   *[other] { $clients } clients are still using the previous key
}
still-used-deleted = { $clients ->
    [one] { $clients } client is still using the deleted key
   *[other] { $clients } clients are still using the deleted key
}
still-used-text = { $clients ->
    [one] Its requests have failed since { $since }. Give it the current key. (Tracked until { $until }.)
   *[other] Their requests have failed since { $since }. Give them the current key. (Tracked until { $until }.)
}
still-used-deleted-text = { $clients ->
    [one] Its requests have failed since { $since }. (Tracked until { $until }.)
   *[other] Their requests have failed since { $since }. (Tracked until { $until }.)
}
# What one client has tried: the admin, the address, the name of the client.
attempts = <admin/> from { $address } ({ $client }): { $attempts ->
    [one] { $attempts } attempt since { $first }, last on { $last }
   *[other] { $attempts } attempts since { $first }, last on { $last }
}

## The last failed sign-in

last-failure = Last failed sign-in on { $when }: { $reason }.

## In the dialogs

looking = Looking for clients…
unknown = Couldn't load who uses the key. You can continue anyway.
breaks-none = Not used in the last 24 hours
breaks = { $clients ->
    [one] { $clients } client will stop working
   *[other] { $clients } clients will stop working
}
breaks-table = Clients in the last 24 hours
last-seen = Last seen
more-last-day = { $clients ->
    [one] { $clients } more client in the last 24 hours
   *[other] { $clients } more clients in the last 24 hours
}
others-last-month = { $clients ->
    [one] { $clients } other client in the last 30 days
   *[other] { $clients } other clients in the last 30 days
}
