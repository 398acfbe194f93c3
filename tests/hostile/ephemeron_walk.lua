-- hostile: fuel=100M memory=64M expect=fuel
-- each table of keys is a value in a table whose key comes late
local N,T=131000,4
local a={} for i=1,N do a[i]={} end
local seed=1
for i=N,2,-1 do seed=(seed*1103515245+12345)%2147483648 local j=seed%i+1 a[i],a[j]=a[j],a[i] end
local mt={__mode="k"}
local ws={}
for t=1,T do local w=setmetatable({},mt) for i=1,N do w[a[i]]="s" end ws[t]=w end
-- chain of heads h1 -> h2 -> ... -> a in a weak table each
local last=setmetatable({},mt)
local h={} local h0=h
for i=1,2000 do local n={} last[h]=n h=n end
last[h]=a a=nil
local keep={h0,ws,last}
h=nil
collectgarbage() print(collectgarbage("count"))
local rep=string.rep
while true do pcall(rep,"x",60000000) end
