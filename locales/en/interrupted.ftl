# Dialogs over any page: to sign in again or to enter the password, amid work.

## The session has ended

sign-in-title = Sign in again
session-ended = Your session has ended. Sign in to continue where you left off.
# The same, where the admin signs in at an identity provider.
session-ended-elsewhere =
    Your session has ended. Sign in again in another window, then continue where you left off.
sign-out = Sign out

## What the admin does needs the password again

password-title = Enter your password
password-text = For your security, enter your password to continue.
# The same, where the admin signs in at an identity provider; its title is "Sign in again".
password-text-elsewhere = For your security, sign in once more in another window, then continue.

## The session is about to end

idle-title = Are you still there?
idle-text = You'll be signed out in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}.
stay = Stay signed in

# The session has reached its longest duration.
last-title = Your session is about to end
last-text = You'll be signed out in { $seconds ->
    [one] { $seconds } second
   *[other] { $seconds } seconds
}. This session can't be extended. Sign in again to continue where you left off.
last-ok = OK
