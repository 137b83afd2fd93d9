// Objects that a user made have an oid of at least 16384 (PostgreSQL source: FirstNormalObjectId); the schema public is
// the one exception that matters. What an extension made depends on it with deptype 'e'.
#include "migrate/catalog/catalog_statements.hpp"

#include <array>

namespace lightdash::migrate {

namespace {

const std::array<pg::statement, 13> statements{
    pg::statement{"catalog.schemas", R"(
        select 'schema', format('%I', n.nspname), '', 0::bigint, ''
        from pg_namespace n
        where (n.oid >= 16384 or n.nspname = 'public') and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_namespace'::regclass and d.objid = n.oid and d.deptype = 'e')
        union all
        select 'extension', format('%I', e.extname), '', 0::bigint, format('version %s in schema %I', e.extversion, n.nspname)
        from pg_extension e join pg_namespace n on n.oid = e.extnamespace
        where e.oid >= 16384
        union all
        select 'foreign data wrapper', format('%I', w.fdwname), '', 0::bigint,
               concat_ws(' ', 'handler ' || nullif(w.fdwhandler, 0)::regproc::text, 'validator ' || nullif(w.fdwvalidator, 0)::regproc::text,
                         'options (' || array_to_string(w.fdwoptions, ', ') || ')')
        from pg_foreign_data_wrapper w
        where w.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_foreign_data_wrapper'::regclass and d.objid = w.oid and d.deptype = 'e')
        union all
        select 'foreign server', format('%I', v.srvname), '', 0::bigint,
               concat_ws(' ', 'of', format('%I', w.fdwname), 'type ' || quote_literal(v.srvtype), 'version ' || quote_literal(v.srvversion),
                         'options (' || array_to_string(v.srvoptions, ', ') || ')')
        from pg_foreign_server v join pg_foreign_data_wrapper w on w.oid = v.srvfdw
        where v.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_foreign_server'::regclass and d.objid = v.oid and d.deptype = 'e')
        union all
        select 'event trigger', format('%I', t.evtname), '', 0::bigint,
               concat_ws(' ', 'on', t.evtevent, 'when tag in (' || array_to_string(t.evttags, ', ') || ')', 'execute',
                         t.evtfoid::regprocedure::text, case t.evtenabled when 'D' then 'disabled' end)
        from pg_event_trigger t
        where not exists (select from pg_depend d where d.classid = 'pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.types", R"(
        select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' else 'composite type' end,
               format('%I.%I', n.nspname, t.typname), '', 0::bigint,
               case t.typtype
                 when 'e' then (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder)
                                from pg_enum l where l.enumtypid = t.oid)
                 when 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
                                         (select 'collate ' || t.typcollation::regcollation::text
                                          from pg_type b where b.oid = t.typbasetype and b.typcollation <> t.typcollation),
                                         'default ' || pg_get_expr(t.typdefaultbin, 0),
                                         case when t.typnotnull then 'not null' end)
                 when 'r' then (select 'of ' || format_type(r.rngsubtype, null) from pg_range r where r.rngtypid = t.oid)
                 else (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum)
                       from pg_attribute a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
               end
        from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
        where t.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)' and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
          and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
        union all
        select 'domain constraint', format('%I.%I', n.nspname, t.typname), format('%I', k.conname), 0::bigint, pg_get_constraintdef(k.oid)
        from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace
        where k.contype = 'c' and t.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.sequences", R"(
        select 'sequence', format('%I.%I', n.nspname, c.relname), '', 0::bigint,
               concat_ws(' ', format_type(s.seqtypid, null), 'start', s.seqstart, 'increment', s.seqincrement, 'min', s.seqmin,
                         'max', s.seqmax, 'cache', s.seqcache, case when s.seqcycle then 'cycle' end,
                         case c.relpersistence when 'u' then 'unlogged' end,
                         (select format('owned by %s.%I', o.refobjid::regclass::text, a.attname)
                          from pg_depend o join pg_attribute a on a.attrelid = o.refobjid and a.attnum = o.refobjsubid
                          where o.classid = 'pg_class'::regclass and o.objid = c.oid and o.deptype = 'a' and o.refobjsubid > 0))
        from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
    )"},
    pg::statement{"catalog.functions", R"(
        select case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
               format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), '', 0::bigint,
               case when p.prokind = 'a'
                 then (select concat_ws(', ', 'sfunc = ' || a.aggtransfn::regproc::text, 'stype = ' || format_type(a.aggtranstype, null),
                                        'finalfunc = ' || nullif(a.aggfinalfn, 0)::regproc::text, 'initcond = ' || quote_literal(a.agginitval))
                       from pg_aggregate a where a.aggfnoid = p.oid)
                 else pg_get_functiondef(p.oid)
               end
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
        where p.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype in ('e', 'i'))
    )"},
    pg::statement{"catalog.relations", R"(
        select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
               format('%I.%I', n.nspname, c.relname), '', 0::bigint,
               case when c.relkind in ('v', 'm')
                 then concat_ws(' ', 'with (' || array_to_string(c.reloptions, ', ') || ')', 'as', ltrim(pg_get_viewdef(c.oid)),
                                case when not c.relispopulated then '(not populated)' end)
                 else concat_ws(', ', case c.relpersistence when 'u' then 'unlogged' end,
                                'partition by ' || pg_get_partkeydef(c.oid),
                                (select case when c.relispartition then 'partition of ' else 'inherits ' end ||
                                        string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno) ||
                                        case when c.relispartition then ' ' || pg_get_expr(c.relpartbound, c.oid) else '' end
                                 from pg_inherits i where i.inhrelid = c.oid),
                                'of type ' || nullif(c.reloftype, 0)::regtype::text,
                                'with (' || array_to_string(c.reloptions, ', ') || ')',
                                case when c.relrowsecurity then 'row level security' end,
                                case when c.relforcerowsecurity then 'forced for its owner' end,
                                case case when c.relkind <> 'f' then c.relreplident end when 'f' then 'replica identity full' when 'n' then 'replica identity nothing'
                                                    when 'i' then 'replica identity by index' end,
                                (select concat_ws(' ', 'server ' || quote_ident(v.srvname), 'options (' || array_to_string(f.ftoptions, ', ') || ')')
                                 from pg_foreign_table f join pg_foreign_server v on v.oid = f.ftserver where f.ftrelid = c.oid))
               end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.columns", R"(
        select 'column', format('%I.%I', n.nspname, c.relname), format('%I', a.attname),
               row_number() over (partition by c.oid order by a.attnum),
               concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                         case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation::text end,
                         case when a.attnotnull then 'not null' end,
                         case a.attgenerated when '' then 'default ' || pg_get_expr(f.adbin, f.adrelid)
                                             when 's' then 'generated always as (' || pg_get_expr(f.adbin, f.adrelid) || ') stored'
                                             else 'generated always as (' || pg_get_expr(f.adbin, f.adrelid) || ') virtual' end,
                         case a.attidentity when 'a' then 'generated always as identity'
                                            when 'd' then 'generated by default as identity' end,
                         (select format('(start %s increment %s min %s max %s cache %s%s)', s.seqstart, s.seqincrement, s.seqmin,
                                        s.seqmax, s.seqcache, case when s.seqcycle then ' cycle' else '' end)
                          from pg_depend o join pg_sequence s on s.seqrelid = o.objid
                          where a.attidentity <> '' and o.classid = 'pg_class'::regclass and o.refclassid = 'pg_class'::regclass
                            and o.refobjid = c.oid and o.refobjsubid = a.attnum and o.deptype = 'i'
                            and (s.seqstart, s.seqincrement, s.seqcache, s.seqcycle) is distinct from (1, 1, 1, false)))
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
             join pg_type t on t.oid = a.atttypid left join pg_attrdef f on f.adrelid = c.oid and f.adnum = a.attnum
        where a.attnum > 0 and not a.attisdropped
          and c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.constraints", R"(
        select 'constraint', format('%I.%I', n.nspname, c.relname), format('%I', k.conname), 0::bigint, pg_get_constraintdef(k.oid)
        from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        where k.contype in ('c', 'f', 'p', 'u', 'x') and c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    // A primary or unique key is its constraint; its index says nothing more, unless it is invalid.
    pg::statement{"catalog.indexes", R"(
        select 'index', format('%I.%I', n.nspname, c.relname), format('%I', x.relname), 0::bigint,
               concat_ws(' ', pg_get_indexdef(i.indexrelid), case when not i.indisvalid then '(invalid)' end,
                         case when i.indisclustered then '(clustered)' end)
        from pg_index i join pg_class x on x.oid = i.indexrelid join pg_class c on c.oid = i.indrelid
             join pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)' and c.relname !~ '^lightdash_migrations(_|$)'
          and (not i.indisvalid or not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x')))
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = x.oid and d.deptype = 'e')
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.triggers", R"(
        select 'trigger', format('%I.%I', n.nspname, c.relname), format('%I', t.tgname), 0::bigint,
               concat_ws(' ', pg_get_triggerdef(t.oid), case t.tgenabled when 'D' then '(disabled)' when 'R' then '(on replicas)'
                                                                         when 'A' then '(always)' end)
        from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
        where not t.tgisinternal and c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_trigger'::regclass and d.objid = t.oid and d.deptype = 'e')
        union all
        select 'rule', format('%I.%I', n.nspname, c.relname), format('%I', r.rulename), 0::bigint, pg_get_ruledef(r.oid)
        from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace
        where r.rulename <> '_RETURN' and c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.policies", R"(
        select 'policy', format('%I.%I', n.nspname, c.relname), format('%I', p.polname), 0::bigint,
               concat_ws(' ', case when p.polpermissive then 'permissive' else 'restrictive' end, 'for',
                         case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                                       else 'all' end,
                         'to', (select string_agg(case g when 0 then 'public' else g::regrole::text end, ', '
                                                  order by case g when 0 then 'public' else g::regrole::text end)
                                from unnest(p.polroles) g),
                         'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                         'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
    )"},
    pg::statement{"catalog.statistics", R"(
        select 'statistics', format('%I.%I', n.nspname, s.stxname), '', 0::bigint, pg_get_statisticsobjdef(s.oid)
        from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
        where s.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_statistic_ext'::regclass and d.objid = s.oid and d.deptype = 'e')
    )"},
    // Large objects and what other databases share are not of the schema.
    pg::statement{"catalog.comments", R"(
        select 'comment', i.type || ' ' || i.identity, '', 0::bigint, quote_literal(m.description)
        from pg_description m cross join lateral pg_identify_object(m.classoid, m.objoid, m.objsubid) i
        where m.objoid >= 16384 and m.classoid <> 'pg_largeobject'::regclass
          and coalesce(i.schema, '') !~ '^pg_(temp|toast)' and i.identity !~ '(^|\.)lightdash_migrations(_|\.|$)'
          and not exists (select from pg_depend d where d.classid = m.classoid and d.objid = m.objoid and d.deptype = 'e')
    )"},
    // Only objects whose rights were changed: what everybody may do by default is not told. initdb itself grants rights
    // on the schema public (pg_init_privs).
    pg::statement{"catalog.grants", R"(
        with granted as (
            select 'pg_namespace'::regclass as class, n.oid as id, 0 as sub, n.nspacl as acl, n.nspowner as owner
            from pg_namespace n
            where n.nspacl is distinct from coalesce((select p.initprivs from pg_init_privs p where p.classoid = 'pg_namespace'::regclass
                                                      and p.objoid = n.oid), acldefault('n', n.nspowner))
            union all
            select 'pg_class'::regclass, c.oid, 0, c.relacl, c.relowner from pg_class c
            where c.relkind <> 'c' and c.relname !~ '^lightdash_migrations(_|$)'
              and c.relacl is distinct from acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
            union all
            select 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, c.relowner
            from pg_attribute a join pg_class c on c.oid = a.attrelid where not a.attisdropped
            union all
            select 'pg_proc'::regclass, p.oid, 0, p.proacl, p.proowner from pg_proc p
            where p.proacl is distinct from acldefault('f', p.proowner)
            union all
            select 'pg_type'::regclass, t.oid, 0, t.typacl, t.typowner from pg_type t
            where t.typacl is distinct from acldefault('T', t.typowner)
        )
        select 'grants', i.type || ' ' || i.identity, '', 0::bigint,
               coalesce((select string_agg(r.who || ': ' || r.what, '; ' order by r.who collate "C")
                         from (select case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end as who,
                                      string_agg(x.privilege_type || case when x.is_grantable then ' with grant option' else '' end,
                                                 ', ' order by x.privilege_type collate "C") as what
                               from aclexplode(g.acl) x where x.grantee <> g.owner group by x.grantee) r), 'the owner alone')
        from granted g cross join lateral pg_identify_object(g.class, g.id, g.sub) i
        where g.acl is not null and (g.id >= 16384 or (g.class = 'pg_namespace'::regclass and i.identity = 'public'))
          and coalesce(i.schema, '') !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = g.class and d.objid = g.id and d.deptype = 'e')
    )"},
};

} // namespace

std::span<const pg::statement> catalog_statements()
{
    return statements;
}

} // namespace lightdash::migrate
