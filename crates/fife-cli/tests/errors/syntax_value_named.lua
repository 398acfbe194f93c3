value foo
