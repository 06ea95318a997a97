# Texts that several pages share.

## Below a field for a new password, while it is typed. $min is the least number of characters.

password-hint = At least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}. Several unrelated words are easy to remember.
password-short = Too short. At least { $min ->
    [one] { $min } character
   *[other] { $min } characters
}.
password-predictable = Too predictable: it repeats or follows a sequence.
password-fair = Long enough. Another word makes it stronger.
password-strong = Strong, unless it's a well-known phrase.

## A one-time link: to the set-up, into an organization, or to a new password

link-incomplete = Link incomplete
link-incomplete-title = Open the whole link
link-incomplete-text = Copy the whole link, including everything after "#".
link-not-valid = Link not valid
link-not-valid-title = This link is no longer valid
