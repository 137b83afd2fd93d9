#include "app/server/telemetry/request_log.hpp"

#include "lightdash/core/log.hpp"
#include "lightdash/http/masked_target.hpp"

#include <string_view>
#include <utility>

namespace lightdash::app {
namespace {

void log_access(const http::access_record& done)
{
    if (!log::enabled(log::level::info))
        return;
    const auto milliseconds = [](std::chrono::nanoseconds time) {
        return std::chrono::duration<double, std::milli>{time}.count();
    };
    const auto& account = done.account;
    log::info("request", {{"request_id", done.id},
                          {"method", http::to_string(done.verb)},
                          {"target", http::masked_target(done.target)},
                          {"route", account.route},
                          {"status", done.status},
                          {"bytes", done.response_bytes},
                          {"ms", milliseconds(done.time)},
                          {"queries", account.statements},
                          {"rows", account.rows},
                          {"db_ms", milliseconds(account.database_time)},
                          {"pool_wait_ms", milliseconds(account.pool_wait)},
                          {"client", done.client}});
}

// Why a request failed, for whoever looks after the service: the answer itself says little. A probe that answers "not
// ready" has not failed, nor has a request in a language that nobody speaks here.
bool is_our_failure(const http::access_record& done)
{
    return done.status >= 500 && done.status != 501 && done.status != 505 && !done.account.error_name.empty();
}

} // namespace

void request_log::write(const http::access_record& done)
{
    log_access(done);
    if (!is_our_failure(done))
        return;
    if (done.account.error_name == to_string(error_kind::overloaded)) {
        warn_of_overload(done);
        return;
    }
    log::warn("request failed", {{"request_id", done.id},
                                 {"route", done.account.route},
                                 {"status", done.status},
                                 {"error", std::string_view{done.account.error_name}},
                                 {"detail", std::string_view{done.account.error_detail}}});
}

void request_log::warn_of_overload(const http::access_record& done)
{
    ++overloaded_;
    const auto now = clock::now();
    if (now - told_of_overload_ < std::chrono::seconds{1})
        return;
    told_of_overload_ = now;
    log::warn("requests refused for want of room", {{"refused", std::exchange(overloaded_, 0)},
                                                    {"route", done.account.route},
                                                    {"error", std::string_view{done.account.error_name}},
                                                    {"request_id", done.id}});
}

} // namespace lightdash::app
