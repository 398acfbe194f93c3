local state, out = "a", {}
goto a
::a:: out[#out + 1] = "a" if #out > 5 then goto finish end goto b
::b:: out[#out + 1] = "b" goto c
::c:: out[#out + 1] = "c" goto a
::finish::
print(table.concat(out)) -- expect: abcabca
