-- Deliveries of BATCH new figures each: args BATCH FIRST_MONTH MONTHS_A_RUN.  A batch lies in one unit as far as it goes.
local next_thread = 0
function setup(thread)
	thread:set("id", next_thread)
	next_thread = next_thread + 1
	threads = next_thread
end
function init(args)
	batch, first, at = tonumber(args[1]), tonumber(args[2]), 0
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
end
local function figure(n)
	local month = first + math.floor(n / 500000)
	return string.format('{"indicator":"I%03d","unit":"C%04d","period":"%04d-%02d","value":"%d.%02d"}', n % 500, math.floor(n / 500) % 1000,
		math.floor(month / 12), month % 12 + 1, 1000 + n % 7919, n % 97)
end
function request()
	local list = {}
	for i = 1, batch do
		list[i] = figure(at)
		at = at + 1
	end
	return wrk.format(nil, nil, nil, '{"figures":[' .. table.concat(list, ",") .. "]}")
end
