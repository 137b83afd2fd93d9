// doctor: what an operator would look at first, each with its remedy.
#include "app/commands/db/inspect/inspection.hpp"
#include "app/commands/list.hpp"
#include "app/commands/sealed_rows.hpp"
#include "app/terminal/progress.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "lightdash/ops/backup.hpp"
#include "lightdash/ops/inspect/indexes.hpp"

#include <fmt/format.h>

#include <sys/statvfs.h>

#include <algorithm>
#include <filesystem>

namespace lightdash::app {
namespace {

// What `doctor --json` prints, a list of them. `state`: ok, warn or bad.
struct finding {
    std::string check;
    std::string_view state;
    std::string found;
    std::string remedy; // "" when nothing is to be done
};
LIGHTDASH_DESCRIBE(finding, check, state, found, remedy)

constexpr std::string_view fine = "ok", warning = "warn", broken = "bad";
constexpr int oldest_major = 13;
constexpr std::uint64_t little_disk = 1'000'000'000, hardly_disk = 100'000'000;

struct facts {
    std::string version;
    std::int32_t version_number;
    std::string database, role, encoding, time_zone;
    bool superuser, may_create, has_uuid, offers_uuid, local, tls, durable, standby, writes;
    std::int32_t max_connections, reserved, sessions;
    std::optional<std::string> data_directory;
};
LIGHTDASH_DESCRIBE(facts, version, version_number, database, role, encoding, time_zone, superuser, may_create, has_uuid,
                   offers_uuid, local, tls, durable, standby, writes, max_connections, reserved, sessions,
                   data_directory)

task<facts> ask_server(pg::session& db)
{
    static const pg::statement ask{
        "doctor.facts",
        "select current_setting('server_version') as version, "
        "current_setting('server_version_num')::integer as version_number, current_database()::text as database, "
        "current_user::text as role, "
        "(select pg_encoding_to_char(encoding)::text from pg_database where datname = current_database()) as encoding, "
        "current_setting('TimeZone') as time_zone, "
        "(select rolsuper from pg_roles where rolname = current_user) as superuser, "
        "has_database_privilege(current_database(), 'CREATE') and coalesce((select has_schema_privilege(oid, 'CREATE') "
        "from pg_namespace where nspname = 'public'), true) as may_create, "
        "exists (select from pg_extension where extname = 'uuid-ossp') as has_uuid, "
        "exists (select from pg_available_extensions where name = 'uuid-ossp') as offers_uuid, "
        "coalesce(inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1', true) as local, "
        "exists (select from pg_stat_ssl where pid = pg_backend_pid() and ssl) as tls, "
        "current_setting('fsync')::boolean and current_setting('full_page_writes')::boolean as durable, "
        "pg_is_in_recovery() as standby, not current_setting('default_transaction_read_only')::boolean as writes, "
        "current_setting('max_connections')::integer as max_connections, "
        "current_setting('superuser_reserved_connections')::integer as reserved, "
        "(select count(*)::integer from pg_stat_activity where backend_type = 'client backend') as sessions, "
        "(select setting from pg_settings where name = 'data_directory') as data_directory"};
    auto row = co_await db.one<facts>(ask);
    co_return row;
}

// Those that say the same as another; prefixes are a matter of taste.
task<std::vector<std::string>> duplicate_indexes(pg::session& db)
{
    const auto report = co_await ops::read_indexes(db);
    std::vector<std::string> names;
    for (const auto& one : report.duplicate)
        if (!one.prefix)
            names.push_back(short_name(one.schema, one.name));
    co_return names;
}

class examination {
public:
    examination(const settings& config, facts known) : config_(config), known_(std::move(known)) {}

    void look_at_server()
    {
        const auto major = known_.version_number / 10000;
        if (major < oldest_major)
            add("server version", broken, known_.version,
                fmt::format("Upgrade: this program needs PostgreSQL {} or newer.", oldest_major));
        else
            add("server version", fine, known_.version);
        add("encoding", known_.encoding == "UTF8" ? fine : broken, known_.encoding,
            "Make the database anew: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0.");
        add("time zone", known_.time_zone == "UTC" ? fine : warning, known_.time_zone + " in this program's sessions",
            "A pooler drops startup options: set it with ALTER ROLE name SET timezone = 'UTC'.");
        add("durability", known_.durable ? fine : warning,
            known_.durable ? "fsync and full_page_writes are on" : "fsync or full_page_writes is off",
            "Switch both on, unless losing this database in a power cut is acceptable.");
        const bool plain = !known_.local && !known_.tls;
        add("encryption", plain ? warning : fine,
            known_.tls     ? "TLS"
            : known_.local ? "local connection"
                           : "none",
            "Add sslmode=verify-full to DATABASE_URL.");
    }

