# The page of the roles.

count = { $all ->
    [one] { $all } role
   *[other] { $all } roles
}
found = { $all ->
    [one] { NUMBER($shown) } of { $all } role
   *[other] { NUMBER($shown) } of { $all } roles
}
none-found = No role matches “{ $search }”.
delete-consequence = <name/> can no longer be given to admins. No one has it now. You can't undo this.
