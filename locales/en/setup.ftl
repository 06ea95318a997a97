# The set-up of a new installation, behind a one-time link.

title = Set up Keyward
intro =
    Name your organization and create its first admin. The organization gets its first cloud service API key right
    away.
organization-name = Organization name
cloud-name = Cloud name
cloud-name-hint = Your provider's cloud, for example cloud.example
user-name = User name
user-name-hint = For example, admin@company.example
password = Password
# The button of the form.
set-up = Set up

## In place of the form

# Below "This link is no longer valid".
not-valid-text = It works once, and only until the server restarts. Use the newest link in the server's output.
done = Already set up
done-title = This link has been used
done-text = Keyward is already set up. The link works only once.
