// The whole server in this process, on a database of its own with the demo data, asked over HTTP as each kind of user.
#pragma once

#include "app/server/service.hpp"
#include "support/fault_proxy.hpp"
#include "support/http_client.hpp"
#include "support/test_database.hpp"

#include <boost/json/value.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace lightdash::testing {

struct api_answer {
    int status = 0;
    boost::json::value body;
    http_response raw;

    const boost::json::value& results() const { return body.at("results"); }
    std::string error_name() const { return std::string{body.at("error").at("name").as_string()}; }
};

class api_server {
public:
    // With `proxied`, over a proxy that counts.
    explicit api_server(bool proxied = false,
                        app::service_options options = {.seed = true, .between_chores = std::chrono::hours{24}});
    ~api_server();

    // As the demo user with that role ("admin", "viewer", …), as "stranger" (the admin of another organization), or ""
    // for nobody.
    api_answer get(std::string_view as, const std::string& target);
    api_answer post(std::string_view as, const std::string& target, const std::string& body);
    api_answer patch(std::string_view as, const std::string& target, const std::string& body);
    api_answer remove(std::string_view as, const std::string& target);
    api_answer send(std::string_view as, std::string_view method, const std::string& target, const std::string& body,
                    http_headers more = {});

    std::uint16_t port() const { return service_->port(); }
    const test_database& database() const { return database_; }
    const api::routes& routes() const { return service_->api(); }
    std::size_t round_trips() const { return proxy_->round_trips(); } // to PostgreSQL, when proxied
    pg::pool_stats pool_stats();                                      // read on the server's own thread
    std::string project() const;                                      // the demo organization's
    std::string token(std::string_view as) const;
    // Another person of the demo organization; with a name, name@lightdash.com, who then asks as that. Answers the id.
    std::string add_user(std::string_view role, std::string_view name = {}) const;

private:
    test_database database_ = test_database::migrated();
    std::optional<fault_proxy> proxy_;
    app::settings config_;
    migrate::registry known_ = migrate::registry::compiled_in();
    std::unique_ptr<app::service> service_;
    std::thread loop_;
};

// One server per suite.
class ApiTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_.emplace(); }
    static void TearDownTestSuite() { server_.reset(); }
    static api_server& server() { return *server_; }

private:
    static inline std::optional<api_server> server_;
};

} // namespace lightdash::testing
