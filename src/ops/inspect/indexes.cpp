#include "lightdash/ops/inspect/indexes.hpp"

#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <tuple>

namespace lightdash::ops {
namespace {

std::string qualified(const std::string& schema, const std::string& name)
{
    return sql::quote_identifier(schema) + '.' + sql::quote_identifier(name);
}

bool guards(const index_row& index)
{
    return index.is_unique || index.is_primary || index.constraint_name || index.replica_identity;
}

// Whether `kept` refuses what `gone` refuses, and when it does.
bool guards_as(const index_row& kept, const index_row& gone)
{
    if (gone.is_primary || gone.constraint_name || gone.replica_identity || gone.is_referenced)
        return false;
    return !gone.is_unique ||
           (kept.is_unique && kept.immediate >= gone.immediate && kept.nulls_not_distinct == gone.nulls_not_distinct);
}

// An index with INCLUDE columns answers more: those must be in the other too.
bool includes_all(const index_row& in, const index_row& of)
{
    return std::ranges::all_of(of.included, [&](std::int32_t column) {
        return std::ranges::find(in.included, column) != in.included.end() ||
               std::ranges::find(in.columns, column) != in.columns.end();
    });
}

bool begins_with(const std::vector<std::string>& keys, const std::vector<std::string>& first)
{
    return first.size() <= keys.size() && std::equal(first.begin(), first.end(), keys.begin());
}

// Whether `kept` answers every question that `gone` answers and guards all that it guards.
bool replaces(const index_row& kept, const index_row& gone)
{
    if (kept.index_id == gone.index_id || kept.table_id != gone.table_id || kept.method != gone.method ||
        kept.predicate != gone.predicate || !kept.is_valid || !gone.is_valid || gone.is_partition)
        return false;
    if (!begins_with(kept.keys, gone.keys) || !includes_all(kept, gone))
        return false;
    const bool same = kept.keys.size() == gone.keys.size();
    if (!same && (gone.method != "btree" || guards(gone)))
        return false;
    return guards_as(kept, gone);
}

// Of two that replace each other: the one to keep.
bool rather_keep(const index_row& a, const index_row& b)
{
    if (guards(a) != guards(b))
        return guards(a);
    return a.index_id < b.index_id;
}

bool serves(const index_row& index, const foreign_key_row& key)
{
    if (index.table_id != key.table_id || !index.is_valid || index.columns.size() < key.columns.size())
        return false;
    if (index.method != "btree" && index.method != "hash")
        return false;
    // The reference check never asks for NULL.
    const auto not_null =
        key.column_names.size() == 1 ? fmt::format("({} IS NOT NULL)", key.column_names.front()) : std::string{};
    if (index.predicate && *index.predicate != not_null)
        return false;
    const auto first = index.columns.begin();
    return std::is_permutation(key.columns.begin(), key.columns.end(), first,
                               first + static_cast<std::ptrdiff_t>(key.columns.size()));
}

bool looks_unused(const index_row& index)
{
    return index.scans == 0 && !index.table_is_empty && index.is_valid && !index.is_partition && !guards(index);
}

// Each foreign key keeps one index, even when none was scanned: the widest, which the others would be duplicates of.
std::set<std::int64_t> needed_by(const std::vector<foreign_key_row>& keys, const std::vector<index_row>& all)
{
    std::set<std::int64_t> needed;
    for (const auto& key : keys) {
        const index_row* best = nullptr;
        for (const auto& index : all) {
            if (!serves(index, key))
                continue;
            if (!looks_unused(index)) {
                best = nullptr;
                break;
            }
            if (!best || index.columns.size() > best->columns.size())
                best = &index;
        }
        if (best)
            needed.insert(best->index_id);
    }
    return needed;
}

// PostgreSQL drops and makes a partitioned index only with its table locked (manual, DROP INDEX and CREATE INDEX).
std::string drop(const index_row& index)
{
    if (index.is_partitioned)
        return fmt::format("DROP INDEX {}; -- locks the table and its partitions for a moment",
                           qualified(index.schema, index.name));
    return fmt::format("DROP INDEX CONCURRENTLY {};", qualified(index.schema, index.name));
}

std::string mend_invalid(const index_row& index)
{
    if (index.building)
        return "";
    if (index.is_partitioned)
        return fmt::format("-- ALTER INDEX {} ATTACH PARTITION …: an index of each partition that has none attached",
                           qualified(index.schema, index.name));
    // What REINDEX CONCURRENTLY left behind when it failed (PostgreSQL manual, REINDEX).
    if (index.name.find("_ccnew") != std::string::npos || index.name.find("_ccold") != std::string::npos)
        return drop(index);
    return fmt::format("REINDEX INDEX CONCURRENTLY {};", qualified(index.schema, index.name));
}

// Sizes and definitions take a lock on the table: what is locked against readers, or soon will be, is left out and
// told.
const pg::statement all_indexes{"inspect.indexes", R"(
    with locked as materialized (
        select coalesce(x.indrelid, l.relation) as id
        from pg_locks l left join pg_index x on x.indexrelid = l.relation
        where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
          and l.database = (select oid from pg_database where datname = current_database())
    )
    select n.nspname::text as schema, t.relname::text as table_name, c.relname::text as name,
           i.indrelid::int8 as table_id, i.indexrelid::int8 as index_id, am.amname::text as method,
           array(select concat_ws(' ', pg_get_indexdef(i.indexrelid, k, false), i.indclass[k - 1], i.indcollation[k - 1],
                                  i.indoption[k - 1], (select a.attoptions from pg_attribute a
                                                       where a.attrelid = i.indexrelid and a.attnum = k))
                 from generate_series(1, i.indnkeyatts) k order by k) as keys,
           array(select i.indkey[k - 1]::int4 from generate_series(1, i.indnkeyatts) k order by k) as columns,
           array(select i.indkey[k - 1]::int4
                 from generate_series(i.indnkeyatts + 1, i.indnatts) k order by k) as included,
           pg_get_expr(i.indpred, i.indrelid) as predicate, i.indisunique as is_unique, i.indisprimary as is_primary,
           coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::bool, false) as nulls_not_distinct, -- since PostgreSQL 15
           i.indimmediate as immediate,
           exists (select from pg_constraint x where x.conindid = i.indexrelid and x.contype = 'f') as is_referenced,
           (select conname::text from pg_constraint x
            where x.conindid = i.indexrelid and x.conrelid = i.indrelid and x.contype in ('p', 'u', 'x')
            limit 1) as constraint_name,
           i.indisvalid and i.indisready and i.indislive as is_valid,
           exists (select from pg_stat_progress_create_index p where p.index_relid = i.indexrelid) as building,
           i.indisreplident as replica_identity, c.relispartition as is_partition,
           c.relkind = 'I' as is_partitioned, below.empty as table_is_empty, below.scans, below.bytes,
           pg_get_indexdef(i.indexrelid) as definition
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = c.relnamespace
    join pg_am am on am.oid = c.relam
    cross join lateral (
        select coalesce(sum(pg_stat_get_numscans(p.oid)), 0)::int8 as scans,
               coalesce(sum(pg_relation_size(p.oid)), 0)::int8 as bytes,
               coalesce(bool_and(y.relpages = 0 and pg_stat_get_tuples_inserted(y.oid) = 0), true) as empty
        from (select i.indexrelid as oid, i.indrelid as of_table where c.relkind = 'i'
              union all
              select t.relid, l.indrelid
              from pg_partition_tree(case c.relkind when 'I' then i.indexrelid end) t
              join pg_index l on l.indexrelid = t.relid) p
        join pg_class y on y.oid = p.of_table) below
    where n.nspname not in ('pg_catalog', 'information_schema') and n.nspname not like 'pg\_toast%'
      and n.nspname not like 'pg\_temp\_%' and i.indrelid not in (select id from locked)
    order by n.nspname, t.relname, c.relname)"};

const pg::statement locked_tables{"inspect.locked_tables", R"(
    with locked as materialized (
        select coalesce(x.indrelid, l.relation) as id
        from pg_locks l left join pg_index x on x.indexrelid = l.relation
        where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
          and l.database = (select oid from pg_database where datname = current_database())
    )
    select format('%I.%I', n.nspname, c.relname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.oid in (select id from locked) and c.relkind in ('r', 'p', 'm')
    order by 1)"};

const pg::statement all_foreign_keys{"inspect.foreign_keys", R"(
    with locked as materialized (
        select coalesce(x.indrelid, l.relation) as id
        from pg_locks l left join pg_index x on x.indexrelid = l.relation
        where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
          and l.database = (select oid from pg_database where datname = current_database())
    )
    select n.nspname::text as schema, t.relname::text as table_name, k.conname::text as name,
           k.confrelid::regclass::text as referenced, t.oid::int8 as table_id, t.relkind = 'p' as is_partitioned,
           array(select unnest(k.conkey)::int4) as columns,
           array(select quote_ident(a.attname) from unnest(k.conkey) with ordinality x(attnum, place)
                 join pg_attribute a on a.attrelid = k.conrelid and a.attnum = x.attnum
                 order by place) as column_names,
           greatest(t.reltuples, 0)::int8 as rows
    from pg_constraint k
    join pg_class t on t.oid = k.conrelid
    join pg_namespace n on n.oid = t.relnamespace
    where k.contype = 'f' and k.conparentid = 0 and k.conrelid not in (select id from locked)
    order by 1, 2, 3)"};

const pg::statement statistics_age{"inspect.statistics_since", R"(
    select stats_reset, coalesce(stats_reset > now() - interval '7 days', false)
    from pg_stat_database where datname = current_database())"};

} // namespace

std::vector<unused_index> find_unused(const std::vector<index_row>& all, const std::vector<foreign_key_row>& keys)
{
    const auto needed = needed_by(keys, all);
    std::vector<unused_index> found;
    for (const auto& index : all)
        if (looks_unused(index) && !needed.contains(index.index_id))
            found.push_back({index.schema, index.table_name, index.name, index.bytes, drop(index)});
    std::ranges::sort(found, [](const auto& a, const auto& b) {
        return std::tie(b.bytes, a.schema, a.name) < std::tie(a.bytes, b.schema, b.name);
    });
    return found;
}

std::vector<duplicate_index> find_duplicates(const std::vector<index_row>& all)
{
    std::vector<duplicate_index> found;
    for (const auto& gone : all) {
        const index_row* best = nullptr;
        for (const auto& kept : all) {
            if (!replaces(kept, gone) || (replaces(gone, kept) && !rather_keep(kept, gone)))
                continue;
            if (!best || rather_keep(kept, *best))
                best = &kept;
        }
        if (best)
            found.push_back({gone.schema, gone.table_name, gone.name, best->name, best->keys.size() != gone.keys.size(),
                             gone.bytes, drop(gone)});
    }
    return found;
}

std::vector<invalid_index> find_invalid(const std::vector<index_row>& all)
{
    std::vector<invalid_index> found;
    for (const auto& index : all)
        if (!index.is_valid)
            found.push_back(
                {index.schema, index.table_name, index.name, index.building, index.bytes, mend_invalid(index)});
    return found;
}

std::vector<missing_index> find_missing(const std::vector<index_row>& all, const std::vector<foreign_key_row>& keys)
{
    std::vector<missing_index> found;
    for (const auto& key : keys) {
        if (std::ranges::any_of(all, [&](const auto& index) { return serves(index, key); }))
            continue;
        found.push_back({key.schema, key.table_name, key.name, key.referenced, key.column_names, key.rows,
                         fmt::format("CREATE INDEX {}ON {} ({});{}", key.is_partitioned ? "" : "CONCURRENTLY ",
                                     qualified(key.schema, key.table_name), fmt::join(key.column_names, ", "),
                                     key.is_partitioned ? " -- blocks writes; else ON ONLY, then CONCURRENTLY on each "
                                                          "partition, and ATTACH PARTITION"
                                                        : "")});
    }
    return found;
}

task<index_report> read_indexes(pg::session& db)
{
    pg::statement_batch together;
    const auto asked_indexes = together.add(all_indexes);
    const auto asked_keys = together.add(all_foreign_keys);
    const auto asked_age = together.add(statistics_age);
    const auto asked_locked = together.add(locked_tables);
    co_await db.send(together);
    const auto indexes = together.all<index_row>(asked_indexes);
    const auto keys = together.all<foreign_key_row>(asked_keys);
    const auto [since, young] = together.one<std::tuple<std::optional<pg::timestamptz>, bool>>(asked_age);
    co_return index_report{find_unused(indexes, keys),
                           find_duplicates(indexes),
                           find_invalid(indexes),
                           find_missing(indexes, keys),
                           since,
                           young,
                           static_cast<std::int64_t>(indexes.size()),
                           static_cast<std::int64_t>(keys.size()),
                           together.all<std::string>(asked_locked)};
}

} // namespace lightdash::ops
