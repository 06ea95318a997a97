# What is around the rows of a table: its menu of columns, and what screen readers are told of changes.
# $column is always the heading of a column.

# The heading of the last column, for screen readers: what can be done with a row.
actions = Actions

## The menu

# The button that opens it, and its name.
columns = Columns
reset = Reset

# Why a column can't be hidden.
stays = Always visible
last-stays = At least one column must stay visible

sort = Sort by { $column }
# It turns the order round.
sort-ascending = Sorted by { $column }, ascending. Reverse
sort-descending = Sorted by { $column }, descending. Reverse
narrower = Make { $column } narrower
wider = Make { $column } wider
up = Move { $column } up
down = Move { $column } down

## What has changed

sorted-ascending = Sorted by { $column }, ascending
sorted-descending = Sorted by { $column }, descending
was-reset = Columns reset
is-shown = { $column } is shown
is-hidden = { $column } is hidden
place = { $column } is column { NUMBER($position) } of { NUMBER($all) }
# $pixels is from 64 to 960.
width = { $column } is { NUMBER($pixels) } pixels wide
