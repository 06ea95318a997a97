# The tab of the authorization servers.

delete-consequence = <name/> is deleted.
