#include "app/runtime/maintenance.hpp"

#include "lightdash/pg/connection_target.hpp"
#include "lightdash/pg/pinned.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lightdash::app {
namespace {

constexpr std::array<std::string_view, 3> system_databases{"postgres", "template0", "template1"};

} // namespace

maintenance::maintenance(const settings& config) : config_(config), server_(config)
{
    const auto target = pg::target_of(server_.connection().conninfo);
    database_ = target.database;
    host_ = target.host;
    if (database_.empty())
        throw error{error_kind::configuration, "DATABASE_URL names no database: write it behind the host, as in "
                                               "postgresql://user:password@host:5432/database."};
}

pg::connection_options maintenance::connection_to(const std::string& database) const
{
    auto options = server_.connection();
    options.conninfo = pg::with_database(options.conninfo, database);
    return options;
}

void maintenance::refuse_system_database(const std::string& name)
{
    if (std::ranges::find(system_databases, name) != system_databases.end())
        throw error{error_kind::usage, fmt::format("The database {} belongs to PostgreSQL itself and is left alone: "
                                                   "name one of your own.",
                                                   name)};
}

task<std::unique_ptr<pg::session>> patient_session(pg::database& server)
{
    static const pg::statement patient{"db.patience", "select set_config(name, '0', false) from pg_settings "
                                                      "where name in ('statement_timeout', 'lock_timeout')"};
    constexpr std::chrono::hours longest{1};
    auto unused = co_await server.begin({}, deadline::after(longest));
    auto made = pg::pinned(std::move(unused), deadline::after(longest));
    co_await made->query(patient, {});
    co_return made;
}

void refuse_transaction_pooler(const settings& config, std::string_view command)
{
    if (!config.transaction_pooler)
        return;
    const auto target = pg::target_of(config.database_url);
    throw error{error_kind::usage,
                fmt::format("{0} needs a session of its own, and LIGHTDASH_POOLER=transaction says that {1} shares "
                            "them: what pg_dump and pg_restore set would stay for others. Give the address of "
                            "PostgreSQL itself, with its own port (commonly 5432), for this command: "
                            "LIGHTDASH_POOLER=none DATABASE_URL=postgresql://user@host:5432/{2} lightdash-backend {0}. "
                            "Nothing was done.",
                            command, target.host.empty() ? "the server of DATABASE_URL" : target.host,
                            target.database)};
}

std::string maintenance::warning(std::string_view what) const
{
    return fmt::format("The database {} of {} would be {}, with everything in it{}.", database_,
                       host_.empty() ? "this machine" : host_, what,
                       config_.env == environment::production ? " (LIGHTDASH_ENV is production)" : "");
}

int maintenance::run(const std::function<task<int>(runtime&)>& work) const
{
    const std::string first = database_ == "postgres" ? "template1" : "postgres";
    try {
        runtime on{config_, connection_to(first)};
        return on.run(work(on));
    } catch (const error& failure) {
        if (first == "template1" || failure.connect_fault() != connect_fault::no_database)
            throw;
    }
    runtime on{config_, connection_to("template1")};
    return on.run(work(on));
}

} // namespace lightdash::app
