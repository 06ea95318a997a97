# The API roles, below the authorization servers.

title = API Roles
intro = 
    An access token selects one of these by its scope, which you set in your identity provider. Up to { NUMBER($max) }. API roles
    can't manage keys.

## Table

caption = API roles
role = API Role
allows = Allows
scope = Scope
# For screen readers and on hover.
copy-scope = Copy the scope of { $role }
empty-title = No API roles yet
empty-text = Access tokens are rejected until you add one.

## What an API role allows

permission = Permission
full = Full
full-text = All requests
view = View
view-text = Read-only requests (GET, HEAD, OPTIONS)
none = None
none-text = No requests

## Add, edit and delete

add = Add API Role
add-title = Add API Role to { $organization }
edit-title = Edit API Role { $role } of { $organization }
delete-title = Delete API Role { $role } of { $organization }?
name-hint = A–Z, a–z, 0–9, - and _. It becomes part of the scope.
renamed-title = The scope changes with the name
renamed-text = Tokens with the old scope stop working immediately. Set the new one in your identity provider.
delete-consequence = <name/> will be deleted.
delete-warning = Access tokens with its scope stop working immediately. You can't undo this.
added = API role added.
changed = API role changed. It applies from the next request on.
deleted = API role deleted. Tokens with its scope no longer work.
# Where a dialog is about an API role that is gone.
gone = Someone else deleted this API role

## How to set the scope: menus and fields are named as in the provider's own pages, paths and claims are code

instructions = How to set the scope in your identity provider
entra-text = 
    Register an application for the API. Under App roles, create a role for applications and use the scope as its value. Add it
    to the client's registration under API permissions, and grant admin consent. The client requests
    <code>{ "<Application ID URI>" }/.default</code>. JWKS location:
    <code>https://login.microsoftonline.com/{ "<tenant ID>" }/discovery/keys</code>. All tenants share these keys, so set the
    issuer: <code>https://sts.windows.net/{ "<tenant ID>" }/</code>, unless the API's manifest requests version 2 tokens. Tokens
    carry the scope in <code>roles</code> and the client in <code>appid</code>.
okta-text = 
    Under Security, API, open a custom authorization server. Add the scope under Scopes. Under Access Policies, add a policy
    with a rule that grants it to the client by Client Credentials. Discovery document:
    <code>https://{ "<domain>" }/oauth2/{ "<server ID>" }/.well-known/oauth-authorization-server</code>. Tokens carry the scope
    in <code>scp</code> and the client in <code>cid</code>.
ping-text = 
    Under System, OAuth Settings, Scope Management, add the scope and allow it for the client. Under Applications, OAuth, Access
    Token Management, give the client a JSON Web Tokens instance with an RSA or EC algorithm and the key ID in the header. JWKS
    location: <code>https://{ "<host>" }/ext/{ "<JWKS endpoint path>" }</code> of that instance. Tokens carry the scope in
    <code>scope</code> and the client in <code>client_id</code>.
