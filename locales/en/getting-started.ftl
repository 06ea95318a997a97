# The page Getting started: how a script makes its first call. Its title is in frame.ftl.

# For screen readers: what the tabs choose.
language = Programming language
# Above a snippet: what to save it as, and the command that runs it.
save-and-run = Save it as <file/> and run <command/>
environment = Set these environment variables first. A snippet never contains a secret.

# The organization's key is at a different service, which Keyward only lists and regenerates it at. Below is its base URL.
elsewhere = Your API clients call the service that holds this key. Its documentation shows how to sign in there.

## With the key

key-title = Sign in with the key
key-text = A script signs in with the key, your user name and your password. It then sends the session cookie with each call, and signs out at the end.
the-key = Your organization's cloud service API key
the-password = Your password
expired-text = API clients can't sign in until you renew.
no-api-access-title = Your role doesn't allow API sessions
no-api-access-text = Run the script as an admin with API access, or ask an admin who manages roles.

## Try it

try-it = Try it
try-it-title = Try the key
try-it-text = Keyward signs in with the key and your password as a script would, makes a call, and signs out. The key stays on the server. The audit log records it.
no-password = You sign in without a password. API sessions need one.
worked-title = The key works
worked-text = This is what a script sends and receives. Secrets are masked.
rejected-title = The sign-in was rejected
rejected-text = This is what a script receives now. Recent failures shows the reason.
a-call = Call

## Recent failures

failures-text = Sign-ins with the key that Keyward rejected, with the reason the script wasn't told.
no-failures = { $days ->
    [one] No failed sign-ins in the last { $days } day.
   *[other] No failed sign-ins in the last { $days } days.
}
more-failures = { $count ->
    [one] Only the latest { $count } is shown. The audit log has all of them.
   *[other] Only the latest { $count } are shown. The audit log has all of them.
}
reason = Reason
attempts = Attempts
# A reason, and how wrong the clock of the client is.
hours-ahead = { $hours ->
    [one] { $reason } ({ $hours } hour ahead)
   *[other] { $reason } ({ $hours } hours ahead)
}
hours-behind = { $hours ->
    [one] { $reason } ({ $hours } hour behind)
   *[other] { $reason } ({ $hours } hours behind)
}
minutes-ahead = { $minutes ->
    [one] { $reason } ({ $minutes } minute ahead)
   *[other] { $reason } ({ $minutes } minutes ahead)
}
minutes-behind = { $minutes ->
    [one] { $reason } ({ $minutes } minute behind)
   *[other] { $reason } ({ $minutes } minutes behind)
}
in-seconds = { $reason } (sent in seconds, not milliseconds)

## With an access token

tokens-title = Call with an access token
tokens-text = A script gets an access token from your authorization server with its client credentials, and sends it with each call instead of a key and a password.
no-server = No authorization server is enabled. Add or enable one on <tab/>.
no-api-role = No API roles yet. Access tokens are rejected until you add one on <tab/>.
token-url = Token endpoint of { $server }
client-id = Client ID of the script
client-secret = Client secret of the script
service-url = URL of your service that accepts access tokens

## With a Sandbox API token

sandbox-title = Submit a file to the Sandbox
sandbox-text = A script sends the file with its Sandbox API token.
no-sandbox-token = No Sandbox API tokens yet. Add one for the script on <tab/>.
sandbox-token = The script's Sandbox API token
