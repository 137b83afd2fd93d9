#include "app/database_swap.hpp"

#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

using sql::quote_identifier;
using sql::quote_literal;

constexpr std::chrono::minutes slowest{5};

struct database_shape {
    std::string encoding, collation, letters, owner;
};
LIGHTDASH_DESCRIBE(database_shape, encoding, collation, letters, owner)

struct kept_setting {
    std::optional<std::string> role; // none: for everybody
    std::string name, value;
};
LIGHTDASH_DESCRIBE(kept_setting, role, name, value)

struct kept_grant {
    std::optional<std::string> role; // none: PUBLIC
    std::string privilege;
    bool grantable;
};
LIGHTDASH_DESCRIBE(kept_grant, role, privilege, grantable)

task<void> run(pg::session& db, std::string text)
{
    const auto what = pg::statement::trusted("db.swap", std::move(text));
    co_await db.execute(what);
}

task<void> copy_settings(pg::session& db, const std::string& from, const std::string& to)
{
    static const pg::statement list{
        "db.settings", "select r.rolname::text as role, split_part(one, '=', 1) as name, "
                       "substr(one, strpos(one, '=') + 1) as value "
                       "from pg_db_role_setting s left join pg_roles r on r.oid = s.setrole, unnest(s.setconfig) one "
                       "where s.setdatabase = (select oid from pg_database where datname = $1)"};
    static const pg::statement set{"db.set", "select set_config($1, $2, true)"};
    const auto settings = co_await db.all<kept_setting>(list, from);
    for (const auto& one : settings) {
        // FROM CURRENT keeps lists such as search_path what they are.
        co_await db.query(set, pg::params::of(one.name, one.value));
        const auto whose =
            one.role ? fmt::format("alter role {} in database {}", quote_identifier(*one.role), quote_identifier(to))
                     : fmt::format("alter database {}", quote_identifier(to));
        co_await run(db, fmt::format("{} set {} from current", whose, sql::quote_qualified(one.name)));
    }
}

task<void> copy_grants(pg::session& db, const std::string& from, const std::string& to)
{
    static const pg::statement list{"db.grants",
                                    "select r.rolname::text as role, a.privilege_type::text as privilege, "
                                    "a.is_grantable as grantable from pg_database d, aclexplode(d.datacl) a "
                                    "left join pg_roles r on r.oid = a.grantee where d.datname = $1"};
    const auto grants = co_await db.all<kept_grant>(list, from);
    if (grants.empty())
        co_return; // PostgreSQL's own defaults
    co_await run(db, fmt::format("revoke all on database {} from public", quote_identifier(to)));
    for (const auto& one : grants)
        co_await run(db, fmt::format("grant {} on database {} to {}{}", one.privilege, quote_identifier(to),
                                     one.role ? quote_identifier(*one.role) : "public",
                                     one.grantable ? " with grant option" : ""));
}

} // namespace

task<void> create_like(pg::database& server, std::string name, std::string like)
{
    static const pg::statement shape{"db.shape",
                                     "select pg_encoding_to_char(d.encoding)::text as encoding, "
                                     "d.datcollate::text as collation, d.datctype::text as letters, "
                                     "r.rolname::text as owner from pg_database d join pg_roles r on r.oid = d.datdba "
                                     "where d.datname = $1"};
    const auto db = server.exclusive(deadline::after(slowest));
    const auto old = co_await db->one<database_shape>(shape, like);
    co_await run(*db,
                 fmt::format("create database {} template template0 encoding {} lc_collate {} lc_ctype {} owner {}",
                             quote_identifier(name), quote_literal(old.encoding), quote_literal(old.collation),
                             quote_literal(old.letters), quote_identifier(old.owner)));
}

task<void> allow_connections(pg::database& server, std::string name)
{
    const auto db = server.exclusive(deadline::after(slowest));
    co_await run(*db, fmt::format("alter database {} allow_connections true", quote_identifier(name)));
}

task<void> swap_databases(pg::database& server, std::string live, std::string fresh, std::string kept)
{
    static const pg::statement end_sessions{
        "db.end_sessions", "select count(pg_terminate_backend(pid)) from pg_stat_activity where datname in ($1, $2)"};
    const auto until = deadline::after(slowest);
    {
        const auto db = server.exclusive(until);
        co_await run(*db, fmt::format("alter database {} allow_connections false", quote_identifier(live)));
        co_await db->query(end_sessions, pg::params::of(live, fresh));
    }
    auto tx = co_await server.begin({}, until);
    co_await copy_settings(tx, live, fresh);
    co_await copy_grants(tx, live, fresh);
    co_await run(tx, fmt::format("alter database {} rename to {}", quote_identifier(live), quote_identifier(kept)));
    co_await run(tx, fmt::format("alter database {} rename to {}", quote_identifier(fresh), quote_identifier(live)));
    co_await tx.commit();
    co_await allow_connections(server, kept);
}

} // namespace lightdash::app
