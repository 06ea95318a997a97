# What becomes of a change, in the place it was made.

waiting-title = Still waiting for the server
waiting-text = Retrying; this can only take effect once.
lost-title = The answer was lost. Checking…
lost-text = The change may have been made or not. This page checks again as soon as it's connected; this can only take effect once.
stale-title = Someone else changed this while you were editing
stale-text = You're seeing the latest version. Your changes are still here. Confirm again to apply them anyway.
gone-text = Nothing was changed.
