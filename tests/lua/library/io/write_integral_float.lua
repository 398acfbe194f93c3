-- io.write formats floats with "%.14g": an integral one is not marked as tostring marks it.
io.write(3.0, " ", -2.0, " ", 0.5, "\n") -- expect: 3 -2 0.5
