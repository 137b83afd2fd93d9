// db check: the guide's "Check Database Connection"
#include "app/cli/command.hpp"
#include "app/server/runtime.hpp"
#include "app/terminal/print_json.hpp"

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

task<int> check(runtime& on, bool json)
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
    const auto latency = std::chrono::duration<double, std::milli>(took).count();
    if (json) {
        print_json(check_answer{row, latency});
        co_return 0;
    }
    fmt::print("PostgreSQL {}, {:.1f} ms, database {}, role {}, {}, {}\n", row.server_version, latency, row.database,
               row.role,
               row.tls    ? *row.tls
               : row.host ? "no TLS"
                          : "Unix socket",
               row.read_only ? "read-only" : "read-write");
    co_return 0;
}

} // namespace

void add_db_check(command_line& line, CLI::App& db)
{
    auto& checking = line.add_under(db, "check", "One line about the connection: version, latency, role, TLS",
                                    "  lightdash-backend db check\n"
                                    "  lightdash-backend db check --json | jq -r .serverVersion");
    const auto json = std::make_shared<bool>(false);
    checking.add_flag("--json", *json,
                      "Print {serverVersion, database, role, host, tls, readOnly, latencyMs}; host is null on a Unix "
                      "socket, tls without TLS");
    line.add_setting_flags(checking, {"LIGHTDASH_DATA_DIR"});
    line.on_run(checking, [json](const loaded_settings& loaded) {
        runtime on{loaded.values};
        return on.run(check(on, *json));
    });
}

} // namespace lightdash::app
