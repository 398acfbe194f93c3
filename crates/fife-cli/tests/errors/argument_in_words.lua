error("bad argument #1 to 'area' (number expected)")
