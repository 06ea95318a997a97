# The page of the administrators.

count = { $all ->
    [one] { $all } admin
   *[other] { $all } admins
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } admin
   *[other] { NUMBER($shown) } of { $all } admins
}
none-found = No admin matches “{ $search }”.
