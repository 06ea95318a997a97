# The page of the admin's own account.

sessions-count = { $all ->
    [one] { $all } session
   *[other] { $all } sessions
}
sessions-found = { $all ->
    [one] { NUMBER($shown) } of { $all } session
   *[other] { NUMBER($shown) } of { $all } sessions
}
sessions-none-found = No session matches “{ $search }”.
