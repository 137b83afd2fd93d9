#include "migrate/history/migrator_table.hpp"

#include "lightdash/migrate/migrate_error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <tuple>
#include <vector>

namespace lightdash::migrate {

namespace {

using row = std::tuple<std::string, std::int64_t>;

} // namespace

task<std::optional<migrator_table>> find_migrator_table(pg::session& db, std::string_view name)
{
    static const pg::statement find{"migrations.find", R"(
        select format('%I.%I', n.nspname, c.relname), c.oid::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = to_regclass($1::text)
           or to_regclass($1::text) is null and c.relname = $1::text and c.relkind in ('r', 'p')
              and n.nspname !~ '^pg_'
              and exists (select from pg_settings
                          where pg_settings.name = 'search_path'
                            and (source = 'database'
                                 or source not in ('client', 'session')
                                    and c.relowner = (select oid from pg_roles where rolname = session_user)))
        order by 1)"};
    const auto found = co_await db.all<row>(find, name);
    if (found.empty())
        co_return std::nullopt;
    if (found.size() > 1) {
        std::vector<std::string> names;
        for (const auto& [qualified, oid] : found)
            names.push_back(qualified);
        throw migrate_error{
            exit_code::history,
            error{error_kind::configuration,
                  fmt::format("This database has several tables {}, and the search path leads to none of them: {}. Put "
                              "the schema of the right one into search_path.",
                              name, fmt::join(names, ", "))}};
    }
    const auto& [qualified, oid] = found.front();
    co_return migrator_table{qualified, oid};
}

task<std::optional<migrator_table>> find_by_oid(pg::session& db, const migrator_table& known)
{
    static const pg::statement find{"migrations.find_by_oid", R"(
        select format('%I.%I', n.nspname, c.relname), c.oid::bigint
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid = $1)"};
    const auto found = co_await db.maybe<row>(find, known.oid);
    if (!found)
        co_return std::nullopt;
    co_return migrator_table{std::get<0>(*found), known.oid};
}

} // namespace lightdash::migrate
