#include "lightdash/ops/inspect/health.hpp"

#include "lightdash/core/counted.hpp"
#include "lightdash/core/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lightdash::ops {
namespace {

health_light light_of(double value, double warn_from, double bad_from)
{
    return value >= bad_from ? health_light::bad : value >= warn_from ? health_light::warn : health_light::ok;
}

std::string and_others(std::size_t count)
{
    return count > 1 ? fmt::format(" (and {} more)", count - 1) : std::string{};
}

const activity_row* longest(const std::vector<activity_row>& sessions, bool (*wanted)(const activity_row&),
                            std::optional<double> activity_row::* seconds)
{
    const activity_row* found = nullptr;
    for (const auto& session : sessions)
        if (wanted(session) && (session.*seconds) && (!found || *(session.*seconds) > *(found->*seconds)))
            found = &session;
    return found;
}

std::string name_of(const activity_row& session)
{
    return fmt::format("session {} ({}@{}{}{})", session.pid, session.username.value_or("?"),
                       session.database.value_or("?"), session.application.empty() ? "" : ", ", session.application);
}

} // namespace

health_item judge_cache(const database_facts& facts)
{
    constexpr double enough = 100'000; // blocks: below, a cold start would be judged
    const double asked = static_cast<double>(facts.blocks_hit) + static_cast<double>(facts.blocks_read);
    if (asked < enough)
        return {"cache_hit", health_light::ok, "Too few blocks were read yet to judge the cache.", ""};
    const double missed = static_cast<double>(facts.blocks_read) / asked;
    const auto light = light_of(missed, 0.01, 0.05);
    return {"cache_hit", light,
            fmt::format("{:.2f} % of the blocks were found in shared_buffers ({}).",
                        std::floor((1 - missed) * 1e4) / 100, facts.shared_buffers),
            light == health_light::ok ? "" : "lightdash-backend db slow --by io"};
}

health_item judge_checksums(const database_facts& facts)
{
    if (facts.checksum_failures == 0)
        return {"checksums", health_light::ok, "No block failed its checksum.", ""};
    return {"checksums", health_light::bad,
            fmt::format("{} blocks failed their checksums: the disk or memory corrupts data.", facts.checksum_failures),
            "Restore from a backup onto other hardware; do not write to this server."};
}

// PostgreSQL vacuums from freeze_max_age on by itself, and refuses writes at 2^31 less 3 million (manual, "Preventing
// Transaction ID Wraparound Failures").
health_item judge_wraparound(const wraparound_facts& facts)
{
    const auto age = static_cast<double>(std::max(facts.age, facts.multixact_age));
    const auto limit = static_cast<double>(facts.freeze_max_age);
    const auto light = light_of(age, std::min(2 * limit, 800e6), 1.2e9);
    return {"wraparound", light,
            fmt::format("The oldest transaction of database {} is {:.0f} million old; PostgreSQL stops at 2147 million "
                        "and vacuums by itself from {:.0f} million on.",
                        facts.database, age / 1e6, limit / 1e6),
            light == health_light::ok ? ""
            : facts.oldest_table
                ? fmt::format("VACUUM (FREEZE, VERBOSE) {}; -- the oldest table of this database", *facts.oldest_table)
                : fmt::format("VACUUM (FREEZE, VERBOSE); -- in the database {}", facts.database)};
}

health_item judge_unread(const unread_facts& facts)
{
    if (facts.sequences == 0 && facts.tables == 0)
        return {"rights", health_light::ok, "This role may read all that is judged.", ""};
    return {"rights", health_light::unknown,
            fmt::format("Not judged, because {} may not read them: {} and {} of more than 10 MB.", facts.role,
                        counted(static_cast<std::size_t>(facts.sequences), "sequence"),
                        counted(static_cast<std::size_t>(facts.tables), "table")),
            fmt::format("GRANT pg_read_all_data TO {}; -- since PostgreSQL 14", facts.role)};
}

