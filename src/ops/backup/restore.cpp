// What can be known before loading is said before loading; then pg_restore, or the reader of plain dumps.
#include "lightdash/core/error.hpp"
#include "lightdash/ops/backup.hpp"
#include "lightdash/sql/identifier.hpp"
#include "ops/backup/copy_progress.hpp"
#include "ops/backup/load_plain.hpp"
#include "ops/backup/shared_sessions.hpp"
#include "ops/child/client_program.hpp"
#include "ops/child/watched_child.hpp"

#include <fmt/format.h>

namespace lightdash::ops {
namespace {

struct lock_space {
    std::int64_t each, sessions;
};
LIGHTDASH_DESCRIBE(lock_space, each, sessions)

// PostgreSQL manual, max_locks_per_transaction; the sessions as its source counts them (MaxBackends).
task<void> check_locks(pg::session& db, std::uint64_t needed)
{
    static const pg::statement space{
        "restore.locks",
        "select max(setting::bigint) filter (where name = 'max_locks_per_transaction') as each, "
        "(sum(setting::bigint) filter (where name <> 'max_locks_per_transaction') + 1)::bigint as sessions "
        "from pg_settings where name in ('max_locks_per_transaction', 'max_connections', 'max_prepared_transactions', "
        "'autovacuum_max_workers', 'max_worker_processes', 'max_wal_senders')"};
    const auto has = co_await db.one<lock_space>(space);
    const auto room = static_cast<std::uint64_t>(has.each * has.sessions);
    // The server finds a tenth more, and some hundreds, in what it left free of its shared memory.
    if (needed <= room + room / 10 + 300)
        co_return;
    const auto wanted = (needed / static_cast<std::uint64_t>(has.sessions) / 64 + 1) * 64;
    throw error{error_kind::configuration,
                fmt::format("A restore is one transaction, and this one needs about {} locks, but the server has room "
                            "for {} (max_locks_per_transaction = {}, for {} sessions): set max_locks_per_transaction = "
                            "{} there and restart it. Nothing was loaded.",
                            needed, room, has.each, has.sessions, wanted)};
}

// An extension is tried, because who may make it is not in the catalogs of every provider.
task<void> check_extensions(pg::transaction& tx, const std::vector<std::string>& extensions)
{
    static const pg::statement quiet{"restore.quiet", "set local client_min_messages = error"};
    if (extensions.empty())
        co_return;
    co_await tx.execute(quiet);
    std::string refused;
    for (const auto& extension : extensions) {
        const auto make =
            pg::statement::trusted("restore.extension", fmt::format("create extension if not exists {} cascade",
                                                                    sql::quote_identifier(extension)));
        const auto work = [&]() -> task<void> { co_await tx.execute(make); };
        try {
            co_await tx.savepoint(work);
        } catch (const error& why) {
            if (why.database() == nullptr)
                throw;
            refused += fmt::format("{}{}: {}", refused.empty() ? "" : "\n  ", extension, why.database()->message);
            if (!why.database()->hint.empty())
                refused += " (" + why.database()->hint + ")";
        }
    }
    if (!refused.empty())
        throw error{error_kind::configuration,
                    "The dump needs extensions that cannot be made here. Install what is missing on the server; let a "
                    "superuser make what this role may not, in an empty database of that name, and restore into it. "
                    "Nothing was loaded."}
            .with_detail(refused);
}

// Of pg_restore's lines: "pg_restore: error: …" and the server's "pg_restore: WARNING:  …", not "pg_restore: creating
// …".
bool is_worth_telling(std::string_view line)
{
    static constexpr std::string_view program = "pg_restore: ";
    if (!line.starts_with(program))
        return true;
    line.remove_prefix(program.size());
    const auto word = line.substr(0, line.find(' '));
    return word.ends_with(':') || line.starts_with("from TOC entry");
}

task<int> prepare(pg::database& database, const restore_options& options)
{
    static const pg::statement version{"restore.version", "select current_setting('server_version_num')::integer"};
    co_await refuse_shared_sessions(database);
    auto tx = co_await database.begin({}, deadline::after(std::chrono::minutes{10}));
    co_await lift_limits(tx);
    const auto number = co_await tx.one<std::int32_t>(version);
    co_await check_locks(tx, options.locks > 0 ? options.locks : options.contents.locks);
    co_await check_extensions(tx, options.contents.extensions);
    co_await tx.rollback();
    co_return number / 10000;
}

} // namespace

task<void> restore(pg::database& database, timer_wheel& clocks, const restore_options& options)
{
    const auto server_major = co_await prepare(database, options);
    if (options.contents.format == dump_format::plain) {
        co_await load_plain(database, options);
        co_return;
    }
    const auto clients = choose_client(find_postgres_clients(default_binary_search()), server_major);
    const auto name = application_name("restore");
    copy_progress progress{database, name, "restoring rows", options.rows, options.on_progress};
    // What the server says beside its answers pg_restore shows only when it tells of everything it does.
    std::vector<std::string> arguments{"--single-transaction", "--exit-on-error", "--verbose"};
    if (options.no_owner)
        arguments.insert(arguments.end(), {"--no-owner", "--no-privileges"});
    arguments.push_back(std::filesystem::absolute(options.file).string());
    auto called = client_command(clients.folder / "pg_restore", std::move(arguments), options.connection, name);
    const auto how =
        co_await run_watched(clocks, std::move(called), [&progress] { return progress.look(); }, is_worth_telling);
    expect_success("pg_restore", how, options.on_warning);
}

} // namespace lightdash::ops