    void look_at_rights()
    {
        add("writes", known_.standby || !known_.writes ? broken : fine,
            known_.standby  ? "refused: this server is a standby"
            : known_.writes ? "taken"
                            : "refused: default_transaction_read_only is on",
            known_.standby
                ? "Name the primary in DATABASE_URL, or all hosts with target_session_attrs=read-write."
                : "ALTER DATABASE or ALTER ROLE ... RESET default_transaction_read_only, unless it is meant.");
        add("rights", known_.may_create ? fine : broken,
            fmt::format("role {} {} create objects in {}", known_.role, known_.may_create ? "may" : "may not",
                        known_.database),
            fmt::format("As the owner: GRANT CREATE ON DATABASE \"{0}\" TO \"{1}\"; GRANT CREATE ON SCHEMA public TO "
                        "\"{1}\"",
                        known_.database, known_.role));
        const bool risky = known_.superuser && config_.env == environment::production;
        add("superuser", risky ? warning : fine, known_.superuser ? "yes" : "no",
            "Use a role of its own in production: CREATE ROLE lightdash LOGIN.");
        add("uuid-ossp",
            known_.has_uuid      ? fine
            : known_.offers_uuid ? warning
                                 : broken,
            known_.has_uuid      ? "installed"
            : known_.offers_uuid ? "offered by the server, not in this database"
                                 : "not offered by the server",
            known_.offers_uuid ? "'lightdash-backend migrate' installs it."
                               : "Install the server's contrib package (Debian: postgresql-contrib).");
    }

    void look_at_connections()
    {
        const auto wanted = config_.pool_max * config_.workers;
        const auto offered = static_cast<std::size_t>(std::max(0, known_.max_connections - known_.reserved));
        add("connections",
            wanted > offered            ? broken
            : wanted * 10 > offered * 8 ? warning
                                        : fine,
            fmt::format("{} x {} of PGMAXCONNECTIONS = {}; the server has {}, {} are in use",
                        counted(config_.workers, "worker"), config_.pool_max, wanted, offered, known_.sessions),
            "Lower PGMAXCONNECTIONS or the workers, raise max_connections, or put PgBouncer in between.");
    }

    void look_at_disk()
    {
        struct statvfs disk{};
        const bool here =
            known_.local && known_.data_directory && ::statvfs(known_.data_directory->c_str(), &disk) == 0;
        if (!here) {
            add("disk", fine, "not visible from here: the server runs elsewhere or keeps its folder private");
            return;
        }
        const auto free = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
        add("disk",
            free < hardly_disk   ? broken
            : free < little_disk ? warning
                                 : fine,
            fmt::format("{} free at {}", rough_size(free), *known_.data_directory),
            "Make room: a full disk stops PostgreSQL. 'lightdash-backend db sizes' shows what is large.");
    }

    void look_at_pg_dump()
    {
        try {
            const auto program = ops::find_pg_dump(known_.version_number / 10000);
            add("pg_dump", fine, fmt::format("{} in {}", program.version, program.path.parent_path().string()));
        } catch (const error& failure) {
            add("pg_dump", warning, "none that fits this server", failure.message());
        }
    }

    void look_at_indexes(const std::vector<std::string>& duplicates)
    {
        add("duplicate indexes", duplicates.empty() ? fine : warning,
            duplicates.empty() ? "none" : fmt::format("{}", fmt::join(duplicates, ", ")),
            "Each costs time on every write: DROP INDEX CONCURRENTLY in a migration of its own.");
    }

    void look_at_secrets(const std::vector<sealed_rows>& rows)
    {
        std::int64_t earlier = 0, unknown = 0;
        for (const auto& one : rows) {
            unknown += one.state == "unknown" ? one.rows : 0;
            earlier += one.state == "earlier" ? one.rows : 0;
        }
        add("secrets",
            unknown > 0   ? broken
            : earlier > 0 ? warning
                          : fine,
            unknown > 0   ? fmt::format("{} encrypted with a key that is not here", counted(unknown, "row"))
            : earlier > 0 ? fmt::format("{} encrypted with an earlier secret", counted(earlier, "row"))
                          : "none that cannot be read",
            unknown > 0
                ? "Give the secret that they were encrypted with as LIGHTDASH_SECRET or LIGHTDASH_SECRET_PREVIOUS."
                : "Run 'lightdash-backend rotate-secret', then take LIGHTDASH_SECRET_PREVIOUS away.");
    }

