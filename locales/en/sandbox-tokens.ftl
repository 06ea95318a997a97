# The tab of the Sandbox API tokens.

regenerate-consequence = <name/> gets a new random token.
delete-consequence = <name/> is deleted.
confirm-consequence = <name/> was restored from a backup and may have been replaced since. Confirming lets programs use it again.
