-- hostile: fuel=45M memory=32M expect=fuel
local N=450000
local t={} for i=1,N do t[i]=false end
local f,n=string.format,0
pcall(function() for i=1,N do t[i]=f("%041d",i) n=i end end) -- long strings (not interned) fill the limit
pcall(function() for i=n+1,N do t[i]={} n=i end end)         -- no page is left for more buckets
print(n)
for i=2,n,2 do t[i]=false end                                -- every second slot is free
collectgarbage()
for i=1,1e9 do local ok=pcall(function() for j=2,n,2 do t[j]=f("%039d",j+i) end end) print(ok) end -- short strings take those