    void look_at_migrations(const std::optional<std::vector<migrate::status_row>>& rows)
    {
        if (!rows) {
            add("migrations", broken, fmt::format("role {} may not read their history", known_.role),
                fmt::format("As the owner: GRANT SELECT ON lightdash_migrations TO \"{}\"", known_.role));
            return;
        }
        using state = migrate::migration_state;
        std::vector<std::string> pending, newer, wrong, remedies;
        for (const auto& row : *rows) {
            if (row.state == state::pending)
                pending.push_back(row.name);
            else if (row.state == state::newer)
                newer.push_back(row.name);
            else if (row.state != state::applied) {
                wrong.push_back(fmt::format("{} {}", row.name, migrate::to_string(row.state)));
                remedies.push_back(row.detail);
            }
        }
        if (!wrong.empty())
            add("migrations", broken, fmt::format("{}", fmt::join(wrong, ", ")),
                fmt::format("{}", fmt::join(remedies, " ")));
        else if (!pending.empty())
            add("migrations", warning, fmt::format("{} pending, from {}", pending.size(), pending.front()),
                "Run 'lightdash-backend migrate'.");
        else if (!newer.empty())
            add("migrations", warning,
                fmt::format("all applied, and {} of a newer program, the last one {}", newer.size(), newer.back()),
                "This program works on the newer schema and cannot revert it: use the newer program for that.");
        else
            add("migrations", fine, "all applied");
    }

    const std::vector<finding>& findings() const noexcept { return findings_; }

private:
    void add(std::string check, std::string_view state, std::string found, std::string remedy = {})
    {
        findings_.push_back({std::move(check), state, std::move(found), state == fine ? "" : std::move(remedy)});
    }

    const settings& config_;
    const facts known_;
    std::vector<finding> findings_;
};

void print_findings(const std::vector<finding>& findings, const invocation& call)
{
    const auto& where = call.out;
    table shown{{{"check"}, {"state"}, {"found", column_kind::flexible}}};
    for (const auto& one : findings)
        shown.add({one.check,
                   cell{std::string{one.state}, one.state == fine      ? style::good
                                                : one.state == warning ? style::warn
                                                                       : style::bad},
                   one.found});
    fmt::print("{}", shown.text(where));
    for (const auto& one : findings)
        if (!one.remedy.empty())
            fmt::print("\n{}: {}\n", where.paint(style::bold, one.check), one.remedy);
}

task<std::vector<finding>> examine(runtime& on, const settings& config, const migrate::registry& known)
{
    const auto until = deadline::after(std::chrono::seconds{30});
    const auto db = on.database().exclusive(until);
    const auto server = co_await ask_server(*db);
    examination patient{config, server};
    patient.look_at_server();
    patient.look_at_rights();
    patient.look_at_connections();
    patient.look_at_disk();
    patient.look_at_pg_dump();
    const auto duplicates = co_await duplicate_indexes(*db);
    patient.look_at_indexes(duplicates);
    std::vector<sealed_rows> secrets; // none that this role may read
    try {
        secrets = co_await count_sealed_rows(*db, sealing_keys_of(config));
    } catch (const error& failure) {
        if (failure.kind() != error_kind::insufficient_privilege)
            throw;
    }
    patient.look_at_secrets(secrets);
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    std::optional<std::vector<migrate::status_row>> rows; // none: this role may not read them
    try {
        rows = co_await migrator.status(until);
    } catch (const error& failure) {
        if (failure.kind() != error_kind::insufficient_privilege)
            throw;
    }
    patient.look_at_migrations(rows);
    co_return patient.findings();
}

struct doctor_options {
    void describe(option_list& are)
    {
        are.json("an array of {check, state, found, remedy}; state is ok, warn or bad");
        are.setting("LIGHTDASH_WORKERS");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

answer<std::vector<finding>> find(const invocation& call, const doctor_options&)
{
    const auto known = migrate::registry::compiled_in();
    runtime on{call.config()};
    auto found = ask(on, examine(on, call.config(), known));
    if (found.value && std::ranges::find(*found.value, broken, &finding::state) != found.value->end())
        found.code = 1;
    return found;
}

} // namespace

command commands::doctor()
{
    return answering<doctor_options>({.path = "doctor",
                                      .meaning = "Examine the server, this program's rights on it, and the settings",
                                      .examples =
                                          "  lightdash-backend doctor\n"
                                          "  lightdash-backend doctor --json | jq '.[] | select(.state != \"ok\")'"},
                                     find, print_findings);
}

} // namespace lightdash::app
