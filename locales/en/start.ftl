# The page before the application runs, and where it can't. No function is made of these: they stand in `index.html`.

failed-title = Keyward can't start
failed-old = This browser has no WebAssembly, or it is turned off. Use a current version of Chrome, Edge, Firefox or Safari, or allow WebAssembly for this page.
failed-load = A part of the page could not be loaded. Check the connection and reload.
failed-crash = Something in this page broke. Reload it; nothing at the server is affected.
blocked-text = Its scripts did not load. Something may block them: an extension, a proxy, or a policy. Allow scripts of this address, then reload the page.
no-scripts-title = Keyward needs JavaScript
no-scripts-text = Allow JavaScript and WebAssembly for this page, then reload it.

# The first choice of the list beside "Auto-hide revealed key after", while the page loads.
half-a-minute = 30 seconds
