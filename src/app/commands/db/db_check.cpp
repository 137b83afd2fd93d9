// db check: the guide's "Check Database Connection"
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"

#include <fmt/format.h>

namespace lightdash::app {
namespace {

struct check_row {
    std::string server_version;
    std::string database;
    std::string role;
    std::optional<std::string> host; // none: a Unix socket
    std::optional<std::string> tls;  // "TLSv1.3"
    bool read_only;
};
LIGHTDASH_DESCRIBE(check_row, server_version, database, role, host, tls, read_only)

// What `db check --json` prints.
struct check_answer : check_row {
    double latency_ms;
};
LIGHTDASH_DESCRIBE_DERIVED(check_answer, check_row, latency_ms)

task<check_answer> ask_who(runtime& on)
{
    static const pg::statement who{
        "db.check", "select current_setting('server_version') as server_version, current_database()::text as database, "
                    "current_user::text as role, host(inet_server_addr()) as host, "
                    "(select version from pg_stat_ssl where pid = pg_backend_pid() and ssl) as tls, "
                    "pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as read_only"};
    const auto until = deadline::after(std::chrono::seconds{10});
    const auto db = on.database().exclusive(until);
    const auto row = co_await db->one<check_row>(who);
    const auto took = co_await on.database().ping(until);
    co_return check_answer{row, std::chrono::duration<double, std::milli>(took).count()};
}

struct check_options {
    void describe(option_list& are)
    {
        are.json("{serverVersion, database, role, host, tls, readOnly, latencyMs}; host is null on a Unix socket, tls "
                 "without TLS");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

answer<check_answer> find(const invocation& call, const check_options&)
{
    runtime on{call.config()};
    return ask(on, ask_who(on));
}

void show(const check_answer& found, const invocation&)
{
    fmt::print("PostgreSQL {}, {:.1f} ms, database {}, role {}, {}, {}\n", found.server_version, found.latency_ms,
               found.database, found.role,
               found.tls    ? *found.tls
               : found.host ? "no TLS"
                            : "Unix socket",
               found.read_only ? "read-only" : "read-write");
}

} // namespace

command commands::db_check()
{
    return answering<check_options>({.path = "db check",
                                     .meaning = "One line about the connection: version, latency, role, TLS",
                                     .examples = "  lightdash-backend db check\n"
                                                 "  lightdash-backend db check --json | jq -r .serverVersion"},
                                    find, show);
}

} // namespace lightdash::app
