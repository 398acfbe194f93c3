-- The tests that come with dkjson.
dofile(assert(os.getenv("DKJSON_TESTS")))
