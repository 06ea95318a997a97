# The API roles, below the authorization servers.

delete-consequence = <name/> is deleted.
