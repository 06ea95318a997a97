# What a client calls itself.

# Where a client names nothing.
unnamed = Unnamed
unnamed-client = Unnamed client
# Such as: Firefox on Windows.
browser = { $browser } on { $system }
