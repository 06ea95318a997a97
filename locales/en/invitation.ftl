# Where a one-time link leads: into an organization, or to a new password.

## The form

title = Welcome to Keyward
invited = You're invited to <organization/>.
invited-as = You're invited to <organization/> as <role/>.
# <sign-in/> is the link "Sign in first".
new-account =
    Already have an account with this user name? <sign-in/>, then open the link again. Otherwise, choose a password for
    a new one.
sign-in-first = Sign in first
# In place of the form, where the admin signs in at an identity provider.
sign-in-as = Sign in as <name/> first. If you don't see the organization then, open the link again.
user-name = User name
new-password = New password
accept = Accept invitation

reset-title = Reset your password
reset-text = Set a new password. You'll be signed out everywhere, including API sessions.
# The button of the form.
reset = Set password

## What has become of it

answer-lost = The connection was lost, and the link may have been used. Try again; if the link no longer works, sign in.
renamed = Your user name is <name/>, because the shorter one is taken. You sign in with it from now on.
# The button below that, which opens the portal.
go-on = Continue
# Below "This link is no longer valid".
not-valid-text = If you've already accepted, sign in. Otherwise ask for a new one.

## Someone else is signed in

sign-out-title = Sign out first
sign-out-text = You're signed in as <from/>. This link is for <to/>.
sign-out = Sign out
