#include "lightdash/ops/backup.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/ops/file_digest.hpp"
#include "ops/backup/copy_progress.hpp"
#include "ops/backup/partial_file.hpp"
#include "ops/backup/shared_sessions.hpp"
#include "ops/child/client_program.hpp"
#include "ops/child/watched_child.hpp"

#include <fmt/format.h>

namespace lightdash::ops {
namespace {

constexpr std::chrono::hours longest_dump{48};

struct server_facts {
    std::string server_version;
    std::int32_t version_number;
    std::string database;
    std::optional<std::string> history; // the table of migrations, with its schema
    bool may_ask_identifier;
    std::int64_t locks;
};
LIGHTDASH_DESCRIBE(server_facts, server_version, version_number, database, history, may_ask_identifier, locks)

std::string version_of(const std::filesystem::path& program)
{
    auto told = run({.argv = {program.string(), "--version"}}, std::chrono::seconds{10});
    while (!told.output.empty() && told.output.back() == '\n')
        told.output.pop_back();
    const auto at = told.output.find(") ");
    return at == std::string::npos ? told.output : told.output.substr(at + 2);
}

// Everything that the server says of itself inside the snapshot that pg_dump will use.
task<server_facts> facts_of(pg::session& db)
{
    // The history is found whatever the search path is now: of several tables it is the one to which that path leads.
    // 16384: the first oid that no server gives away by itself (FirstNormalObjectId)
    static const pg::statement ask{"backup.server", R"(
        select current_setting('server_version') as server_version,
               current_setting('server_version_num')::integer as version_number,
               current_database()::text as database,
               (select case when count(*) = 1 or bool_or(in_path) then (array_agg(name order by in_path desc))[1] end
                from (select format('%I.%I', n.nspname, c.relname) as name,
                             c.oid = coalesce(to_regclass('lightdash_migrations'), 0) as in_path
                      from pg_class c join pg_namespace n on n.oid = c.relnamespace
                      where c.relname = 'lightdash_migrations' and c.relkind in ('r', 'p')
                        and n.nspname !~ '^pg_') found) as history,
               has_function_privilege('pg_control_system()', 'execute') as may_ask_identifier,
               (select count(*) from pg_class
                where oid >= 16384 and relkind in ('r', 'p', 'i', 'I', 'S', 'v', 'm', 't'))
               + (select count(*) from pg_largeobject_metadata) as locks)"};
    return db.one<server_facts>(ask);
}

task<std::optional<std::string>> schema_version(pg::session& db, const std::optional<std::string>& history)
{
    if (!history)
        co_return std::nullopt;
    const auto last = pg::statement::trusted("backup.schema_version",
                                             fmt::format("select name from {} order by id desc limit 1", *history));
    co_return co_await db.maybe<std::string>(last);
}

} // namespace

task<void> lift_limits(pg::transaction& tx)
{
    // Not every version has every one of them.
    static const pg::statement patient{
        "backup.lift_limits",
        "select set_config(name, case when vartype = 'bool' then 'off' else '0' end, true) from pg_settings "
        "where name in ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', "
        "'transaction_timeout', 'row_security')"};
    co_await tx.query(patient, {});
}

dump_program find_pg_dump(int server_major)
{
    const auto path = choose_client(find_postgres_clients(default_binary_search()), server_major).folder / "pg_dump";
    return {path, version_of(path)};
}

task<backup_manifest> backup(pg::database& database, timer_wheel& clocks, const backup_options& options)
{
    static const pg::statement identifier{"backup.identifier",
                                          "select system_identifier::text from pg_control_system()"};
    static const pg::statement export_snapshot{"backup.snapshot", "select pg_export_snapshot()"};

    partial_file dump{options.file};
    std::error_code ignored;
    std::filesystem::remove(manifest_of(options.file), ignored); // of a backup that never appeared
    partial_file described{manifest_of(options.file)};

    co_await refuse_shared_sessions(database);
    auto tx = co_await database.begin({.level = pg::isolation::repeatable_read, .read_only = true},
                                      deadline::after(longest_dump));
    co_await lift_limits(tx);
    const auto facts = co_await facts_of(tx);
    const auto program = find_pg_dump(facts.version_number / 10000);

    backup_manifest made;
    made.file = options.file.filename().string();
    made.format = options.plain ? "plain" : "custom";
    made.created_at = to_iso8601(utc_now());
    made.database = facts.database;
    made.server_version = facts.server_version;
    made.pg_dump_version = program.version;
    made.schema_version = co_await schema_version(tx, facts.history);
    made.locks = facts.locks;
    made.properties = co_await properties_of(tx, facts.database);
    if (facts.may_ask_identifier)
        made.system_identifier = co_await tx.one<std::string>(identifier);
    if (options.secret_keys != nullptr)
        made.secret_keys = co_await options.secret_keys(tx);
    made.tables = co_await count_rows(tx, options.on_progress);
    const auto snapshot = co_await tx.one<std::string>(export_snapshot);

    const auto name = application_name("backup");
    copy_progress progress{database, name, "dumping rows", static_cast<std::uint64_t>(rows_of(made)),
                           options.on_progress};
    auto called = client_command(program.path,
                                 {options.plain ? "--format=plain" : "--format=custom", "--snapshot=" + snapshot,
                                  "--file=" + std::filesystem::absolute(dump.path()).string()},
                                 options.connection, name);
    const auto how = co_await run_watched(clocks, std::move(called), [&progress] { return progress.look(); });
    expect_success("pg_dump", how, options.on_warning);
    co_await tx.rollback();

    made.bytes = static_cast<std::int64_t>(std::filesystem::file_size(dump.path()));
    file_digest digest{dump.path()};
    while (digest.next())
        co_await pause(clocks, std::chrono::milliseconds{0}); // signals are heard in between
    made.sha256 = digest.hex();
    described.write(manifest_text(made));
    described.publish();
    dump.publish();
    co_return made;
}

} // namespace lightdash::ops
