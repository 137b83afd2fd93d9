// Schemas, types, functions, tables and all that stands on tables.
// Objects that a user made have an oid of at least 16384 (PostgreSQL source: FirstNormalObjectId); the schema public is
// the one exception that matters. What an extension made depends on it with deptype 'e'.
#include "migrate/catalog/catalog_statements.hpp"

#include <array>

namespace lightdash::migrate {

namespace {

const std::array<pg::statement, 11> relation_list{
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
                         t.evtfoid::regprocedure::text,
                         case t.evtenabled when 'D' then 'disabled' when 'R' then 'on replicas' when 'A' then 'always' end)
        from pg_event_trigger t
        where not exists (select from pg_depend d where d.classid = 'pg_event_trigger'::regclass and d.objid = t.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.types", R"(
        select case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' when 'b' then 'base type'
                              when 'p' then 'shell type' else 'composite type' end,
               format('%I.%I', n.nspname, t.typname), '', 0::bigint,
               case t.typtype
                 when 'e' then (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder)
                                from pg_enum l where l.enumtypid = t.oid)
                 when 'd' then concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
                                         (select 'collate ' || t.typcollation::regcollation::text
                                          from pg_type b where b.oid = t.typbasetype and b.typcollation <> t.typcollation),
                                         'default ' || pg_get_expr(t.typdefaultbin, 0),
                                         case when t.typnotnull then 'not null' end)
                 when 'r' then (select concat_ws(' ', 'of', format_type(r.rngsubtype, null),
                                                 case when not o.opcdefault then format('opclass %I.%I', s.nspname, o.opcname) end,
                                                 case when r.rngcollation <> b.typcollation
                                                      then 'collate ' || r.rngcollation::regcollation::text end,
                                                 'canonical ' || nullif(r.rngcanonical::oid, 0)::regproc::text,
                                                 'subtype_diff ' || nullif(r.rngsubdiff::oid, 0)::regproc::text)
                                from pg_range r join pg_opclass o on o.oid = r.rngsubopc join pg_namespace s on s.oid = o.opcnamespace
                                     join pg_type b on b.oid = r.rngsubtype
                                where r.rngtypid = t.oid)
                 when 'b' then concat_ws(' ', 'input', t.typinput, 'output', t.typoutput, 'receive ' || nullif(t.typreceive::oid, 0)::regproc::text,
                                         'send ' || nullif(t.typsend::oid, 0)::regproc::text, 'length', t.typlen, 'alignment', t.typalign,
                                         'storage', t.typstorage, 'category', t.typcategory, case when t.typbyval then 'by value' end,
                                         'default ' || quote_literal(t.typdefault))
                 when 'p' then ''
                 else (select string_agg(concat_ws(' ', quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
                                                   case when a.attcollation <> e.typcollation
                                                        then 'collate ' || a.attcollation::regcollation::text end),
                                         ', ' order by a.attnum)
                       from pg_attribute a join pg_type e on e.oid = a.atttypid
                       where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)
               end
        from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
        where t.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)' and (t.typtype in ('e', 'd', 'r', 'p') or c.relkind = 'c' or (t.typtype = 'b' and t.typcategory <> 'A'))
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
                                        'finalfunc = ' || nullif(a.aggfinalfn::oid, 0)::regproc::text,
                                        case when a.aggfinalextra then 'finalfunc_extra' end, 'initcond = ' || quote_literal(a.agginitval),
                                        'combinefunc = ' || nullif(a.aggcombinefn::oid, 0)::regproc::text,
                                        'serialfunc = ' || nullif(a.aggserialfn::oid, 0)::regproc::text,
                                        'deserialfunc = ' || nullif(a.aggdeserialfn::oid, 0)::regproc::text,
                                        'msfunc = ' || nullif(a.aggmtransfn::oid, 0)::regproc::text,
                                        'minvfunc = ' || nullif(a.aggminvtransfn::oid, 0)::regproc::text,
                                        'mstype = ' || format_type(nullif(a.aggmtranstype, 0), null),
                                        'mfinalfunc = ' || nullif(a.aggmfinalfn::oid, 0)::regproc::text,
                                        'minitcond = ' || quote_literal(a.aggminitval), 'sspace = ' || nullif(a.aggtransspace, 0),
                                        'sortop = ' || nullif(a.aggsortop, 0)::regoperator::text,
                                        case a.aggkind when 'h' then 'hypothetical' when 'o' then 'ordered set' end,
                                        'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' end)
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
                 then concat_ws(' ', 'using ' || nullif(m.amname, 'heap'),
                                (select 'with (' || string_agg(o, ', ' order by o) || ')' from unnest(c.reloptions) o), 'as',
                                ltrim(pg_get_viewdef(c.oid)), case when not c.relispopulated then '(not populated)' end)
                 else concat_ws(', ', case c.relpersistence when 'u' then 'unlogged' end,
                                'partition by ' || pg_get_partkeydef(c.oid),
                                (select case when c.relispartition then 'partition of ' else 'inherits ' end ||
                                        string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno) ||
                                        case when c.relispartition then ' ' || pg_get_expr(c.relpartbound, c.oid) else '' end
                                 from pg_inherits i where i.inhrelid = c.oid),
                                'of type ' || nullif(c.reloftype, 0)::regtype::text, 'using ' || nullif(m.amname, 'heap'),
                                (select 'with (' || string_agg(o, ', ' order by o) || ')' from unnest(c.reloptions) o),
                                (select (select 'toast with (' || string_agg(o, ', ' order by o) || ')' from unnest(x.reloptions) o)
                                 from pg_class x where x.oid = c.reltoastrelid),
                                case when c.relrowsecurity then 'row level security' end,
                                case when c.relforcerowsecurity then 'forced for its owner' end,
                                case case when c.relkind <> 'f' then c.relreplident end
                                  when 'f' then 'replica identity full' when 'n' then 'replica identity nothing'
                                  when 'i' then 'replica identity by index' ||
                                       coalesce((select format(' %I', x.relname) from pg_index i join pg_class x on x.oid = i.indexrelid
                                                 where i.indrelid = c.oid and i.indisreplident), '') end,
                                (select concat_ws(' ', 'server ' || quote_ident(v.srvname), 'options (' || array_to_string(f.ftoptions, ', ') || ')')
                                 from pg_foreign_table f join pg_foreign_server v on v.oid = f.ftserver where f.ftrelid = c.oid))
               end
        from pg_class c join pg_namespace n on n.oid = c.relnamespace left join pg_am m on m.oid = c.relam
        where c.oid >= 16384 and c.relkind in ('r', 'p', 'f', 'v', 'm') and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.columns", R"(
        select 'column', format('%I.%I', n.nspname, c.relname), format('%I', a.attname),
               row_number() over (partition by c.oid order by a.attnum),
               concat_ws(' ', format_type(a.atttypid, a.atttypmod),
                         case when a.attcollation <> t.typcollation then 'collate ' || a.attcollation::regcollation::text end,
                         case when a.attstorage <> t.typstorage then
                           'storage ' || case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main'
                                                           else 'extended' end end,
                         'compression ' || case to_jsonb(a) ->> 'attcompression' when 'p' then 'pglz' when 'l' then 'lz4' end,
                         'statistics ' || nullif(a.attstattarget, -1), 'with (' || array_to_string(a.attoptions, ', ') || ')',
                         'options (' || array_to_string(a.attfdwoptions, ', ') || ')',
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
        select 'constraint', format('%I.%I', n.nspname, c.relname), format('%I', k.conname), 0::bigint,
               concat_ws(' ', pg_get_constraintdef(k.oid),
                         (select concat_ws(' ', (select 'with (' || string_agg(o, ', ' order by o) || ')' from unnest(x.reloptions) o),
                                           case when i.indisclustered then '(clustered)' end)
                          from pg_index i join pg_class x on x.oid = i.indexrelid
                          where i.indexrelid = k.conindid and k.contype in ('p', 'u', 'x')
                            and (x.reloptions is not null or i.indisclustered)),
                         (select '(its triggers: ' || string_agg(distinct case g.tgenabled when 'D' then 'disabled' when 'R' then 'on replicas'
                                                                                          else 'always' end, ', ') || ')'
                          from pg_trigger g where g.tgconstraint = k.oid and g.tgisinternal and g.tgenabled <> 'O'
                          having count(*) > 0))
        from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
        where k.contype in ('c', 'f', 'p', 'u', 'x') and c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
          and c.relname !~ '^lightdash_migrations(_|$)'
          and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    // A primary or unique key is its constraint; its index says nothing more, unless it is invalid.
    pg::statement{"catalog.indexes", R"(
        select 'index', format('%I.%I', n.nspname, c.relname), format('%I', x.relname), 0::bigint,
               concat_ws(' ', pg_get_indexdef(i.indexrelid), case when not i.indisvalid then '(invalid)' end,
                         case when i.indisclustered then '(clustered)' end,
                         (select string_agg(format('(statistics %s of column %s)', a.attstattarget, a.attnum), ' ' order by a.attnum)
                          from pg_attribute a where a.attrelid = x.oid and a.attstattarget >= 0))
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
        select 'rule', format('%I.%I', n.nspname, c.relname), format('%I', r.rulename), 0::bigint,
               concat_ws(' ', pg_get_ruledef(r.oid), case r.ev_enabled when 'D' then '(disabled)' when 'R' then '(on replicas)'
                                                                       when 'A' then '(always)' end)
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
                                                  order by case g when 0 then 'public' else g::regrole::text end collate "C")
                                from unnest(p.polroles) g),
                         'using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                         'with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
        from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
    )"},
    pg::statement{"catalog.statistics", R"(
        select 'statistics', format('%I.%I', n.nspname, s.stxname), '', 0::bigint,
               concat_ws(' ', pg_get_statisticsobjdef(s.oid), '(statistics ' || nullif(s.stxstattarget, -1) || ')')
        from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
        where s.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_statistic_ext'::regclass and d.objid = s.oid and d.deptype = 'e')
    )"},
};

} // namespace

std::span<const pg::statement> relation_statements()
{
    return relation_list;
}

} // namespace lightdash::migrate
