goto continue
print("skipped")
::continue::
::break_::
print("reached") -- expect: reached
