// Finding a route among as many as the API has.
#include "http/request/request_builder.hpp"

#include "lightdash/http/router.hpp"

#include <benchmark/benchmark.h>

#include <array>

namespace lightdash::http {
namespace {

router whole_api()
{
    static constexpr std::array resources{"charts", "dashboards", "spaces",  "members",
                                          "groups", "tokens",     "queries", "explores"};
    router made;
    const auto add = [&](method verb, std::string pattern) {
        route r;
        r.verb = verb;
        r.pattern = std::move(pattern);
        r.handle_now = [](request&) { return response{}; };
        made.add(std::move(r));
    };
    for (const std::string resource : resources) {
        add(method::get, "/api/v1/projects/{project}/" + resource);
        add(method::post, "/api/v1/projects/{project}/" + resource);
        for (const auto verb : {method::get, method::patch, method::delete_})
            add(verb, "/api/v1/" + resource + "/{id}");
        add(method::get, "/api/v1/" + resource + "/{id}/history/{version}");
        add(method::get, "/api/v2/projects/{project}/" + resource + "/{id}");
    }
    for (const std::string probe : {"livez", "readyz", "health"})
        add(method::get, "/api/v1/" + probe);
    return made;
}

void find_route(benchmark::State& state, method verb, std::string_view path)
{
    const router routes = whole_api();
    request rq;
    request_builder build{rq};
    for (auto _ : state) {
        build.clear();
        build.line(verb, path, path, {});
        benchmark::DoNotOptimize(routes.find(rq).found);
    }
}

constexpr std::string_view id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const std::string list_path = "/api/v1/projects/" + std::string{id} + "/dashboards";
const std::string deep_path = "/api/v1/charts/" + std::string{id} + "/history/" + std::string{id};
const std::string unknown_path = "/api/v1/charts/" + std::string{id} + "/unknown";

BENCHMARK_CAPTURE(find_route, probe, method::get, "/api/v1/livez");
BENCHMARK_CAPTURE(find_route, one_parameter, method::post, list_path);
BENCHMARK_CAPTURE(find_route, two_parameters, method::get, deep_path);
BENCHMARK_CAPTURE(find_route, not_found, method::get, unknown_path);
BENCHMARK_CAPTURE(find_route, wrong_method, method::delete_, list_path);

} // namespace
} // namespace lightdash::http
