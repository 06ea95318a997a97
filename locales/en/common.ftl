# Words that are the same on every page.

## Buttons and menus

add = Add
save = Save
edit = Edit
delete = Delete
confirm = Confirm
regenerate = Regenerate
cancel = Cancel
close = Close
try-again = Try again
reload = Reload
sign-in = Sign in
copy = Copy
search = Search

# What a button does, and the name of the row it is in: for screen readers.
action-on = { $action } { $name }

## Columns

name = Name
admin = Admin
role = Role
status = Status
organization = Organization
client = Client
ip-address = IP address
user-agent = User Agent
last-seen = Last Seen
last-used = Last Used
last-24-hours = Last 24 Hours
last-30-days = Last 30 Days
last-modified-by = Last Modified By
last-modified-on = Last Modified On

# In a cell that has nothing to show.
none = None

## Permissions and subscription

api-key-management = API Key Management
view-only = View only
subscription-expired = The API subscription has expired
