# The page of the organizations.

count = { $all ->
    [one] { $all } organization
   *[other] { $all } organizations
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } organization
   *[other] { NUMBER($shown) } of { $all } organizations
}
none-found = No organization matches “{ $search }”.
