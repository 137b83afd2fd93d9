-- A method and a body from the environment; BENCH_PATHS names a file of paths of which each request takes one by chance.
wrk.method = os.getenv("BENCH_METHOD")
wrk.body = os.getenv("BENCH_BODY")
wrk.headers["Content-Type"] = "application/json"

local paths = os.getenv("BENCH_PATHS")
if paths then
  local requests = {}
  init = function()
    for path in io.lines(paths) do
      requests[#requests + 1] = wrk.format(nil, path)
    end
  end
  request = function()
    return requests[math.random(#requests)]
  end
end
