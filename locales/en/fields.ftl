# What is wrong with a field, below it, by the code of the server and of the form itself.

missing = Enter a value.
only-spaces = Enter a value that isn't only spaces.
too-short = Use at least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}.
too-long = Use at most { $max ->
    [one] { $max } character
   *[other] { $max } characters
}.
# $character is such as U+200B, here and below.
invisible-character = Remove the character { $character }: it can't be seen.
space-around = Remove the space at the start or end.
has-spaces = Use a value without spaces.
# $allowed is a list of ranges, such as: A-Z, a-z, 0-9
characters-not-allowed = Use only { $allowed }.
wrong-length = Use exactly { $min ->
    [one] { $min } character
   *[other] { $min } characters
}.
not-dns-name = Enter a DNS name in lower case, for example cloud.example.
not-domain = The part after the @ isn't a domain.
login-reserved = A user name can't end in / and a number.
character-confusable = Remove the character { $character }: it looks like a different one.
character-not-letter = Remove the character { $character }: beyond ASCII, user names can only have letters and digits.
script-not-used = Remove the character { $character }: its script isn't used in user names.
scripts-mixed = Remove the character { $character }: it's from a different script than the other letters.
password-predictable = Too predictable: it repeats or follows a sequence. Use several unrelated words.
password-common = This is a common password, or nearly one. Use several unrelated words.
password-of-names = This is made of your user name, your organization's name or words everyone tries. Use unrelated words.
password-wrong = Wrong password.
key-same = This is the current key. Enter a different one.
key-similar = Too similar to the current key. Change at least { NUMBER($min) } of the 12 characters, including the first or the third.
token-form = A Sandbox API token is sbx_ followed by 32 characters: A–Z, a–z, 0–9.
token-checksum = A character is wrong or missing. Copy the token again.
taken = This name is already in use. Enter a different one.
not-validated = Validate this location first.
given-twice = Enter it only once.
out-of-range = Enter a number from { NUMBER($min) } to { NUMBER($max) }.
unreadable = This isn't one of the accepted values.
other = This value isn't accepted.
