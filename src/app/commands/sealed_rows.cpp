#include "app/commands/sealed_rows.hpp"

#include "modules/shared/sealing.hpp"

#include <fmt/format.h>

#include <array>
#include <set>

namespace lightdash::app {
namespace {

struct counted_rows {
    std::string sealed_table, key;
    std::int64_t rows;
};
LIGHTDASH_DESCRIBE(counted_rows, sealed_table, key, rows)

struct sealed_row {
    uuid id, organization;
    std::string key;
    pg::bytes encrypted;
};
LIGHTDASH_DESCRIBE(sealed_row, id, organization, key, encrypted)

// $1: ids of keys, $2: behind which row; and ids, what they hold from now on, and the key's id.
struct sealed_table {
    std::string_view place; // as sealed_place() takes it
    pg::statement next, change;
};

const std::array<sealed_table, 2>& sealed_tables()
{
    static const std::array<sealed_table, 2> all{
        sealed_table{
            "warehouse_connections",
            {"rotate.next_connections",
             "select id, organization_id as organization, key_id::text as key, encrypted_credentials as encrypted "
             "from warehouse_connections where key_id = any ($1) and id > $2 order by id limit 200 for update"},
            {"rotate.connections",
             "update warehouse_connections w set encrypted_credentials = n.encrypted, key_id = $3 "
             "from unnest($1::uuid[], $2::bytea[]) n(id, encrypted) where w.id = n.id"}},
        sealed_table{
            "projects.dbt",
            {"rotate.next_projects",
             "select id, organization_id as organization, dbt_key_id::text as key, encrypted_dbt_credentials as "
             "encrypted from projects where dbt_key_id = any ($1) and id > $2 order by id limit 200 for update"},
            {"rotate.projects", "update projects p set encrypted_dbt_credentials = n.encrypted, dbt_key_id = $3 "
                                "from unnest($1::uuid[], $2::bytea[]) n(id, encrypted) where p.id = n.id"}}};
    return all;
}

std::string sealed_anew(const sealed_row& row, std::string_view place, const sealing_keys& keys)
{
    try {
        return keys.seal(keys.open({row.key, row.encrypted.data}, place).reveal(), place).bytes;
    } catch (const error& failure) {
        throw error{failure.kind(), fmt::format("{} ({})", failure.message(), place)};
    }
}

// The last row of the batch; the nil one when there was none.
task<uuid> seal_batch(pg::transaction& tx, const sealed_table& of, const sealing_keys& keys,
                      const std::vector<std::string>& earlier, uuid behind, std::int64_t& changed)
{
    const auto rows = co_await tx.all<sealed_row>(of.next, earlier, behind);
    if (rows.empty())
        co_return uuid{};
    std::vector<uuid> ids;
    std::vector<pg::bytes> sealed;
    for (const auto& row : rows) {
        const auto place = sealed_place(of.place, organization_id{row.organization}, row.id);
        ids.push_back(row.id);
        sealed.push_back({sealed_anew(row, place, keys)});
    }
    co_await tx.execute(of.change, ids, sealed, keys.current_id());
    changed += static_cast<std::int64_t>(rows.size());
    co_return rows.back().id;
}

} // namespace

task<std::vector<sealed_rows>> count_sealed_rows(pg::session& db, const sealing_keys& keys)
{
    static const pg::statement has_tables{
        "rotate.has_tables", "select exists (select from pg_attribute where attrelid = to_regclass('projects') and "
                             "attname = 'dbt_key_id' and not attisdropped) and "
                             "to_regclass('warehouse_connections') is not null"};
    static const pg::statement count{
        "rotate.count", "select 'warehouse_connections' as sealed_table, key_id::text as key, count(*) as rows "
                        "from warehouse_connections where key_id is not null group by 2 union all "
                        "select 'projects, dbt connection', dbt_key_id::text, count(*) "
                        "from projects where dbt_key_id is not null group by 2 order by 1, 2"};
    std::vector<sealed_rows> found;
    if (!co_await db.one<bool>(has_tables))
        co_return found;
    const auto rows = co_await db.all<counted_rows>(count);
    for (const auto& row : rows)
        found.push_back({row.sealed_table, row.key, row.rows,
                         row.key == keys.current_id() ? "current"
                         : keys.knows(row.key)        ? "earlier"
                                                      : "unknown"});
    co_return found;
}

task<std::vector<std::string>> secret_keys_in(pg::session& db)
{
    std::set<std::string> keys;
    for (const auto& each : co_await count_sealed_rows(db, {}))
        keys.insert(each.key);
    co_return std::vector<std::string>(keys.begin(), keys.end());
}

task<std::int64_t> seal_anew(pg::database& db, const sealing_keys& keys, deadline until)
{
    auto earlier = keys.ids();
    std::erase(earlier, keys.current_id());
    std::int64_t changed = 0;
    for (const auto& of : sealed_tables()) {
        uuid behind;
        do {
            auto tx = co_await db.begin({}, until);
            behind = co_await seal_batch(tx, of, keys, earlier, behind, changed);
            co_await tx.commit();
        } while (!behind.is_nil());
    }
    co_return changed;
}

} // namespace lightdash::app
