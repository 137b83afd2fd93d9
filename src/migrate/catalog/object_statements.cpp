// Languages, collations, operators, casts, text search, publications …: what a schema rarely has. What an extension
// made depends on it with deptype 'e'; what initdb made has an oid below 16384.
#include "migrate/catalog/catalog_statements.hpp"

#include <array>

namespace lightdash::migrate {

namespace {

const std::array<pg::statement, 5> object_list{
    pg::statement{"catalog.languages", R"(
        select 'language', format('%I', l.lanname), '', 0::bigint,
               concat_ws(' ', case when l.lanpltrusted then 'trusted' end, 'handler ' || nullif(l.lanplcallfoid, 0)::regproc::text,
                         'inline ' || nullif(l.laninline, 0)::regproc::text, 'validator ' || nullif(l.lanvalidator, 0)::regproc::text)
        from pg_language l
        where l.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_language'::regclass and d.objid = l.oid and d.deptype = 'e')
        union all
        select 'access method', format('%I', m.amname), '', 0::bigint,
               format('%s handler %s', case m.amtype when 't' then 'table' else 'index' end, m.amhandler)
        from pg_am m
        where m.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_am'::regclass and d.objid = m.oid and d.deptype = 'e')
        union all
        select 'transform', format('for %s language %I', t.trftype::regtype, l.lanname), '', 0::bigint,
               concat_ws(' ', 'from sql ' || nullif(t.trffromsql::oid, 0)::regprocedure::text,
                         'to sql ' || nullif(t.trftosql::oid, 0)::regprocedure::text)
        from pg_transform t join pg_language l on l.oid = t.trflang
        where t.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_transform'::regclass and d.objid = t.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.collations", R"(
        select 'collation', format('%I.%I', n.nspname, c.collname), '', 0::bigint,
               concat_ws(' ', 'provider', case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
                         'collate ' || quote_literal(c.collcollate), 'ctype ' || quote_literal(c.collctype),
                         'locale ' || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')),
                         'rules ' || quote_literal(to_jsonb(c) ->> 'collicurules'),
                         case when not c.collisdeterministic then 'not deterministic' end)
        from pg_collation c join pg_namespace n on n.oid = c.collnamespace
        where c.oid >= 16384 and n.nspname !~ '^pg_(temp|toast|catalog)'
          and not exists (select from pg_depend d where d.classid = 'pg_collation'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'conversion', format('%I.%I', n.nspname, c.conname), '', 0::bigint,
               concat_ws(' ', 'from', pg_encoding_to_char(c.conforencoding), 'to', pg_encoding_to_char(c.contoencoding), 'by', c.conproc,
                         case when c.condefault then 'default' end)
        from pg_conversion c join pg_namespace n on n.oid = c.connamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_conversion'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    pg::statement{"catalog.operators", R"(
        select 'operator', o.oid::regoperator::text, '', 0::bigint,
               concat_ws(' ', 'procedure', o.oprcode, 'returns', format_type(o.oprresult, null),
                         'commutator ' || nullif(o.oprcom, 0)::regoperator::text, 'negator ' || nullif(o.oprnegate, 0)::regoperator::text,
                         'restrict ' || nullif(o.oprrest::oid, 0)::regproc::text, 'join ' || nullif(o.oprjoin::oid, 0)::regproc::text,
                         case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end)
        from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
        where o.oid >= 16384 and o.oprcode <> 0 and n.nspname !~ '^pg_(temp|toast)'
          and not exists (select from pg_depend d where d.classid = 'pg_operator'::regclass and d.objid = o.oid and d.deptype = 'e')
        union all
        select 'operator class', format('%I.%I using %I', n.nspname, c.opcname, m.amname), '', 0::bigint,
               concat_ws(' ', case when c.opcdefault then 'default' end, 'for', c.opcintype::regtype, 'family', fn.nspname || '.' || f.opfname,
                         'storage ' || nullif(c.opckeytype, 0)::regtype::text)
        from pg_opclass c join pg_am m on m.oid = c.opcmethod join pg_namespace n on n.oid = c.opcnamespace
             join pg_opfamily f on f.oid = c.opcfamily join pg_namespace fn on fn.oid = f.opfnamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_opclass'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'operator family', format('%I.%I using %I', n.nspname, f.opfname, m.amname), '', 0::bigint,
               concat_ws(', ', (select string_agg(format('operator %s %s%s', p.amopstrategy, p.amopopr::regoperator,
                                                         case when p.amopsortfamily <> 0 then ' for order by' else '' end),
                                                  ', ' order by p.amopstrategy, p.amopopr::regoperator::text collate "C")
                                from pg_amop p where p.amopfamily = f.oid),
                         (select string_agg(format('function %s %s for %s, %s', p.amprocnum, p.amproc::regprocedure, p.amproclefttype::regtype,
                                                   p.amprocrighttype::regtype),
                                            ', ' order by p.amprocnum, p.amproc::regprocedure::text collate "C")
                          from pg_amproc p where p.amprocfamily = f.oid))
        from pg_opfamily f join pg_am m on m.oid = f.opfmethod join pg_namespace n on n.oid = f.opfnamespace
        where f.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_opfamily'::regclass and d.objid = f.oid and d.deptype = 'e')
        union all
        select 'cast', format('from %s to %s', format_type(c.castsource, null), format_type(c.casttarget, null)), '', 0::bigint,
               concat_ws(' ', case c.castmethod when 'f' then 'with function ' || c.castfunc::regprocedure::text when 'i' then 'with inout'
                                                else 'without function' end,
                         case c.castcontext when 'i' then 'as implicit' when 'a' then 'as assignment' end)
        from pg_cast c
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype in ('e', 'i'))
    )"},
    pg::statement{"catalog.text_search", R"(
        select 'text search configuration', format('%I.%I', n.nspname, c.cfgname), '', 0::bigint,
               concat_ws(' ', 'parser', (select format('%I.%I', pn.nspname, p.prsname)
                                         from pg_ts_parser p join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = c.cfgparser),
                         (select 'mapping ' || string_agg(a.alias || ': ' || a.dictionaries, '; ' order by a.alias collate "C")
                          from (select t.alias, string_agg(m.mapdict::regdictionary::text, ', ' order by m.mapseqno) as dictionaries
                                from pg_ts_config_map m join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
                                where m.mapcfg = c.oid group by t.alias) a))
        from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_ts_config'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'text search dictionary', format('%I.%I', n.nspname, c.dictname), '', 0::bigint,
               concat_ws(' ', 'template', format('%I.%I', tn.nspname, t.tmplname), 'options (' || c.dictinitoption || ')')
        from pg_ts_dict c join pg_namespace n on n.oid = c.dictnamespace join pg_ts_template t on t.oid = c.dicttemplate
             join pg_namespace tn on tn.oid = t.tmplnamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_ts_dict'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'text search template', format('%I.%I', n.nspname, c.tmplname), '', 0::bigint,
               concat_ws(' ', 'init ' || nullif(c.tmplinit::oid, 0)::regproc::text, 'lexize', c.tmpllexize)
        from pg_ts_template c join pg_namespace n on n.oid = c.tmplnamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_ts_template'::regclass and d.objid = c.oid and d.deptype = 'e')
        union all
        select 'text search parser', format('%I.%I', n.nspname, c.prsname), '', 0::bigint,
               concat_ws(' ', 'start', c.prsstart, 'gettoken', c.prstoken, 'end', c.prsend, 'lextypes', c.prslextype,
                         'headline ' || nullif(c.prsheadline::oid, 0)::regproc::text)
        from pg_ts_parser c join pg_namespace n on n.oid = c.prsnamespace
        where c.oid >= 16384
          and not exists (select from pg_depend d where d.classid = 'pg_ts_parser'::regclass and d.objid = c.oid and d.deptype = 'e')
    )"},
    // A publication's schemas stand in a catalog that came with PostgreSQL 15: pg_depend knows them everywhere. The
    // address and the options of a subscription and of a user mapping may hold a password: they are not read.
    pg::statement{"catalog.replication", R"(
        select 'publication', format('%I', p.pubname), '', 0::bigint,
               concat_ws(' ', case when p.puballtables then 'for all tables' end,
                         (select 'for ' || string_agg(
                                    concat_ws(' ', r.prrelid::regclass,
                                              '(' || (select string_agg(quote_ident(a.attname), ', ' order by a.attname collate "C")
                                                      from pg_attribute a
                                                      where a.attrelid = r.prrelid
                                                        and to_jsonb(r) -> 'prattrs' @> to_jsonb(a.attnum)) || ')',
                                              (select 'where (' || t.rowfilter || ')'
                                               from (select to_jsonb(x) ->> 'rowfilter' as rowfilter
                                                     from pg_publication_tables x join pg_namespace xn on xn.nspname = x.schemaname
                                                          join pg_class xc on xc.relnamespace = xn.oid and xc.relname = x.tablename
                                                     where x.pubname = p.pubname and xc.oid = r.prrelid
                                                       and to_jsonb(r) ->> 'prqual' is not null) t)),
                                    ', ' order by r.prrelid::regclass::text collate "C")
                          from pg_publication_rel r where r.prpubid = p.oid),
                         (select 'for the schemas ' || string_agg(format('%I', s.nspname), ', ' order by s.nspname collate "C")
                          from pg_depend d join pg_depend e on e.classid = d.classid and e.objid = d.objid
                               join pg_namespace s on s.oid = e.refobjid
                          where d.refclassid = 'pg_publication'::regclass and d.refobjid = p.oid
                            and d.classid not in ('pg_publication_rel'::regclass, 'pg_publication'::regclass)
                            and e.refclassid = 'pg_namespace'::regclass),
                         'of ' || nullif(concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                                                   case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end), ''),
                         case when p.pubviaroot then 'through the root' end)
        from pg_publication p
        where not exists (select from pg_depend d where d.classid = 'pg_publication'::regclass and d.objid = p.oid and d.deptype = 'e')
        union all
        select 'subscription', format('%I', s.subname), '', 0::bigint,
               concat_ws(' ', 'to', array_to_string(array(select quote_ident(u) from unnest(s.subpublications) u order by u), ', '),
                         'slot ' || quote_ident(s.subslotname), case when not s.subenabled then 'disabled' end)
        from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())
        union all
        select 'user mapping', format('of %s on server %I', coalesce(quote_ident(m.usename), 'public'), m.srvname), '', 0::bigint, ''
        from pg_user_mappings m
    )"},
};

} // namespace

std::span<const pg::statement> object_statements()
{
    return object_list;
}

} // namespace lightdash::migrate
