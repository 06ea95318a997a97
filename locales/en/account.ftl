# The page of the admin's own account.

user-name = User name
signed-in-with = Signed in with
password = Password
change-password = Change password
organizations = Organizations
theme = Theme
time-zone = Time zone
# $zone is such as Europe/Berlin (UTC+1).
times-in = Times are in { $zone }
session = Session
single-sign-on = Single sign-on
link-account = Sign in once to link your account. Then you can use it to sign in here. The account's password stops working, and sessions opened with it end, including API sessions.

## Changing the password

current-password = Current password
new-password = New password
# Also where all other sessions are ended.
ends-others = You'll be signed out everywhere else, including API sessions.
password-changed = Password changed. Your other sessions have ended.

## The sessions

sessions = Your sessions
signed-in = Signed in
last-used = Last used
sessions-count = { $all ->
    [one] { $all } session
   *[other] { $all } sessions
}
sessions-found = { $all ->
    [one] { NUMBER($shown) } of { $all } session
   *[other] { NUMBER($shown) } of { $all } sessions
}
sessions-none-found = No session matches “{ $search }”.

# What a session is of.
portal = Portal
api = API
api-of = API of { $organization }
this-session = This session

## Ending sessions

end = End session
# $client is such as Chrome on Linux.
end-of = End session of { $client }, { $address }
# $session is what it is of.
end-consequence = { $session }, { $client }, from { $address }. It's signed out with its next request.
end-gone = This session has already ended
# Why the own session can't be ended there.
end-own = Sign out to end this session.
end-others = Sign out other sessions
no-others = You have no other sessions.
ended = Session ended.
others-ended = { $count ->
    [one] { $count } session ended.
   *[other] { $count } sessions ended.
}
