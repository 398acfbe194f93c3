-- io.write formats floats with "%.14g", without the mark that tostring adds to integral ones.
io.write(3.0, " ", -2.0, " ", 0.5, "\n") -- expect: 3 -2 0.5
