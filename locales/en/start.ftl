# The page before the application runs, and where it can't. No function is made of these: they stand in `index.html`.

failed-title = Keyward can't start
failed-old = This browser is too old, or WebAssembly is off. Use a current version of Chrome, Edge, Firefox or Safari, or allow WebAssembly for this page.
failed-load = Part of the page couldn't be loaded. Check your connection and reload.
failed-host = This host doesn't pass /api on to Keyward's server. Ask the person who runs it to set that up.
failed-older = The server is older than this page. Ask the person who runs it to upgrade it.
failed-crash = Something went wrong. Reload the page; your data is safe.
new-title = A new version is available
new-text = Reload the page to use it.
blocked-text = The page's scripts didn't run. An extension, a proxy or a policy may be blocking them, or the browser is too old. Allow scripts for this address, then reload the page.
no-scripts-title = Keyward needs JavaScript
no-scripts-text = Allow JavaScript and WebAssembly for this page, then reload it.

# The first choice of the list beside "Auto-hide revealed key after", while the page loads.
half-a-minute = 30 seconds
