# The section below the key, and the same in the dialogs that replace or delete it.

heading = Key usage
