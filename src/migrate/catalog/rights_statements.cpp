// The database itself and its settings, owners, rights, default privileges, comments.
#include "migrate/catalog/catalog_statements.hpp"

#include <array>

namespace lightdash::migrate {

namespace {

const std::array<pg::statement, 5> rights_list{
    pg::statement{"catalog.database", R"(
        with here as (select d.*, to_jsonb(d) as j from pg_database d where d.datname = current_database())
        select 'database', f.name, '', 0::bigint, f.value
        from here, lateral (values
            ('encoding', pg_encoding_to_char(encoding)::text),
            ('locale', concat_ws(' ', case j ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
                                 'collate', datcollate, 'ctype', datctype, 'locale ' || coalesce(j ->> 'datlocale', j ->> 'daticulocale'),
                                 'rules ' || quote_literal(j ->> 'daticurules'))),
            ('owner', quote_ident(pg_get_userbyid(datdba))),
            ('connection limit', case when datconnlimit >= 0 then datconnlimit::text end),
            ('template', case when datistemplate then 'yes' end),
            ('comment', quote_literal(shobj_description(oid, 'pg_database'))),
            ('grants', case when datacl is not null and array(select distinct (x.grantee, x.privilege_type, x.is_grantable)::text from aclexplode(datacl) x order by 1)
                                 <> array(select distinct (x.grantee, x.privilege_type, x.is_grantable)::text
                                          from aclexplode(acldefault('d', datdba)) x order by 1)
                       then coalesce((select string_agg(r.who || ': ' || r.what, '; ' order by r.who collate "C")
                                      from (select case x.grantee when 0 then 'PUBLIC' when datdba then 'the owner'
                                                                  else x.grantee::regrole::text end as who,
                                                   string_agg(distinct x.privilege_type || case when x.is_grantable then ' with grant option' else '' end, ', ') as what
                                            from aclexplode(datacl) x group by x.grantee) r), 'nobody') end)) f(name, value)
        where f.value is not null
        union all
        select 'setting', split_part(c.line, '=', 1) || coalesce(' for role ' || nullif(s.setrole, 0)::regrole::text, ''), '', 0::bigint,
               substr(c.line, strpos(c.line, '=') + 1)
        from pg_db_role_setting s cross join lateral unnest(s.setconfig) c(line)
        where s.setdatabase = (select oid from here)
    )"},
    // The role that migrates owns the migrations' history; without one, the database's owner. What it owns is not told:
    // in another database it may be another role's.
    pg::statement{"catalog.owners", R"(
        with usual as (
            select coalesce((select c.relowner from pg_class c where c.relname = 'lightdash_migrations' and c.relkind = 'r'
                             order by c.oid limit 1), d.datdba) as role, d.datdba
            from pg_database d where d.datname = current_database()
        ), owned as (
            select 'pg_namespace'::regclass as class, n.oid as id, 'schema' as kind, format('%I', n.nspname) as name, n.nspowner as owner
            from pg_namespace n where n.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
            union all
            select 'pg_namespace'::regclass, n.oid, 'schema', 'public', n.nspowner
            from pg_namespace n where n.nspname = 'public' and n.nspowner <> 10 -- who ran initdb
            union all
            select 'pg_class'::regclass, c.oid,
                   case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table' when 'S' then 'sequence'
                                  when 'c' then 'composite type' else 'table' end, format('%I.%I', n.nspname, c.relname), c.relowner
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S', 'c') and n.nspname !~ '^pg_(temp|toast)'
              and c.relname !~ '^lightdash_migrations(_|$)'
              and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and c.relkind = 'S'
                              and d.deptype in ('a', 'i')) -- a sequence follows the table that it counts for
            union all
            select 'pg_type'::regclass, t.oid, case t.typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range type' else 'base type' end,
                   format('%I.%I', n.nspname, t.typname), t.typowner
            from pg_type t join pg_namespace n on n.oid = t.typnamespace
            where t.typtype in ('e', 'd', 'r') or (t.typtype = 'b' and t.typcategory <> 'A')
            union all
            select 'pg_proc'::regclass, p.oid, case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
                   format('%I.%I(%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), p.proowner
            from pg_proc p join pg_namespace n on n.oid = p.pronamespace
            where p.oid >= 16384 and n.nspname !~ '^pg_(temp|toast)'
              and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
            union all
            select 'pg_foreign_data_wrapper'::regclass, oid, 'foreign data wrapper', quote_ident(fdwname), fdwowner from pg_foreign_data_wrapper
            union all
            select 'pg_foreign_server'::regclass, oid, 'foreign server', quote_ident(srvname), srvowner from pg_foreign_server
            union all
            select 'pg_event_trigger'::regclass, oid, 'event trigger', quote_ident(evtname), evtowner from pg_event_trigger
            union all
            select 'pg_publication'::regclass, oid, 'publication', quote_ident(pubname), pubowner from pg_publication
            union all
            select 'pg_language'::regclass, oid, 'language', quote_ident(lanname), lanowner from pg_language
            union all
            select 'pg_collation'::regclass, c.oid, 'collation', format('%I.%I', n.nspname, c.collname), c.collowner
            from pg_collation c join pg_namespace n on n.oid = c.collnamespace
            union all
            select 'pg_operator'::regclass, oid, 'operator', oid::regoperator::text, oprowner from pg_operator where oid >= 16384
            union all
            select 'pg_opclass'::regclass, c.oid, 'operator class', format('%I.%I using %I', n.nspname, c.opcname, m.amname), c.opcowner
            from pg_opclass c join pg_namespace n on n.oid = c.opcnamespace join pg_am m on m.oid = c.opcmethod
            union all
            select 'pg_opfamily'::regclass, c.oid, 'operator family', format('%I.%I using %I', n.nspname, c.opfname, m.amname), c.opfowner
            from pg_opfamily c join pg_namespace n on n.oid = c.opfnamespace join pg_am m on m.oid = c.opfmethod
            union all
            select 'pg_conversion'::regclass, c.oid, 'conversion', format('%I.%I', n.nspname, c.conname), c.conowner
            from pg_conversion c join pg_namespace n on n.oid = c.connamespace
            union all
            select 'pg_ts_config'::regclass, c.oid, 'text search configuration', format('%I.%I', n.nspname, c.cfgname), c.cfgowner
            from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
            union all
            select 'pg_ts_dict'::regclass, c.oid, 'text search dictionary', format('%I.%I', n.nspname, c.dictname), c.dictowner
            from pg_ts_dict c join pg_namespace n on n.oid = c.dictnamespace
            union all
            select 'pg_statistic_ext'::regclass, s.oid, 'statistics', format('%I.%I', n.nspname, s.stxname), s.stxowner
            from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
        )
        select 'owner', o.kind || ' ' || o.name, '', 0::bigint, quote_ident(pg_get_userbyid(o.owner))
        from owned o cross join usual u
        where o.owner <> u.role and pg_get_userbyid(o.owner) <> 'pg_database_owner'
          and (o.id >= 16384 or (o.name = 'public' and o.owner <> u.datdba))
          and not exists (select from pg_depend d where d.classid = o.class and d.objid = o.id and d.deptype = 'e')
    )"},
    // What everybody may do by default is not told, in whatever order it is written; initdb itself grants rights on the
    // schema public (pg_init_privs). Who granted a right is not told either.
    pg::statement{"catalog.grants", R"(
        with granted as (
            select 'pg_namespace'::regclass as class, n.oid as id, 0 as sub, n.nspacl as acl, n.nspowner as owner,
                   coalesce((select p.initprivs from pg_init_privs p where p.classoid = 'pg_namespace'::regclass and p.objoid = n.oid),
                            acldefault('n', n.nspowner)) as usual
            from pg_namespace n
            union all
            select 'pg_class'::regclass, c.oid, 0, c.relacl, c.relowner,
                   acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner)
            from pg_class c where c.relkind <> 'c' and c.relname !~ '^lightdash_migrations(_|$)'
            union all
            select 'pg_class'::regclass, a.attrelid, a.attnum, a.attacl, c.relowner, null
            from pg_attribute a join pg_class c on c.oid = a.attrelid where not a.attisdropped
            union all
            select 'pg_proc'::regclass, p.oid, 0, p.proacl, p.proowner, acldefault('f', p.proowner) from pg_proc p
            union all
            select 'pg_type'::regclass, t.oid, 0, t.typacl, t.typowner, acldefault('T', t.typowner) from pg_type t
            union all
            select 'pg_language'::regclass, l.oid, 0, l.lanacl, l.lanowner, acldefault('l', l.lanowner) from pg_language l
            union all
            select 'pg_foreign_data_wrapper'::regclass, w.oid, 0, w.fdwacl, w.fdwowner, acldefault('F', w.fdwowner)
            from pg_foreign_data_wrapper w
            union all
            select 'pg_foreign_server'::regclass, v.oid, 0, v.srvacl, v.srvowner, acldefault('S', v.srvowner) from pg_foreign_server v
        ), told as (
            select g.*, i.type || ' ' || i.identity as name,
                   array(select distinct (x.grantee, x.privilege_type, x.is_grantable)::text from aclexplode(g.acl) x order by 1) as now,
                   array(select distinct (x.grantee, x.privilege_type, x.is_grantable)::text from aclexplode(g.usual) x order by 1) as before,
                   array(select distinct x.privilege_type from aclexplode(g.acl) x where x.grantee = g.owner order by 1)
                   <> array(select distinct x.privilege_type from aclexplode(g.usual) x where x.grantee = g.owner order by 1) as limited
            from granted g cross join lateral pg_identify_object(g.class, g.id, g.sub) i
            where g.acl is not null and (g.id >= 16384 or (g.class = 'pg_namespace'::regclass and i.identity = 'public'))
              and coalesce(i.schema, '') !~ '^pg_(temp|toast)'
              and not exists (select from pg_depend d where d.classid = g.class and d.objid = g.id and d.deptype = 'e')
        )
        select 'grants', t.name, '', 0::bigint,
               coalesce((select string_agg(r.who || ': ' || r.what, '; ' order by r.who collate "C")
                         from (select case x.grantee when 0 then 'PUBLIC' when t.owner then 'the owner' else x.grantee::regrole::text end as who,
                                      string_agg(distinct x.privilege_type || case when x.is_grantable then ' with grant option' else '' end,
                                                 ', ') as what
                               from aclexplode(t.acl) x where x.grantee <> t.owner or t.limited group by x.grantee) r),
                        case when t.limited then 'nobody' else 'the owner alone' end)
        from told t where t.now <> t.before and t.name is not null
    )"},
    pg::statement{"catalog.default_privileges", R"(
        with usual as (
            select coalesce((select c.relowner from pg_class c where c.relname = 'lightdash_migrations' and c.relkind = 'r'
                             order by c.oid limit 1), (select d.datdba from pg_database d where d.datname = current_database())) as role
        )
        select 'default privileges',
               concat_ws(' ', 'on', case a.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                                         when 'T' then 'types' when 'n' then 'schemas' else 'large objects' end,
                         'in schema ' || (select quote_ident(n.nspname) from pg_namespace n where n.oid = a.defaclnamespace),
                         case when a.defaclrole <> u.role then 'for role ' || a.defaclrole::regrole::text end), '', 0::bigint,
               coalesce((select string_agg(r.who || ': ' || r.what, '; ' order by r.who collate "C")
                         from (select case x.grantee when 0 then 'PUBLIC' else x.grantee::regrole::text end as who,
                                      string_agg(distinct x.privilege_type || case when x.is_grantable then ' with grant option' else '' end,
                                                 ', ') as what
                               from aclexplode(a.defaclacl) x where x.grantee <> a.defaclrole group by x.grantee) r), 'the owner alone')
        from pg_default_acl a cross join usual u
    )"},
    // Large objects and what other databases share are not of the schema.
    pg::statement{"catalog.comments", R"(
        select 'comment', i.type || ' ' || i.identity, '', 0::bigint, quote_literal(m.description)
        from pg_description m cross join lateral pg_identify_object(m.classoid, m.objoid, m.objsubid) i
        where (m.objoid >= 16384 or (m.classoid = 'pg_namespace'::regclass and i.identity = 'public'
                                     and m.description <> 'standard public schema')) and m.classoid <> 'pg_largeobject'::regclass
          and i.identity is not null
          and coalesce(i.schema, '') !~ '^pg_(temp|toast)' and i.identity !~ '(^|\.)lightdash_migrations(_|\.|$)'
          and not exists (select from pg_depend d where d.classid = m.classoid and d.objid = m.objoid and d.deptype = 'e')
    )"},
};

} // namespace

std::span<const pg::statement> rights_statements()
{
    return rights_list;
}

} // namespace lightdash::migrate
