answer = 42
print(answer, _G.answer, _ENV.answer) -- expect: 42	42	42
answer = answer + 1
print(answer) -- expect: 43
print(undefined_name) -- expect: nil
answer = nil
print(rawget(_G, "answer")) -- expect: nil
