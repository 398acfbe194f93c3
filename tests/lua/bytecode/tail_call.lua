local function count(n, acc) if n == 0 then return acc end return count(n - 1, acc + 1) end
print(count(1000, 0)) -- expect: 1000
local function ping(n) if n == 0 then return "ping" end return _G.pong(n - 1) end
function pong(n) if n == 0 then return "pong" end return ping(n - 1) end
print(ping(11), ping(10)) -- expect: pong	ping
local function all(...) return select("#", ...) end
local function open(...) return all(...) end
print(open(), open(1, 2, nil)) -- expect: 0	3
local function method(s) return s:upper() end
print(method("up")) -- expect: UP
local function with(f, ...) return f(0, ...) end
print(with(all), with(all, 1, 2)) -- expect: 1	3
