#include "pg/wire/libpq_connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::pg {

namespace {

connect_scope scope_of(const std::vector<conninfo::endpoint>& tried)
{
    const auto elsewhere = [&](const conninfo::endpoint& one) {
        return one.host.empty() || one.host != tried.front().host || one.port != tried.front().port;
    };
    return tried.size() > 1 && std::ranges::any_of(tried, elsewhere) ? connect_scope::several_servers
                                                                     : connect_scope::one_server;
}

} // namespace

libpq_connect::libpq_connect(conninfo how)
    : how_(std::move(how)), endpoints_(how_.endpoints()), scope_(scope_of(endpoints_))
{
    begin();
}

void libpq_connect::begin()
{
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : how_.settings()) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    handle_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!handle_)
        throw std::bad_alloc{};
    PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE); // puts the SQLSTATE into the text, the only way to learn it
    PQsetNoticeReceiver(handle_.get(), [](void*, const PGresult*) {}, nullptr);
}

connect_line::progress libpq_connect::poll()
{
    switch (PQconnectPoll(handle_.get())) {
    case PGRES_POLLING_READING:
        return progress::reading;
    case PGRES_POLLING_WRITING:
        return progress::writing;
    case PGRES_POLLING_OK:
        return progress::connected;
    case PGRES_POLLING_ACTIVE:
    case PGRES_POLLING_FAILED:
        break;
    }
    return progress::failed;
}

std::string libpq_connect::trouble() const
{
    return given_up_ + PQerrorMessage(handle_.get());
}

std::string libpq_connect::host() const
{
    return fmt::format("\"{}\" ({}), port {}", PQhost(handle_.get()), PQhostaddr(handle_.get()), PQport(handle_.get()));
}

// The hosts before it failed or did not suit, and come last: a standby among them may still be the best there is.
void libpq_connect::next_host()
{
    const std::string_view name = PQhost(handle_.get());
    const std::string_view address = PQhostaddr(handle_.get());
    const std::string_view port = PQport(handle_.get());
    const auto tried = std::ranges::find_if(endpoints_, [&](const conninfo::endpoint& one) {
        const auto& shown = one.host.empty() ? one.address : one.host;
        return (shown.empty() || shown == name) && (one.address.empty() || one.address == address) &&
               (one.port.empty() || one.port == port);
    });
    given_up_ += fmt::format("connection to server at {} failed: timeout expired\n", host());
    const auto last = tried == endpoints_.end() ? endpoints_.begin() : tried;
    std::ranges::rotate(endpoints_, last);
    endpoints_.erase(endpoints_.begin());
    how_ = how_.only(endpoints_);
    begin();
}

bool libpq_connect::enter_pipeline()
{
    PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
    return PQsetnonblocking(handle_.get(), 1) == 0 && PQenterPipelineMode(handle_.get()) == 1;
}

} // namespace lightdash::pg
