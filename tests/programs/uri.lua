-- URIs: parsing, normal forms, references, and the particular schemes.
local URI = require "uri"

local texts = {
  "http://example.com", "HTTP://EXAMPLE.com:80/%7Euser/../a/./b?q=1#frag", "https://user:pass@host:8443/path;p?x=y&z", "ftp://ftp.host/dir/file;type=i", "mailto:someone@example.com",
  "file:///etc/passwd", "file://localhost/c:/dir/file.txt", "urn:isbn:0-395-36341-1", "urn:issn:1560-1560", "urn:oid:1.2.840.113549", "data:,A%20brief%20note", "data:text/plain;charset=utf-8;base64,SGVsbG8=",
  "telnet://host:23/", "pop://user@host:110", "rtsp://media.example.com/stream", "", "relative/path?x#y", "//host/path", "http://", "http://[::1]:8080/", "http://bad host/", "1http://x", "http://x:port/",
  "http://h/%zz", "urn:isbn:123", "http://h/a%2fb%41", "x:y", "?query", "#fragment", "../up", "http://h?q", "http://h:/", "data:;base64,!!!",
}
local methods = {"scheme", "userinfo", "host", "port", "path", "query", "fragment"}
for _, text in ipairs(texts) do
  local ok, uri, problem = pcall(URI.new, URI, text)
  if not ok then
    print(text, "error", uri)
  elseif not uri then
    print(text, "no URI", problem)
  else
    local parts = {}
    for _, method in ipairs(methods) do parts[#parts + 1] = tostring(uri[method](uri)) end
    print(text, tostring(uri), uri:is_relative(), table.concat(parts, " | "))
  end
end

local base = "http://a/b/c/d;p?q"
for _, reference in ipairs {"g:h", "g", "./g", "g/", "/g", "//g", "?y", "g?y", "#s", "g#s", ";x", "", ".", "./", "..", "../", "../g", "../..", "../../g", "../../../g", "/./g", "g.", "..g", "./../g", "g;x=1/../y"} do
  local ok, uri = pcall(URI.new, URI, reference, base)
  print(reference, ok, uri and tostring(uri))
  if ok and uri and not uri:is_relative() then print(pcall(function() return tostring(uri:relativize(base) or uri) end)) end
end

local uri = URI:new("http://host/path")
print(uri:path("/new path"), uri, pcall(uri.scheme, uri, "not a scheme"))
print(pcall(uri.host, uri, "other.org"), uri, pcall(uri.port, uri, 99999999), uri:query("a=b c"), uri)
print(URI:new("file:///x/y"):filesystem_path("unix"), pcall(function() return URI:new("data:,A%20b"):data_bytes() end))
print(URI.eq("HTTP://a/%7e", "http://a/~"), URI.eq("http://a", "http://b"), pcall(URI.eq, "http://a b", "x"))
