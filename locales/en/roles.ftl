# The page of the roles.

title = Roles
intro =
    A role defines what an admin can do in this organization. Changes apply immediately to everyone with the role. You
    can't grant more than you have.

## Table

count = { $all ->
    [one] { $all } role
   *[other] { $all } roles
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } role
   *[other] { NUMBER($shown) } of { $all } roles
}
none-found = No role matches “{ $search }”.

# A column: what a role allows.
allows = Allows
# A column: how many admins have a role.
admins = Admins
# A badge beside the name.
built-in = Built-in

## What a role allows, in the column: "Manages the key, reveals secrets"

allows-nothing = Nothing
# Each is the first of the list.
sees-key-page = Sees the key page
manages-key = Manages the key
reveals = Reveals secrets
reads-audit-log = Reads the audit log
manages-admins = Manages administrators and roles
opens-api-sessions = Opens API sessions
# Each comes after another of the list.
also-reveals = reveals secrets
also-reads-audit-log = reads the audit log
also-manages-admins = manages administrators and roles
also-opens-api-sessions = opens API sessions

## Add, edit and delete

add-role = Add role
add-title = Add role to { $organization }
added = Role added.
edit-title = Edit role { $name } of { $organization }
edited = Role changed. It applies immediately to everyone with the role.
delete-title = Delete role { $name } of { $organization }?
delete-consequence = <name/> can no longer be given to admins. No one has it now. You can't undo this.
deleted = Role deleted.
gone = Someone else deleted this role
# What someone else did to the role while the dialog was open. $allows is what it allows, as in the table.
now = It's now: <name/> – { $allows }.
# In the form.
holders = { $admins ->
    [one] { $admins } admin has it.
   *[other] { $admins } admins have it.
}

## Permissions: their names, and what they mean

# The admin who edits a role lacks the permission.
beyond = Your own role doesn't allow this.

key-management = API Key Management
key-none = None
key-none-text = Hides Cloud Service API Security.
key-view = View Only
key-view-text = See the key's details: that it exists, who uses it, and who changed it when.
key-full = Full
key-full-text =
    Add, edit, regenerate and delete the key. An admin who adds or regenerates it sees the new key once, even without
    Reveal secrets.

# Above the others.
more = More permissions
reveal = Reveal secrets
reveal-text = See and copy keys and tokens. Requires API Key Management.
audit-log = Audit log
audit-log-text = Read who did what, and when.
admin-management = Administrators and roles
admin-management-text = Invite admins, change their roles, and make roles, within their own permissions.
api-access = API access
api-access-text = Open API sessions with the key, for scripts.
