#include "app/commands/backup/database_swap.hpp"

#include "lightdash/async/attempt.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <optional>

namespace lightdash::app {
namespace {

using sql::quote_identifier;

constexpr std::chrono::minutes slowest{5};

task<void> run(pg::session& db, std::string text)
{
    const auto what = pg::statement::trusted("db.swap", std::move(text));
    co_await db.execute(what);
}

// The server's refusal; none when it was done. Whatever else goes wrong is thrown.
task<std::optional<error>> refusal_of(pg::session& db, std::string text)
{
    try {
        co_await run(db, std::move(text));
    } catch (const error& refused) {
        if (refused.database() == nullptr || refused.poisons_connection())
            throw;
        co_return refused;
    }
    co_return std::nullopt;
}

} // namespace

task<void> create_like(pg::database& server, std::string name, ops::database_properties like,
                       std::vector<std::string>& not_restored)
{
    static const pg::statement version{"db.version", "select current_setting('server_version_num')::integer"};
    const auto db = co_await patient_session(server);
    const auto number = co_await db->one<std::int32_t>(version);
    auto refused = co_await refusal_of(*db, ops::create_database_text(name, like, number, true));
    if (!refused)
        co_return;
    if (like.tablespace != "pg_default" && !pg::is(refused->sqlstate(), pg::condition::duplicate_database)) {
        const auto why = refused->database()->message;
        refused = co_await refusal_of(*db, ops::create_database_text(name, like, number, false));
        if (!refused) {
            not_restored.push_back(fmt::format("the tablespace {}: {}", like.tablespace, why));
            co_return;
        }
    }
    // invalid locale or encoding, unknown to it, not supported, and the words of a newer version
    using enum pg::condition;
    if (!pg::is_one_of(refused->sqlstate(), {wrong_object_type, invalid_parameter_value, undefined_object,
                                             feature_not_supported, syntax_error}))
        throw *refused;
    throw error{error_kind::configuration,
                fmt::format("The server cannot make a database with the encoding {} and the locale {} ({}) of the "
                            "backup: install that locale there, or create the database {} yourself with another one "
                            "and restore into it. Nothing was changed.",
                            like.encoding, like.locale.value_or(like.collate), like.provider, name)}
        .with_detail(refused->database()->message);
}

task<void> give_properties(pg::database& server, std::string name, ops::database_properties wanted, bool change_owner,
                           std::vector<std::string>& not_restored)
{
    const auto db = co_await patient_session(server);
    for (const auto& step : ops::property_steps(name, wanted, change_owner)) {
        const auto refused = co_await refusal_of(*db, step.text);
        if (refused)
            not_restored.push_back(fmt::format("{}: {}", step.what, refused->database()->message));
    }
}

namespace {

task<void> allow_connections(pg::database& server, std::string name)
{
    const auto db = server.exclusive(deadline::after(slowest));
    co_await run(*db, fmt::format("alter database {} allow_connections true", quote_identifier(name)));
}

task<void> rename_both(pg::database& server, std::string live, std::string fresh, std::string kept)
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
    co_await run(tx, fmt::format("alter database {} rename to {}", quote_identifier(live), quote_identifier(kept)));
    co_await run(tx, fmt::format("alter database {} rename to {}", quote_identifier(fresh), quote_identifier(live)));
    co_await tx.commit();
}

void allow(const maintenance& server, const std::string& database)
{
    try {
        if (server.run([&](runtime& on) { return done(allow_connections(on.database(), database)); }) == 0)
            return;
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
    }
    fmt::print(stderr,
               "Nobody can connect to the database {}: psql postgres -c 'ALTER DATABASE {} ALLOW_CONNECTIONS true'\n",
               database, quote_identifier(database));
}

// After a failure, which may have come behind the COMMIT.
bool were_swapped(const maintenance& server, const std::string& fresh, const std::string& kept)
{
    bool old_there = false, fresh_there = true;
    try {
        server.run([&](runtime& on) { return into(old_there, database_exists(on.database(), kept)); });
        server.run([&](runtime& on) { return into(fresh_there, database_exists(on.database(), fresh)); });
    } catch (const std::exception& unknown) {
        fmt::print(stderr, "Whether {} is in its place is not known ({}): it is when there is a database {}.\n", fresh,
                   unknown.what(), kept);
    }
    return old_there && !fresh_there;
}

} // namespace

int swap_databases(const maintenance& server, const std::string& live, const std::string& fresh,
                   const std::string& kept)
{
    const auto rename = [&](runtime& on) { return done(rename_both(on.database(), live, fresh, kept)); };
    auto code = attempt([&] { return server.run(rename); });
    const bool renamed = code && code.value() == 0;
    if (renamed || were_swapped(server, fresh, kept)) {
        allow(server, kept);
        return 0;
    }
    allow(server, live);
    drop_unfinished(server, fresh);
    return std::move(code).get();
}

void drop_unfinished(const maintenance& server, const std::string& database)
{
    const auto name = quote_identifier(database);
    try {
        const auto drop = [&](runtime& on) -> task<int> {
            const auto db = co_await patient_session(on.database());
            const bool there = co_await database_exists(on.database(), database);
            if (there) // nothing that is a template can be dropped
                co_await run(*db, fmt::format("alter database {} is_template false", name));
            co_await run(*db, fmt::format("drop database if exists {} with (force)", name));
            co_return 0;
        };
        if (server.run(drop) == 0) {
            fmt::print(stderr, "The unfinished database {} was dropped.\n", database);
            return;
        }
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
    }
    fmt::print(stderr, "The unfinished database {} is left over: psql postgres -c 'DROP DATABASE {}'\n", database,
               name);
}

task<bool> database_exists(pg::database& server, std::string name)
{
    static const pg::statement ask{"db.exists", "select exists (select from pg_database where datname = $1)"};
    const auto db = server.exclusive(deadline::after(std::chrono::seconds{30}));
    const auto there = co_await db->one<bool>(ask, name);
    co_return there;
}

} // namespace lightdash::app
