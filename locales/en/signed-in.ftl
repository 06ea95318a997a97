# The window in which an admin has signed in at an identity provider, beside that of the portal.

title = Signed in
text = Close this window and continue in the other one.
failed-title = Not signed in
failed-text = Close this window and try again in the other one.
