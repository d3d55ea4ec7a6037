-- A checkout of one unit for each request, by the buyers of a file: "user cookie csrf" a line. Every request has a key of its own.
local buyers, products = {}, tonumber(os.getenv("BENCH_PRODUCTS"))
local run, count = os.getenv("BENCH_RUN"), 0
for line in io.lines(os.getenv("BENCH_BUYERS")) do
  local user, cookie, csrf = line:match("(%S+) (%S+) (%S+)")
  buyers[#buyers + 1] = { user, cookie, csrf }
end

request = function()
  count = count + 1
  local buyer = buyers[count % #buyers + 1]
  return wrk.format("POST", "/api/checkout", {
    ["content-type"] = "application/json",
    ["x-user"] = buyer[1],
    ["cookie"] = buyer[2],
    ["x-csrf-token"] = buyer[3],
    ["idempotency-key"] = run .. "-" .. count,
  }, '{"items":[{"product":' .. (count % products + 1) .. ',"quantity":1}]}')
end
