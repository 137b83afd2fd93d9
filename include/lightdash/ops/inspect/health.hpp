// db health: the few things that end badly when nobody looks, each as a light, a reason and what mends it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/ops/inspect/activity.hpp"
#include "lightdash/ops/inspect/connections.hpp"
#include "lightdash/ops/inspect/health_facts.hpp"
#include "lightdash/ops/inspect/indexes.hpp"
#include "lightdash/pg/session.hpp"

#include <string>
#include <vector>

namespace lightdash::ops {

enum class health_light : unsigned char { ok, unknown, warn, bad };
LIGHTDASH_DESCRIBE_ENUM(health_light, ok, unknown, warn, bad)

struct health_item {
    std::string name; // "cache_hit", "wraparound", …: stable, for scripts
    health_light light = health_light::ok;
    std::string reason; // one sentence with the numbers
    std::string mend;   // a command or statement; "" when there is nothing to mend
};
LIGHTDASH_DESCRIBE(health_item, name, light, reason, mend)

// The thresholds stand beside each in health.cpp. Pure.
health_item judge_cache(const database_facts& facts);
health_item judge_checksums(const database_facts& facts);
health_item judge_wraparound(const wraparound_facts& facts);
health_item judge_dead_rows(const std::vector<dead_rows_facts>& tables, bool autovacuum);
health_item judge_bloat(const std::vector<bloat_facts>& tables);
// What nobody looked at: ok when that is nothing.
health_item judge_unread(const unread_facts& facts);
health_item judge_sequences(const std::vector<sequence_facts>& sequences);
health_item judge_replication(const replication_facts& facts, const std::vector<standby_facts>& standbys);
health_item judge_slots(const std::vector<slot_facts>& slots);
health_item judge_idle_in_transaction(const std::vector<activity_row>& sessions);
health_item judge_long_transactions(const std::vector<activity_row>& sessions);
health_item judge_waiting(const std::vector<activity_row>& sessions);
health_item judge_connections(const connection_limits& limits);
health_item judge_indexes(const index_report& report);

// The worst light first. What hidden sessions do is said by one item more.
task<std::vector<health_item>> read_health(pg::session& db);

health_light worst_of(const std::vector<health_item>& items);

} // namespace lightdash::ops
