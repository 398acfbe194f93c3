-- hostile: fuel=100M memory=64M expect=fuel
local N=150000
local a={} for i=1,N do a[i]={} end
local seed=1
for i=N,2,-1 do seed=(seed*1103515245+12345)%2147483648 local j=seed%i+1 a[i],a[j]=a[j],a[i] end
local w=setmetatable({},{__mode="k"})
for i=1,N-1 do w[a[i]]=a[i+1] end
local head=a[1] a=nil collectgarbage() print(collectgarbage("count"))
local rep=string.rep
while true do pcall(rep,"x",60000000) end
