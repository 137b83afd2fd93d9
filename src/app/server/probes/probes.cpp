#include "app/server/probes/probes.hpp"

#include "app/cli/version.hpp"
#include "lightdash/http/response.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct authentication_facts {
    bool disable_password_authentication = false;
};
LIGHTDASH_DESCRIBE(authentication_facts, disable_password_authentication)

struct query_facts {
    int max_limit = 5000;
    int default_limit = 500;
    int max_page_size = 2500;
};
LIGHTDASH_DESCRIBE(query_facts, max_limit, default_limit, max_page_size)

// The keys of Lightdash's health that mean something here (api.md 1.5).
struct health_facts {
    bool healthy;
    std::string_view mode = "default";
    std::string_view version = app::version;
    bool is_authenticated;
    bool requires_org_registration;
    bool local_dbt_enabled = false;
    authentication_facts auth;
    std::string site_url;
    query_facts query;
    bool has_email_client;
    bool has_groups = true;
};
LIGHTDASH_DESCRIBE(health_facts, healthy, mode, version, is_authenticated, requires_org_registration, local_dbt_enabled,
                   auth, site_url, query, has_email_client, has_groups)

// What the probes answer, for the description alone.
struct live_answer {
    std::string_view status; // ok
};
LIGHTDASH_DESCRIBE(live_answer, status)
struct ready_answer {
    std::string_view status; // ready
};
LIGHTDASH_DESCRIBE(ready_answer, status)
struct not_ready_answer {
    std::string_view status; // not_ready
    std::string_view reason;
};
LIGHTDASH_DESCRIBE(not_ready_answer, status, reason)
struct health_answer {
    std::string_view status; // ok
    health_facts results;
};
LIGHTDASH_DESCRIBE(health_answer, status, results)

http::route probe(std::string pattern)
{
    http::route made{.verb = http::method::get, .pattern = std::move(pattern)};
    made.always_on = true;
    return made;
}

http::response health(const readiness& state, const settings& config, bool authenticated)
{
    return http::ok(health_facts{
        .healthy = state.reason().empty(),
        .is_authenticated = authenticated,
        .requires_org_registration = state.requires_registration(),
        .site_url = config.site_url.empty() ? fmt::format("http://{}:{}", config.host, config.port) : config.site_url,
        .has_email_client = !config.smtp_host.empty()});
}

task<http::response> health_of_caller(const readiness& state, access::gate& gate, const settings& config,
                                      http::request& rq)
{
    constexpr auto right = needs(access::scope::view_organization).right;
    bool authenticated = true;
    try {
        if (!gate.admit_known(rq, right))
            co_await gate.admit_unknown(rq, right);
    } catch (const error& failure) {
        if (failure.kind() == error_kind::cancelled)
            throw;
        authenticated = false; // health is for everybody, and must answer without the database too
    }
    co_return health(state, config, authenticated);
}

} // namespace

void add_probes(http::router& routes, api::routes& described, const readiness& state, access::gate& gate,
                const settings& config)
{
    described.begin("Probes");
    auto live = probe("/api/v1/livez");
    live.handle_now = [](http::request&) { return http::response{.body = R"({"status":"ok"})"}; };
    described.describe(live, "The process answers", {{200, "Alive", &api::write_schema<live_answer>}});
    routes.add(std::move(live));

    auto ready = probe("/api/v1/readyz");
    ready.handle_now = [&state](http::request&) {
        const auto reason = state.reason();
        if (reason.empty())
            return http::response{.body = R"({"status":"ready"})"};
        return http::response{.status = 503, .body = fmt::format(R"({{"status":"not_ready","reason":"{}"}})", reason)};
    };
    described.describe(ready, "Whether requests can be served",
                       {{200, "Ready", &api::write_schema<ready_answer>},
                        {503, "Not ready, and why", &api::write_schema<not_ready_answer>}});
    routes.add(std::move(ready));

    auto healthy = probe("/api/v1/health");
    healthy.handle = [&](http::request& rq) { return health_of_caller(state, gate, config, rq); };
    described.describe(healthy, "What the program is and can do",
                       {{200, "Its facts", &api::write_schema<health_answer>}});
    routes.add(std::move(healthy));
}

} // namespace lightdash::app
