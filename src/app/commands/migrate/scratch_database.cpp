#include "app/commands/migrate/scratch_database.hpp"

#include "lightdash/pg/connection_target.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <chrono>
#include <random>

#include <unistd.h>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

std::string fresh_name()
{
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return fmt::format("lightdash_scratch_{}_{}_{}", std::chrono::duration_cast<std::chrono::seconds>(now).count(),
                       ::getpid(), std::random_device{}());
}

task<void> drop_leftovers(pg::session& db)
{
    static const pg::statement leftovers{
        "scratch.leftovers",
        "select datname::text from pg_database d where datname ~ '^lightdash_scratch_[0-9]{1,12}_' "
        "and split_part(datname, '_', 3)::bigint < extract(epoch from now()) - 3600 "
        "and pg_has_role(d.datdba, 'usage') and not exists (select from pg_stat_activity a where a.datid = d.oid)"};
    const auto names = co_await db.all<std::string>(leftovers);
    for (const auto& name : names) {
        const auto drop =
            pg::statement::trusted("scratch.sweep", "drop database if exists " + sql::quote_identifier(name));
        co_await db.execute(drop);
    }
}

task<int> create(runtime& on, const std::string& name)
{
    const auto db = on.database().exclusive(deadline::after(1min));
    co_await drop_leftovers(*db);
    // The locale of the database beside it: it decides orders, and what an index is good for. Its provider came with
    // PostgreSQL 15; the name of ICU's locale is another since 17.
    static const pg::statement locale{"scratch.locale", R"(
        select format('encoding %L lc_collate %L lc_ctype %L', pg_encoding_to_char(encoding), datcollate, datctype) ||
               case j ->> 'datlocprovider'
                   when 'i' then format(' locale_provider icu icu_locale %L',
                                        coalesce(j ->> 'datlocale', j ->> 'daticulocale'))
                   when 'b' then format(' locale_provider builtin builtin_locale %L', j ->> 'datlocale')
                   else '' end
        from pg_database d cross join lateral to_jsonb(d) j where datname = current_database())"};
    const auto like = co_await db->one<std::string>(locale);
    const auto make = pg::statement::trusted(
        "scratch.create", fmt::format("create database {} template template0 {}", sql::quote_identifier(name), like));
    co_await db->execute(make);
    co_return 0;
}

task<int> drop(runtime& on, const std::string& name)
{
    const auto db = on.database().exclusive(deadline::after(1min));
    const auto gone = pg::statement::trusted(
        "scratch.drop", fmt::format("drop database if exists {} with (force)", sql::quote_identifier(name)));
    co_await db->execute(gone);
    co_return 0;
}

} // namespace

scratch_database::scratch_database(const settings& config)
    : home_(config), original_(config), scratch_(config), name_(fresh_name())
{
    original_.database_url = home_.connection().conninfo;
    scratch_.database_url = pg::with_database(original_.database_url, name_);
    runtime on{original_};
    if (on.run(create(on, name_)) != 0)
        throw error{error_kind::cancelled, "Interrupted."};
}

scratch_database::~scratch_database()
{
    try {
        runtime on{original_};
        on.run(drop(on, name_));
    } catch (const std::exception& failure) {
        fmt::print(stderr, "The scratch database {} could not be dropped: {}\n", name_, failure.what());
    }
}

} // namespace lightdash::app
