local total = {sum = 0}
total.sum *= 2 + 3 -- doubled
