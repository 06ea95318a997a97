# Around the portal in a frame. No function is made of these: `src/embed.js` and `src/frame.js` name them.

# What screen readers call the frame.
title = Keyward
loading = Loading Keyward…
failed = Keyward doesn't open here. It may not allow this page to show it: ask its operator to add this page's origin to frame-ancestors.
open = Open in a new window
# The browser keeps no cookie in the frame.
refused = This browser blocks cookies in frames of other sites, so you can't sign in here.
