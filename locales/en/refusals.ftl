# Why a control can't be used, beside it.

permission-denied = Your role doesn't allow this.
api-key-disabled = The service provider has disabled the key.
subscription-expired = The API subscription has expired. Renew it to make changes.
subscription-none = This organization doesn't have an API subscription.
own-account = You can't change your own access. Ask another admin.
last-super-admin = This is the last Super Admin who can sign in. Make someone else a Super Admin first.
exceeds-own-permissions = You can't grant permissions you don't have.
built-in-role = Built-in roles can't be changed.
sandbox-token-limit = You've reached the limit of five Sandbox API tokens. Delete one first.
oauth-server-limit = You've reached the limit of two authorization servers. Delete one first.
access-tokens-disabled = The service provider has disabled access tokens.
not-supported = The service that holds this key doesn't support it.
api-role-limit = You've reached the limit of sixteen API roles. Delete one first.
role-in-use = Admins have this role. Give them a different one first.
