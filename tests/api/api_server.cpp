#include "api/api_server.hpp"

#include "app/runtime/runtime.hpp"

#include <boost/json/parse.hpp>

#include <chrono>
#include <future>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using namespace std::chrono_literals;

std::string email_of(std::string_view role)
{
    if (role == "admin")
        return "demo@lightdash.com";
    if (role == "stranger")
        return "another@lightdash.com";
    return std::string{role} + "@lightdash.com";
}

} // namespace

api_server::api_server(bool proxied, app::service_options options)
{
    if (proxied)
        proxy_.emplace(fault_proxy::before(database_.conninfo()));
    config_.database_url = secret{proxy_ ? proxy_->conninfo() : database_.conninfo()};
    config_.port = 0;
    config_.prometheus_port = 0;
    config_.env = app::environment::test;
    config_.service_secret = secret{"the secret of these tests"};
    config_.allow_multiple_organizations = true;
    service_ = std::make_unique<app::service>(config_, app::connection_options(config_, std::nullopt), known_,
                                              std::move(options));
    service_->start();
    loop_ = std::thread{[this] { service_->run(); }};
    const auto until = std::chrono::steady_clock::now() + 30s;
    while (database_.value("select count(*) from dashboard_tiles") == "0" ||
           http_get(port(), "/api/v1/readyz").status != 200) {
        if (std::chrono::steady_clock::now() > until)
            throw std::runtime_error("the server did not become ready in 30 s");
        std::this_thread::sleep_for(20ms);
    }
    for (const auto role : {"admin", "viewer", "interactive_viewer", "editor", "developer", "member", "stranger"})
        database_.execute(
            "insert into personal_access_tokens (user_id, description, token_hash) select id, 'test', sha256(" +
            sql_literal(token(role)) + "::bytea) from users where email = " + sql_literal(email_of(role)));
}

api_server::~api_server()
{
    service_->stop();
    loop_.join();
    service_.reset();
}

pg::pool_stats api_server::pool_stats()
{
    std::promise<pg::pool_stats> stats;
    service_->post([&] { stats.set_value(service_->database().stats()); });
    return stats.get_future().get();
}

std::string api_server::token(std::string_view as) const
{
    return "ldpat_for_" + std::string{as};
}

std::string api_server::add_user(std::string_view role, std::string_view name) const
{
    const auto mail = name.empty() ? "gen_random_uuid() || '@lightdash.com'" : sql_literal(email_of(name));
    const auto id = database_.value("insert into users (email, first_name, last_name, password_hash, organization_id, "
                                    "role) select " +
                                    mail + ", 'Some', 'Body', 'none', organization_id, " + sql_literal(role) +
                                    " from users where email = 'demo@lightdash.com' returning id");
    if (!name.empty())
        database_.execute("insert into personal_access_tokens (user_id, description, token_hash) values ('" + id +
                          "', 'test', sha256(" + sql_literal(token(name)) + "::bytea))");
    return id;
}

std::string api_server::project() const
{
    return database_.value("select p.id from projects p join organizations o on o.id = p.organization_id "
                           "where o.name = 'Jaffle Shop' order by p.created_at limit 1");
}

api_answer api_server::send(std::string_view as, std::string_view method, const std::string& target,
                            const std::string& body, http_headers more)
{
    http_client client{port()};
    if (!as.empty())
        more.emplace_back("Authorization", "ApiKey " + token(as));
    if (!body.empty())
        more.emplace_back("Content-Type", "application/json");
    api_answer answer;
    answer.raw = client.request(method, target, more, body);
    answer.status = answer.raw.status;
    if (!answer.raw.body.empty())
        answer.body = boost::json::parse(answer.raw.body);
    return answer;
}

api_answer api_server::get(std::string_view as, const std::string& target)
{
    return send(as, "GET", target, {});
}
api_answer api_server::post(std::string_view as, const std::string& target, const std::string& body)
{
    return send(as, "POST", target, body);
}
api_answer api_server::patch(std::string_view as, const std::string& target, const std::string& body)
{
    return send(as, "PATCH", target, body);
}
api_answer api_server::remove(std::string_view as, const std::string& target)
{
    return send(as, "DELETE", target, {});
}

} // namespace lightdash::testing
