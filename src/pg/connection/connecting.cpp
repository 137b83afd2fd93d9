#include "pg/connection/connecting.hpp"

#include "pg/sqlstate/connect_error.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::pg {

connecting::wish connecting::step(deadline::clock::time_point now)
{
    if (failure_)
        return wish::failed;
    if (gives_up().expired(now))
        return out_of_time();
    if (host_due_.expired(now) && line_.hosts() > 1) {
        line_.next_host();
        host_.clear();
    }
    switch (line_.poll()) {
    case connect_line::progress::connected:
        return greet();
    case connect_line::progress::failed:
        return fail(make_connect_error(line_.trouble(), line_.scope()));
    case connect_line::progress::reading:
        return await(wish::readable, now);
    case connect_line::progress::writing:
        break;
    }
    return await(wish::writable, now);
}

connecting::wish connecting::await(wish next, deadline::clock::time_point now)
{
    if (line_.socket() < 0)
        return fail(make_connect_error(line_.trouble(), line_.scope()));
    if (auto host = line_.host(); host != host_) {
        host_ = std::move(host);
        const auto share = gives_up().remaining(now) / static_cast<deadline::clock::rep>(line_.hosts());
        host_due_ = line_.hosts() > 1 ? deadline::at(now + share) : deadline::never();
    }
    return next;
}

connecting::wish connecting::fail(error why)
{
    failure_ = std::move(why);
    return wish::failed;
}

connecting::wish connecting::out_of_time()
{
    if (until_ <= limit_)
        return fail(error{error_kind::deadline_exceeded, "There was no time left to connect to the database."});
    return fail(error{error_kind::database_unavailable, "The database server did not accept a connection in time."}
                    .with_retry_after(std::chrono::seconds{1})
                    .with_detail(line_.trouble()));
}

connecting::wish connecting::greet()
{
    const int version = line_.server_version();
    if (version < oldest_server)
        return fail(error{
            error_kind::configuration,
            fmt::format(
                "The database server is PostgreSQL {}; this program needs PostgreSQL {} or later. Upgrade the server.",
                version / 10000, oldest_server / 10000)});
    if (!line_.enter_pipeline())
        return fail(make_connect_error(line_.trouble(), line_.scope()));
    return wish::connected;
}

} // namespace lightdash::pg
