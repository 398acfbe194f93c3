local Account = {}
Account.__index = Account
function Account.new(balance) return setmetatable({balance = balance or 0}, Account) end
function Account:deposit(amount)
  if amount <= 0 then error("invalid amount: " .. tostring(amount), 2) end
  self.balance = self.balance + amount
  return self
end
print(Account.new(10):deposit(5).balance)
