# The page where admins sign in, and the same form over a page whose session has ended.

sign-in-with = Sign in with { $provider }
not-set-up-title = Not set up yet
open-link-title = Open the set-up link
open-link-text = This installation doesn't have an organization or an admin yet. The server printed a one-time link when it started; open it to set up Keyward.
check-again = Check again
user-name = User name
user-name-missing = Enter your user name.
password = Password
password-missing = Enter your password.
go-on = Continue