health_item judge_dead_rows(const std::vector<dead_rows_facts>& tables, bool autovacuum)
{
    if (!autovacuum)
        return {"dead_rows", health_light::bad,
                "autovacuum is off: dead rows and old transactions are never cleaned up.",
                "ALTER SYSTEM SET autovacuum = on; SELECT pg_reload_conf();"};
    if (tables.empty())
        return {"dead_rows", health_light::ok, "No table has many dead rows.", ""};
    const auto& worst = tables.front();
    const double share =
        static_cast<double>(worst.dead) / static_cast<double>(std::max<std::int64_t>(worst.live + worst.dead, 1));
    return {"dead_rows", share >= 0.5 && worst.dead >= 1'000'000 ? health_light::bad : health_light::warn,
            fmt::format("{:.0f} % of the rows of {} are dead ({}), {}{}.", share * 100, worst.table_name, worst.dead,
                        worst.vacuumed_days_ago
                            ? "vacuumed " + short_duration(*worst.vacuumed_days_ago * 86'400) + " ago"
                            : std::string{"never vacuumed"},
                        and_others(tables.size())),
            fmt::format("VACUUM (ANALYZE, VERBOSE) {};", worst.table_name)};
}

health_item judge_bloat(const std::vector<bloat_facts>& tables)
{
    constexpr double megabyte = 1024 * 1024;
    health_item item{"bloat", health_light::ok, "No table is much larger than its rows need (estimated).", ""};
    for (const auto& table : tables) {
        const double share =
            static_cast<double>(table.wasted_bytes) / static_cast<double>(std::max<std::int64_t>(table.bytes, 1));
        const auto wasted = static_cast<double>(table.wasted_bytes);
        const auto light = share >= 0.7 && wasted >= 1024 * megabyte  ? health_light::bad
                           : share >= 0.4 && wasted >= 100 * megabyte ? health_light::warn
                                                                      : health_light::ok;
        if (light <= item.light)
            continue;
        item = {"bloat", light,
                fmt::format("About {} of the {} of {} are empty ({:.0f} %, estimated).", short_size(table.wasted_bytes),
                            short_size(table.bytes), table.table_name, share * 100),
                fmt::format("VACUUM (FULL) {}; -- locks it; pg_repack does not", table.table_name)};
    }
    return item;
}

health_item judge_sequences(const std::vector<sequence_facts>& sequences)
{
    if (sequences.empty() || sequences.front().used < 0.75)
        return {"sequences", health_light::ok, "No sequence is near its end.", ""};
    const auto& worst = sequences.front();
    const auto near_end =
        static_cast<std::size_t>(std::ranges::count_if(sequences, [](const auto& one) { return one.used >= 0.75; }));
    auto mend = fmt::format("ALTER SEQUENCE {} AS bigint;", worst.name);
    if (worst.column_table && worst.column_name)
        mend = fmt::format("{}ALTER TABLE {} ALTER COLUMN {} TYPE bigint; -- rewrites the table",
                           worst.type == "bigint" ? "" : mend + " ", *worst.column_table, *worst.column_name);
    return {"sequences", light_of(worst.used, 0.75, 0.9),
            fmt::format("{} has used {:.1f} % of its numbers{}{}.", worst.name, std::floor(worst.used * 1000) / 10,
                        worst.column ? " (for " + *worst.column + ")" : std::string{}, and_others(near_end)),
            mend};
}

health_item judge_replication(const replication_facts& facts, const std::vector<standby_facts>& standbys)
{
    constexpr double gigabyte = 1024.0 * 1024 * 1024;
    if (facts.standby) {
        if (!facts.behind_seconds)
            return {"replication", health_light::unknown,
                    "This server is a standby and has replayed no transaction since it was started.",
                    "SELECT * FROM pg_stat_wal_receiver; -- empty: nothing comes"};
        const double behind = *facts.behind_seconds;
        if (behind <= 0)
            return {"replication", health_light::ok, "This server is a standby and has replayed all that it received.",
                    ""};
        return {
            "replication", light_of(behind, 60, 600),
            fmt::format("This server is a standby; its last replayed transaction is {} old.", short_duration(behind)),
            behind < 60 ? ""
                        : "Look at its log, disk and network: it replays more slowly than it receives, or nothing "
                          "comes (SELECT * FROM pg_stat_wal_receiver)."};
    }
    if (facts.hidden)
        return {"replication", health_light::unknown, "This role may not see the standbys.",
                "GRANT pg_read_all_stats TO the role that looks;"};
    if (standbys.empty())
        return {"replication", health_light::ok, "No standby is connected.", ""};
    health_item worst{"replication", health_light::ok, "", ""};
    for (const auto& standby : standbys) {
        const auto bytes = static_cast<double>(standby.lag_bytes);
        const auto light =
            std::max(light_of(standby.lag_seconds.value_or(0), 10, 300), light_of(bytes, gigabyte / 10, gigabyte * 10));
        if (!worst.reason.empty() && light <= worst.light)
            continue;
        worst.light = light;
        worst.reason = fmt::format("Standby {} at {} ({}) is {} and {} behind{}.", standby.application, standby.client,
                                   standby.state, short_duration(standby.lag_seconds.value_or(0)),
                                   short_size(standby.lag_bytes), and_others(standbys.size()));
        worst.mend = light == health_light::ok ? "" : "Look at the standby's log, disk and network.";
    }
    return worst;
}

health_item judge_slots(const std::vector<slot_facts>& slots)
{
    constexpr std::int64_t gigabyte = 1024LL * 1024 * 1024;
    health_item item{"replication_slots", health_light::ok,
                     slots.empty() ? "There are no replication slots." : "Every replication slot is in use.", ""};
    for (const auto& slot : slots) {
        const bool lost = slot.wal_status == "lost" || slot.wal_status == "unreserved";
        auto light = slot.active ? health_light::ok : health_light::warn;
        if (lost || slot.retained_bytes >= 10 * gigabyte)
            light = health_light::bad;
        if (light <= item.light)
            continue;
        item.light = light;
        item.reason = fmt::format("Slot {} is {} and holds back {} of WAL{}.", slot.name,
                                  slot.active ? "active" : "used by nobody", short_size(slot.retained_bytes),
                                  lost ? fmt::format(" (its WAL is {})", slot.wal_status) : std::string{});
        item.mend =
            slot.active
                ? "Find out why its reader is slow."
                : fmt::format("SELECT pg_drop_replication_slot('{}'); -- when its reader is gone for good", slot.name);
    }
    return item;
}

health_item judge_idle_in_transaction(const std::vector<activity_row>& sessions)
{
    const auto* worst = longest(
        sessions, [](const activity_row& one) { return one.state.starts_with("idle in transaction"); },
        &activity_row::seconds);
    if (!worst || *worst->seconds < 60)
        return {"idle_in_transaction", health_light::ok, "No session idles in a transaction for long.", ""};
    return {"idle_in_transaction", light_of(*worst->seconds, 60, 600),
            fmt::format("{} idles in its transaction for {}: it keeps locks and dead rows.", name_of(*worst),
                        short_duration(*worst->seconds)),
            fmt::format("lightdash-backend db kill {} --idle-in-transaction", worst->pid)};
}

health_item judge_long_transactions(const std::vector<activity_row>& sessions)
{
    const auto* worst = longest(
        sessions, [](const activity_row& one) { return one.kind == "client backend" && one.state == "active"; },
        &activity_row::transaction_seconds);
    if (!worst || *worst->transaction_seconds < 300)
        return {"long_transactions", health_light::ok, "No transaction runs for long.", ""};
    return {"long_transactions", light_of(*worst->transaction_seconds, 300, 3600),
            fmt::format("{} is in one transaction for {}: vacuum cannot clean up behind it.", name_of(*worst),
                        short_duration(*worst->transaction_seconds)),
            fmt::format("lightdash-backend db cancel {}", worst->pid)};
}

health_item judge_waiting(const std::vector<activity_row>& sessions)
{
    const auto* worst =
        longest(sessions, [](const activity_row& one) { return !one.blocked_by.empty(); }, &activity_row::seconds);
    if (!worst || *worst->seconds < 5)
        return {"lock_waits", health_light::ok, "Nobody waits long for a lock.", ""};
    return {
        "lock_waits", light_of(*worst->seconds, 5, 60),
        fmt::format("{} waits for a lock; its query runs for {}.", name_of(*worst), short_duration(*worst->seconds)),
        "lightdash-backend db locks"};
}

health_item judge_connections(const connection_limits& limits)
{
    const auto usable = limits.max_connections - limits.superuser_reserved - limits.reserved;
    const double share = static_cast<double>(limits.used) / static_cast<double>(std::max<std::int64_t>(usable, 1));
    const auto light = light_of(share, 0.8, 0.95);
    return {"connections", light,
            fmt::format("{} of {} connections are open ({} reserved).", limits.used, limits.max_connections,
                        limits.superuser_reserved + limits.reserved),
            light == health_light::ok ? "" : "lightdash-backend db connections"};
}

health_item judge_indexes(const index_report& report)
{
    const auto broken = std::ranges::count_if(report.invalid, [](const auto& one) { return !one.building; });
    if (broken == 0)
        return {"invalid_indexes", health_light::ok, "Every index is valid.", ""};
    const auto& first = *std::ranges::find_if(report.invalid, [](const auto& one) { return !one.building; });
    return {"invalid_indexes", health_light::warn,
            fmt::format("Index {}.{} is invalid: it costs writes and serves no query{}.", first.schema, first.name,
                        and_others(static_cast<std::size_t>(broken))),
            first.mend};
}

health_light worst_of(const std::vector<health_item>& items)
{
    auto worst = health_light::ok;
    for (const auto& item : items)
        worst = std::max(worst, item.light);
    return worst;
}

task<std::vector<health_item>> read_health(pg::session& db)
{
    const auto facts = co_await read_health_facts(db);
    const auto activity = co_await read_activity(db, {.all = true});
    const auto connections = co_await read_connections(db);
    const auto indexes = co_await read_indexes(db);
    const auto& sessions = activity.sessions;
    std::vector<health_item> items{judge_connections(connections.limits),
                                   judge_waiting(sessions),
                                   judge_idle_in_transaction(sessions),
                                   judge_long_transactions(sessions),
                                   judge_replication(facts.replication, facts.standbys),
                                   judge_slots(facts.slots),
                                   judge_wraparound(facts.wraparound),
                                   judge_sequences(facts.sequences),
                                   judge_dead_rows(facts.dead_rows, facts.database.autovacuum),
                                   judge_bloat(facts.bloat),
                                   judge_indexes(indexes),
                                   judge_cache(facts.database),
                                   judge_checksums(facts.database),
                                   judge_unread(facts.unread)};
    if (activity.hidden.count > 0)
        items.push_back(
            {"visibility", health_light::unknown, "Sessions of other roles are not judged.", hint(activity.hidden)});
    std::vector<health_item> sorted;
    for (const auto light : {health_light::bad, health_light::warn, health_light::unknown, health_light::ok})
        std::ranges::copy_if(items, std::back_inserter(sorted), [=](const auto& item) { return item.light == light; });
    co_return sorted;
}

} // namespace lightdash::ops
