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
