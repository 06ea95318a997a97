# The page of the audit log. What the log itself has (actions, sub-categories, interfaces, results) is not translated.

# The table, for screen readers.
caption = Audit log
download = Download CSV
# Completes "Your role in this organization doesn't include …".
permission = the audit log

## Columns, filters and details

timestamp = Timestamp
action = Action
category = Category
sub-category = Sub-Category
resource = Resource
client-ip = Client IP
interface = Interface
result = Result
reason = Reason
how-often = How Often
request-id = Request ID

## Filters

filters = Filters
# How many are set.
filters-set = Filters ({ NUMBER($count) })
apply = Apply filters
clear = Clear filters
any = Any
time = Time
any-time = Any time
last-hour = Last hour
last-24-hours = Last 24 hours
last-7-days = Last 7 days
last-30-days = Last 30 days
# The choice that shows the two fields below.
between = From – to
from = From
to = To
ends-before-start = Choose an end after the start.

## How many

loading = Loading…
count = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
# There are more.
count-first = { $count ->
    [one] First { $count } entry
   *[other] First { $count } entries
}
# A button that shows those that have come since.
new = { $count ->
    [one] { $count } new entry
   *[other] { $count } new entries
}
more-new = { $count ->
    [one] More than { $count } new entry
   *[other] More than { $count } new entries
}
empty-title = No entries yet
empty-text = Sign-ins, changes and reveals appear here as they happen.
none-found-title = No matching entries
none-found-text = Try a longer time or fewer filters.

## Rows

# The button of a row, for screen readers.
open = { $time }, details
own-account = Own account
unknown-admin = Unknown
# How often someone tried, and the times of day of the first and the last attempt.
times = { $count ->
    [one] { $count } time between { $first } and { $last }
   *[other] { $count } times between { $first } and { $last }
}
show-more = Show more
more-failed = Couldn't load more entries
kept-since = Entries since { $date } are kept. Older ones have been deleted.

## The details of an entry

# The heading, until the entry is there.
entry = Entry
entry-of = { $action } · { $sub-category }
not-found-title = Entry not found
not-found-text = It was deleted, or you don't have access.
copy-link = Copy link
copy-request-id = Copy request ID
previous = Previous
is-first = This is the first entry.
next = Next
is-last = This is the last entry.
# In the zone of the person, and in UTC.
timestamp-exact = { $local } ({ $utc })
# $word is as the log has it.
reason-word = { $reason } ({ $word })
admin-id = { $name } (ID { $id })

## The fields before and after a change

changes = Before and after
field = Field
change = Change
before = Before
after = After

# What happened to a field.
added = Added
removed = Removed
changed = Changed
unchanged = Unchanged

# The name of a field where a value has none.
value = Value

# Values.
none = none
yes = yes
no = no
empty = empty
