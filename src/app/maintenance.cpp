#include "app/maintenance.hpp"

#include "lightdash/pg/connection_target.hpp"
#include "lightdash/pg/sqlstate.hpp"

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

void maintenance::refuse_system_database() const
{
    if (std::ranges::find(system_databases, database_) != system_databases.end())
        throw error{error_kind::usage, fmt::format("The database {} belongs to PostgreSQL itself and is left alone: "
                                                   "name one of your own in DATABASE_URL.",
                                                   database_)};
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
        if (first == "template1" || pg::connect_fault_of(failure) != pg::connect_fault::no_database)
            throw;
    }
    runtime on{config_, connection_to("template1")};
    return on.run(work(on));
}

} // namespace lightdash::app
