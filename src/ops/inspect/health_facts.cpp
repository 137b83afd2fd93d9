#include "lightdash/ops/inspect/health_facts.hpp"

namespace lightdash::ops {
namespace {

const pg::statement database_of{"health.database", R"(
    select datname::text as name, blks_hit as blocks_hit, blks_read as blocks_read,
           coalesce(checksum_failures, 0) as checksum_failures, current_setting('shared_buffers') as shared_buffers,
           current_setting('autovacuum')::bool as autovacuum
    from pg_stat_database where datname = current_database())"};

const pg::statement wraparound_of{"health.wraparound", R"(
    select datname::text as database, age(datfrozenxid)::int8 as age, mxid_age(datminmxid)::int8 as multixact_age,
           current_setting('autovacuum_freeze_max_age')::int8 as freeze_max_age,
           case when datname = current_database() then (
               select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where c.relkind in ('r', 'm', 't') and c.relfrozenxid <> '0'
               order by greatest(age(c.relfrozenxid), mxid_age(c.relminmxid)) desc limit 1) end as oldest_table
    from pg_database
    where datallowconn
    order by greatest(age(datfrozenxid), mxid_age(datminmxid)) desc
    limit 1)"};

const pg::statement dead_rows_of{"health.dead_rows", R"(
    select format('%I.%I', schemaname, relname) as table_name, n_live_tup as live, n_dead_tup as dead,
           extract(epoch from now() - greatest(last_vacuum, last_autovacuum))::float8 / 86400 as vacuumed_days_ago
    from pg_stat_user_tables
    where n_dead_tup > 10000 and n_dead_tup > n_live_tup / 5
    order by n_dead_tup desc
    limit 20)"};

// A row takes 24 bytes of header and 4 of line pointer, and is rounded up to 8; a page has 24 bytes of header
// (PostgreSQL manual, "Database Page Layout"). Below 10 MB nothing is worth mending.
const pg::statement bloat_of{"health.bloat", R"(
    with widths as (
        select schemaname, tablename, sum((1 - null_frac) * avg_width) as width
        from pg_stats where not inherited group by 1, 2
    ), sized as (
        select format('%I.%I', n.nspname, c.relname) as table_name, c.relpages::int8 as pages,
               current_setting('block_size')::int8 as block,
               ceil(c.reltuples * (28 + ceil(w.width / 8) * 8) / ((current_setting('block_size')::float8 - 24)
                   * coalesce((select option_value::float8 from pg_options_to_table(c.reloptions)
                               where option_name = 'fillfactor'), 100) / 100)) as needed
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join widths w on w.schemaname = n.nspname and w.tablename = c.relname
        where c.relkind in ('r', 'm') and c.reltuples >= 0 and c.relpages > 1280
          and n.nspname not in ('pg_catalog', 'information_schema')
    )
    select table_name, pages * block as bytes, (greatest(pages - needed, 0) * block)::int8 as wasted_bytes
    from sized
    order by wasted_bytes desc
    limit 20)"};

// A column may be narrower than the sequence that fills it.
const pg::statement sequences_of{"health.sequences", R"(
    with limits as (
        select format('%I.%I', s.schemaname, s.sequencename) as name, s.data_type::text as type, s.last_value,
               case when s.increment_by > 0 then s.min_value else s.max_value end as first_value,
               case when s.increment_by < 0 then s.min_value
                    when a.atttypid = 'int2'::regtype then least(s.max_value, 32767)
                    when a.atttypid = 'int4'::regtype then least(s.max_value, 2147483647)
                    else s.max_value end as last_possible,
               t.oid as table_oid, case when t.oid is not null then format('%I.%I', tn.nspname, t.relname) end as column_table,
               quote_ident(a.attname) as column_name
        from pg_sequences s
        join pg_namespace n on n.nspname = s.schemaname
        join pg_class c on c.relnamespace = n.oid and c.relname = s.sequencename
        left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = c.oid
             and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')
        left join pg_class t on t.oid = d.refobjid
        left join pg_namespace tn on tn.oid = t.relnamespace
        left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
        where not s.cycle and s.last_value is not null
    ), used as (
        select *, abs((last_value::numeric - first_value) / nullif(last_possible::numeric - first_value, 0))::float8
                  as used
        from limits
    )
    select name, used, type, case when table_oid is not null then column_table || '.' || column_name end as column,
           case when table_oid is not null then column_table end as column_table, column_name
    from used
    where used > 0.5
    order by used desc
    limit 20)"};

// pg_sequences hides where a sequence stands, and pg_stats how wide rows are, from who may not read them.
const pg::statement unread_of{"health.unread", R"(
    select quote_ident(current_user) as role,
           count(*) filter (where relkind = 'S' and not has_sequence_privilege(oid, 'SELECT,USAGE')) as sequences,
           count(*) filter (where relkind in ('r', 'm') and relpages > 1280 and not has_table_privilege(oid, 'SELECT')
                                  and not has_any_column_privilege(oid, 'SELECT')) as tables
    from pg_class
    where oid >= 16384)"};

const pg::statement replication_of{"health.replication", R"(
    select pg_is_in_recovery() as standby,
           case when not pg_is_in_recovery() then null
                when pg_last_wal_replay_lsn() = pg_last_wal_receive_lsn() and exists (select from pg_stat_wal_receiver)
                then 0 -- with a primary that writes nothing the last transaction grows old
                else extract(epoch from clock_timestamp() - pg_last_xact_replay_timestamp())::float8 end
               as behind_seconds,
           exists (select from pg_stat_replication where state is null) as hidden)"};

const pg::statement standbys_of{"health.standbys", R"(
    select coalesce(application_name, '') as application, coalesce(host(client_addr), 'local') as client,
           coalesce(state, '') as state,
           coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn()
                                         else pg_current_wal_lsn() end, replay_lsn), 0)::int8 as lag_bytes,
           extract(epoch from replay_lag)::float8 as lag_seconds
    from pg_stat_replication
    where state is not null
    order by lag_bytes desc)"};

const pg::statement slots_of{"health.slots", R"(
    select slot_name::text as name, active, coalesce(wal_status, '') as wal_status,
           coalesce(pg_wal_lsn_diff(case when pg_is_in_recovery() then pg_last_wal_receive_lsn()
                                         else pg_current_wal_lsn() end, restart_lsn), 0)::int8 as retained_bytes
    from pg_replication_slots
    where not temporary
    order by retained_bytes desc)"};

} // namespace

task<health_facts> read_health_facts(pg::session& db)
{
    pg::statement_batch together;
    const auto database = together.add(database_of);
    const auto wraparound = together.add(wraparound_of);
    const auto dead_rows = together.add(dead_rows_of);
    const auto bloat = together.add(bloat_of);
    const auto sequences = together.add(sequences_of);
    const auto replication = together.add(replication_of);
    const auto standbys = together.add(standbys_of);
    const auto slots = together.add(slots_of);
    const auto unread = together.add(unread_of);
    co_await db.send(together);
    co_return health_facts{together.one<database_facts>(database),   together.one<wraparound_facts>(wraparound),
                           together.all<dead_rows_facts>(dead_rows), together.all<bloat_facts>(bloat),
                           together.all<sequence_facts>(sequences),  together.one<replication_facts>(replication),
                           together.all<standby_facts>(standbys),    together.all<slot_facts>(slots),
                           together.one<unread_facts>(unread)};
}

} // namespace lightdash::ops
