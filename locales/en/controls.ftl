# What controls say by themselves, on whatever page they are.

## Copying

copied = Copied
copy-by-hand = Copy by hand
copy-by-hand-text = Your browser didn't allow copying. Press Ctrl+C or ⌘C to copy the selected text.
text-to-copy = Text to copy
base-url = Base URL
copy-base-url = Copy base URL

## Secrets

reveal = Reveal
hide = Hide
reveal-of = Reveal { $name }
hide-of = Hide { $name }
copy-of = Copy { $name }
# Read in place of the dots.
hidden = hidden
hides-in = Hides in { NUMBER($seconds) } s

## Dialogs and messages

discard-question = Discard your changes?
keep-editing = Keep editing
discard = Discard
messages = Messages
dismiss = Dismiss
waiting = Waiting for the server…

## Fields and menus

show-password = Show password
actions = Actions
actions-on = Actions: { $name }
# The button that opens a list to choose from: what it is for, and what is chosen.
chosen = { $label }: { $choice }
none-found = No matches
some-shown = Showing { NUMBER($shown) } of { NUMBER($all) }. Type to narrow the list.
