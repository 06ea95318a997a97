# What becomes of a change, in the place it was made.

waiting-title = Still waiting for the server
waiting-text = Retrying; this can only take effect once.
lost-title = Connection lost before the answer arrived. Checking…
lost-text = Your change may or may not have been made. This page checks again as soon as it's connected; it can only take effect once.
stale-title = Someone else changed this while you were editing
stale-text = You're seeing the latest version. Your changes are still here. Confirm again to apply them anyway.
gone-text = Your change wasn't made.
