-- Void statements after a label keep it at the block's end.
do
  goto l1
  local a = 1
  ::l1:: ; ; ::l2::
end
print(select(2, load("do goto l1; local a; ::l1:: ; print(a) end", "=c"))) -- expect: c:1: <goto l1> at line 1 jumps into the scope of local 'a'
print("end") -- expect: end
