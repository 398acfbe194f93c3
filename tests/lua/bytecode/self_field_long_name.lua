local o = {}
function o:a_method_with_a_name_longer_than_forty_bytes_to_be_a_long_string(x) return x * 2 end
print(o:a_method_with_a_name_longer_than_forty_bytes_to_be_a_long_string(21)) -- expect: 42
