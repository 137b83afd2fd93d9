#include "lightdash/ops/inspect/sizes.hpp"

namespace lightdash::ops {

// A size takes a lock on the table: of what is locked against readers, or soon will be, it is the last known one.
// By oid: a name never becomes SQL. A table that is dropped meanwhile has no size any more.
task<std::vector<table_size>> read_sizes(pg::session& db, bool all)
{
    static const pg::statement sizes{"inspect.sizes", R"(
        with locked as materialized (
            select coalesce(x.indrelid, l.relation) as id
            from pg_locks l left join pg_index x on x.indexrelid = l.relation
            where l.locktype = 'relation' and l.mode = 'AccessExclusiveLock'
              and l.database = (select oid from pg_database where datname = current_database())
        )
        select n.nspname::text as schema, c.relname::text as name,
               s.table_bytes - s.toast_bytes as table_bytes, s.toast_bytes, s.index_bytes,
               s.table_bytes + s.index_bytes as total_bytes,
               coalesce(nullif(t.n_live_tup, 0), greatest(c.reltuples, 0)::int8) as rows,
               coalesce(t.n_dead_tup, 0) as dead_rows,
               (select format('%I.%I', pn.nspname, p.relname)
                from pg_inherits i join pg_class p on p.oid = i.inhparent join pg_namespace pn on pn.oid = p.relnamespace
                where i.inhrelid = c.oid and c.relispartition limit 1) as partition_of
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        left join pg_stat_all_tables t on t.relid = c.oid
        cross join lateral (
            select pg_table_size(c.oid) as table_bytes, pg_indexes_size(c.oid) as index_bytes,
                   case when c.reltoastrelid = 0 then 0 else pg_total_relation_size(c.reltoastrelid) end as toast_bytes
            where c.oid not in (select id from locked)
            union all
            select (c.relpages + coalesce(t.pages, 0)) * b.block, coalesce(i.pages, 0) * b.block,
                   coalesce(t.pages, 0) * b.block
            from (select current_setting('block_size')::int8 as block) b,
                 (select sum(x.relpages)::int8 as pages from pg_class x where x.oid = c.reltoastrelid) t,
                 (select sum(x.relpages)::int8 as pages from pg_index k join pg_class x on x.oid = k.indexrelid
                  where k.indrelid = c.oid) i
            where c.oid in (select id from locked)
            ) s
        where c.relkind in ('r', 'm') and s.table_bytes is not null and s.index_bytes is not null
          and s.toast_bytes is not null and n.nspname not like 'pg\_temp\_%'
          and ($1 or n.nspname not in ('pg_catalog', 'information_schema'))
        order by total_bytes desc, schema, name)"};
    return db.all<table_size>(sizes, all);
}

} // namespace lightdash::ops
