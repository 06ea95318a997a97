# What is around every page, and pages that have nothing else to say.

# The name of the product stays as it is.
product = Keyward
skip = Skip to content
menu = Menu
close-menu = Close menu
main = Main
# Before the name of the admin, for screen readers.
account = Account:
no-organization = No organization
all-organizations = All organizations…
search-organizations = Search organizations
# The page that the tabs belong to, above them.
crumbs = Administration › Cloud Service API Security

## Theme and sign-out

theme = Theme
theme-auto = Auto
theme-light = Light
theme-dark = Dark
sign-out = Sign out

## Banners above every page

clock-doubted = The server's clock jumped. Until it has been correct for a while, Keyward deletes nothing by age. Ask the operator to check it.
offline = You're offline. This page may be out of date. Your input is kept.
unreachable = Can't reach the server. Retrying… Your input is kept.
intercepted = Something between this page and the server is answering with its own web page, such as a network sign-in. Reload to see it.

## Names of pages

security = Cloud Service API Security
audit-log = Audit Log
getting-started = Getting started
recent-failures = Recent failures
organizations = Organizations
account-page = Account
not-found = Page not found
# The title of the window.
window = { $page } · { $product }
window-of = { $page } · { $organization } · { $product }

## Pages that can't be shown

welcome = Welcome
no-role-title = You don't have a role in any organization
no-role-text = Ask an admin of your organization to give you one.
api-only-title = Your role is for API clients only
api-only-text = You can use it to open API sessions. To see pages here, ask an admin of your organization for a different role.
nothing-here-title = Page not found
nothing-here-text = The link may be out of date or incomplete.
go-to-start = Go to the start page
no-access-title = You don't have access to this page
# The argument is the name of a permission.
no-access-text = Your role in this organization doesn't include { $permission }. Ask an admin who manages roles.
no-organization-title = Organization not found
no-organization-text = It doesn't exist, or you don't have access. Check the link, or ask the person who sent it.
no-subscription = No API subscription
failed-title = Couldn't load this
# What names a request in the server's log.
request = Request <id/>
