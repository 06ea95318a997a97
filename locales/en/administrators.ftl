# The page of the administrators.

title = Administrators
intro =
    People who can sign in to this organization. You can't change your own role, and at least one Super Admin must
    remain.

## Table

count = { $all ->
    [one] { $all } admin
   *[other] { $all } admins
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } admin
   *[other] { NUMBER($shown) } of { $all } admins
}
none-found = No admin matches “{ $search }”.

last-sign-in = Last sign-in
# In the column "Last sign-in".
never = Never
active-sessions = Active sessions
sessions-of-portal = { NUMBER($portal) } portal
sessions-of-api = { NUMBER($api) } API
sessions-of-both = { NUMBER($portal) } portal, { NUMBER($api) } API

# A badge beside the own name.
you = You
# Below a role. $admin is the admin who gave it.
granted-by = Granted by { $admin }

active = Active
invited = Invited
disabled = Disabled
invitation-expired = Invitation expired
# Below "Invited": how long the link is valid.
invited-until = until <when/>

# Below the status, after the server was restored from a backup.
held = Restored from a backup. May have been removed or changed since; enable to confirm.
# The same, where it is about the password alone.
password-held = Password restored from a backup. It doesn't work until you confirm it.

# Why sessions can't be ended.
own-sessions = Manage your sessions on the Account page.
no-sessions = No active sessions.

## Invite an admin

invite-admin = Invite admin
invite-title = Invite admin to { $organization }
invite-text =
    You'll get a one-time link to share. The recipient sets a password, or signs in with their existing one.
user-name = User name
user-name-hint = For example, admin@company.example
choose-role = Choose a role.
# The button of the form.
invite = Invite

## The link of an invitation

link-title = Share this link
link-for = For <name/>, with the role <role/>.
link = One-time link
link-once = You won't see this link again
link-valid =
    It's valid for 7 days, and anyone who has it can accept. Share it through a channel you trust.
link-valid-until =
    It's valid for 7 days, until <when/>, and anyone who has it can accept. Share it through a channel you trust.
# <there/> and <here/> are addresses such as https://portal.example. public-url is a setting of the server.
link-elsewhere = The link points to <there/>, but you opened the portal at <here/>. If the
    recipient can't open it, ask the operator to set public-url.
link-done = Done

## An action: its entry in the menu and its button, the title of its dialog, what it means, and what is said when it is done

change-role = Change role
change-role-title = Change the role of { $name } in { $organization }?
change-role-consequence =
    <name/> gets the role you choose. What it doesn't allow ends immediately, open API sessions included.
change-role-done = { $name } has a new role.

renew-invitation = Renew invitation
renew-invitation-title = Renew the invitation of { $name } to { $organization }?
renew-invitation-consequence =
    <name/> gets a new link, valid for 7 days. The previous link stops working immediately.
renew-invitation-done = { $name } has a new link.

disable = Disable
disable-title = Disable { $name } in { $organization }?
disable-consequence =
    <name/> will be signed out and can't use this organization until you enable them again. Their role is kept. With a
    role in another organization, they stay signed in to the portal.
disable-done = { $name } is disabled.

enable = Enable
enable-title = Enable { $name } in { $organization }?
enable-consequence =
    <name/> can use the role again immediately. They still have to accept a pending invitation.
enable-done = { $name } is enabled.

confirm-password = Confirm password
confirm-password-title = Confirm the password of { $name } in { $organization }?
confirm-password-consequence = <name/> can sign in again with the password from the backup, which has since been replaced or removed. If they
    belong to other organizations too, your service provider has to confirm it.
confirm-password-done = { $name }: password confirmed, unless they belong to other organizations.

remove = Remove
remove-title = Remove { $name } from { $organization }?
remove-consequence = <name/> loses their role in this organization, and their sessions here end immediately. They'll need a new
    invitation to return. With a role in another organization, they stay signed in to the portal.
remove-done = { $name } was removed.

end-sessions = End sessions
end-sessions-title = End the sessions of { $name } in { $organization }?
end-sessions-consequence =
    <name/> is signed out of the portal everywhere, and their API sessions in this organization end immediately. They
    can sign in again.
end-sessions-done = { $name }: { $portal ->
    [one] { $portal } portal session
   *[other] { $portal } portal sessions
} and { $api ->
    [one] { $api } API session
   *[other] { $api } API sessions
} ended.
# The same, where it isn't known how many have ended.
end-sessions-done-uncounted = { $name } is signed out.

## What someone else did to the admin while the dialog was open

# In the list of roles: it is the role that the admin has.
same-role = They have this role already. Choose a different one.
now-active = Now: <role/>, active.
now-invited = Now: <role/>, invited.
now-disabled = Now: <role/>, disabled.
gone = This admin no longer has a role in this organization
