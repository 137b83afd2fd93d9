// Two databases are the same when each object means the same, whatever was done to them and however it is spelled.
#include "integration/migrate/catalog_reading.hpp"
#include "lightdash/migrate/catalog_difference.hpp"
#include "support/test_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

namespace lightdash::migrate {
namespace {

using lightdash::testing::sql_name;
using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> sentences(const test_database& expected, const test_database& actual)
{
    std::vector<std::string> made;
    for (auto& one : compare(described(expected), described(actual)))
        made.push_back(std::move(one.sentence));
    return made;
}

// A role for a test alone: roles belong to the server.
class passing_role {
public:
    explicit passing_role(const test_database& db) : db_(db), name_(db.name() + "_role")
    {
        db_.execute("create role " + sql_name(name_));
    }
    passing_role(const passing_role&) = delete;
    passing_role& operator=(const passing_role&) = delete;
    ~passing_role() { db_.execute("drop owned by " + sql_name(name_) + "; drop role " + sql_name(name_)); }
    std::string quoted() const { return db_.value("select quote_ident('" + name_ + "')"); }

private:
    const test_database& db_;
    std::string name_;
};

constexpr const char* shop = R"(
    create table customers (id bigint generated always as identity primary key, name varchar not null, tags text[]);
    create table orders (id bigint generated always as identity primary key, customer bigint references customers,
                         state text);
    create function touch() returns trigger language plpgsql as 'begin return new; end';
    create function same(text, text) returns boolean language sql immutable as 'select $1 = $2';
    create trigger touch before update on orders for each row execute function touch();
    create rule quiet as on delete to customers do instead nothing;
    create view open_orders as select id, state from orders where state = 'open';
    create statistics related on customer, state from orders;
    create type pair as (a integer, b text);
    create type word_range as range (subtype = text);
)";

struct alteration {
    std::string statement, sentence;
};
void PrintTo(const alteration& one, std::ostream* out)
{
    *out << one.statement;
}

// In a transaction that is rolled back: one database does for all.
class Alteration : public ::testing::TestWithParam<alteration> {
protected:
    static void SetUpTestSuite()
    {
        shop_.emplace(test_database::empty());
        shop_->execute(shop);
        before_.emplace(described(*shop_));
    }
    static void TearDownTestSuite() { shop_.reset(); }

    static std::vector<catalog_difference> differences_after(const std::string& statement)
    {
        migrating on{*shop_};
        const auto alter = pg::statement::trusted("test.alter", statement);
        const auto read = [&]() -> task<catalog> {
            auto tx = co_await on.database.begin({}, deadline::after(20s));
            co_await tx.execute(alter);
            auto found = co_await catalog::read(tx);
            co_await tx.rollback();
            co_return found;
        };
        return compare(*before_, on.run(read()));
    }

private:
    static inline std::optional<test_database> shop_;
    static inline std::optional<catalog> before_;
};

TEST_P(Alteration, IsADifference)
{
    const auto found = differences_after(GetParam().statement);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sentence, GetParam().sentence);
}

INSTANTIATE_TEST_SUITE_P(
    Catalog, Alteration,
    ::testing::Values(
        alteration{"alter table orders disable trigger user",
                   "trigger touch of public.orders is \"CREATE TRIGGER touch BEFORE UPDATE ON public.orders FOR EACH "
                   "ROW EXECUTE FUNCTION public.touch() (disabled)\", expected \"CREATE TRIGGER touch BEFORE UPDATE ON "
                   "public.orders FOR EACH ROW EXECUTE FUNCTION public.touch()\""},
        alteration{"alter table orders enable always trigger touch",
                   "trigger touch of public.orders is \"CREATE TRIGGER touch BEFORE UPDATE ON public.orders FOR EACH "
                   "ROW EXECUTE FUNCTION public.touch() (always)\", expected \"CREATE TRIGGER touch BEFORE UPDATE ON "
                   "public.orders FOR EACH ROW EXECUTE FUNCTION public.touch()\""},
        alteration{"alter table customers disable rule quiet",
                   "rule quiet of public.customers differs in line 2 of its definition: \"    ON DELETE TO "
                   "public.customers DO INSTEAD NOTHING; (disabled)\", expected \"    ON DELETE TO public.customers DO "
                   "INSTEAD NOTHING;\""},
        alteration{"alter table customers alter name type varchar collate \"C\"",
                   "column name of public.customers is \"character varying collate \"C\" not null\", expected "
                   "\"character varying not null\""},
        alteration{"alter table customers alter tags set storage external",
                   "column tags of public.customers is \"text[] storage external\", expected \"text[]\""},
        alteration{"alter table customers alter tags set compression pglz",
                   "column tags of public.customers is \"text[] compression pglz\", expected \"text[]\""},
        alteration{"alter table orders alter state set statistics 500",
                   "column state of public.orders is \"text statistics 500\", expected \"text\""},
        alteration{"alter table orders alter state set (n_distinct = 3)",
                   "column state of public.orders is \"text with (n_distinct=3)\", expected \"text\""},
        alteration{"alter statistics related set statistics 50",
                   "statistics public.related is \"CREATE STATISTICS public.related ON customer, state FROM "
                   "public.orders (statistics 50)\", expected \"CREATE STATISTICS public.related ON customer, state "
                   "FROM public.orders\""},
        alteration{"alter table customers set (toast.autovacuum_enabled = false)",
                   "table public.customers is \"toast with (autovacuum_enabled=false)\", expected \"\""},
        alteration{"alter index customers_pkey set (fillfactor = 70)",
                   "constraint customers_pkey of public.customers is \"PRIMARY KEY (id) with (fillfactor=70)\", "
                   "expected \"PRIMARY KEY (id)\""},
        alteration{"create publication everything for table customers (id) where (id > 5), orders with (publish = "
                   "'insert')",
                   "publication everything is not expected: for public.customers (id) where ((id > 5)), public.orders "
                   "of insert"},
        alteration{"create publication all_of for all tables",
                   "publication all_of is not expected: for all tables of insert, update, delete, truncate"},
        alteration{"create publication schemas for tables in schema public",
                   "publication schemas is not expected: for the schemas public of insert, update, delete, truncate"},
        alteration{"create operator === (procedure = same, leftarg = text, rightarg = text, commutator = ===)",
                   "operator public.===(text,text) is not expected: procedure public.same returns boolean commutator "
                   "public.===(text,text)"},
        alteration{"create cast (pair as text) with inout as assignment",
                   "cast from public.pair to text is not expected: with inout as assignment"},
        alteration{"create language other handler plpgsql_call_handler",
                   "language other is not expected: handler plpgsql_call_handler"},
        alteration{"create collation plain (locale = 'C')",
                   "collation public.plain is not expected: provider libc collate 'C' ctype 'C'"},
        alteration{"do $$ begin create text search configuration words (parser = pg_catalog.default); alter text "
                   "search configuration words add mapping for asciiword with simple; end $$",
                   "text search configuration public.words is not expected: parser pg_catalog.\"default\" mapping "
                   "asciiword: simple"},
        alteration{"create text search dictionary stops (template = pg_catalog.simple, stopwords = english)",
                   "text search dictionary public.stops is not expected: template pg_catalog.simple options (stopwords "
                   "= 'english')"},
        alteration{"create operator family numbers using btree",
                   "operator family public.numbers using btree is not expected"},
        alteration{"create conversion latin for 'LATIN1' to 'UTF8' from iso8859_1_to_utf8",
                   "conversion public.latin is not expected: from LATIN1 to UTF8 by iso8859_1_to_utf8"},
        alteration{"create type nothing as enum ()", "enum public.nothing is not expected"},
        alteration{"create type hollow as ()", "composite type public.hollow is not expected"},
        alteration{"alter type pair alter attribute b set data type text collate \"C\"",
                   "composite type public.pair is \"a integer, b text collate \"C\"\", expected \"a integer, b text\""},
        alteration{"revoke insert on orders from current_user",
                   "grants on table public.orders is not expected: the owner: DELETE, REFERENCES, SELECT, TRIGGER, "
                   "TRUNCATE, UPDATE"},
        alteration{"alter default privileges grant select on tables to pg_monitor",
                   "default privileges on tables is not expected: pg_monitor: SELECT"},
        alteration{"alter default privileges in schema public grant usage on sequences to public",
                   "default privileges on sequences in schema public is not expected: PUBLIC: USAGE"},
        alteration{"alter view open_orders set (security_barrier = true)",
                   "view public.open_orders differs in line 1 of its definition: \"with (security_barrier=true) as "
                   "SELECT orders.id,\", expected \"as SELECT orders.id,\""},
        alteration{"comment on schema public is 'ours'", "comment on schema public is not expected: 'ours'"},
        alteration{"do $$ begin execute format('alter database %I set search_path = app, public', "
                   "current_database()); end $$",
                   "setting search_path is not expected: app, public"},
        alteration{"do $$ begin execute format('alter database %I connection limit 7', current_database()); end $$",
                   "database connection limit is not expected: 7"},
        alteration{"do $$ begin execute format('grant create on database %I to pg_monitor', current_database()); end "
                   "$$",
                   "database grants is not expected: PUBLIC: CONNECT, TEMPORARY; pg_monitor: CREATE; the owner: "
                   "CONNECT, CREATE, TEMPORARY"}));

TEST(CatalogDifferences, AForeignKeyWhoseTriggersAreDisabledIsToldApart)
{
    const auto one = test_database::empty(), two = test_database::empty();
    one.execute(shop);
    two.execute(shop);
    two.execute("alter table customers disable trigger all");
    EXPECT_THAT(sentences(one, two),
                ElementsAre("constraint orders_customer_fkey of public.orders is \"FOREIGN KEY (customer) REFERENCES "
                            "public.customers(id) (its triggers: disabled)\", expected \"FOREIGN KEY (customer) "
                            "REFERENCES public.customers(id)\""));
}

TEST(CatalogDifferences, AnotherOwnerIsToldUnlessTheWholeDatabaseIsHis)
{
    const auto one = test_database::empty(), two = test_database::empty();
    const passing_role role{two};
    for (const auto* db : {&one, &two})
        db->execute(shop);
    two.execute("alter table orders owner to " + role.quoted());
    EXPECT_THAT(sentences(one, two), ElementsAre("owner of table public.orders is not expected: " + role.quoted()));

    // A table that is missing takes its owner with it.
    two.execute("create table spare (id integer); alter table spare owner to " + role.quoted() +
                "; comment on table spare is 'x'; alter table orders owner to current_user");
    EXPECT_THAT(sentences(one, two), ElementsAre("table public.spare is not expected"));
    two.execute("drop table spare");

    // What stands in the migrations' history belongs to who migrates.
    const auto before = two.value("select quote_ident(current_user)");
    two.execute("alter database " + sql_name(two.name()) + " owner to " + role.quoted());
    two.execute("create table lightdash_migrations (id integer)");
    EXPECT_THAT(sentences(one, two),
                ElementsAre("database owner is \"" + role.quoted() + "\", expected \"" + before + "\""));
    two.execute("alter database " + sql_name(two.name()) + " owner to current_user");
}

TEST(CatalogDifferences, RightsInAnotherOrderAreTheSame)
{
    const auto one = test_database::empty(), two = test_database::empty();
    for (const auto* db : {&one, &two})
        db->execute(shop);
    one.execute("grant select, insert on orders to pg_monitor; grant select on orders to pg_read_all_stats");
    two.execute("grant select on orders to pg_read_all_stats; grant insert on orders to pg_monitor; "
                "grant select on orders to pg_monitor; "
                "revoke execute on function touch() from public; grant execute on function touch() to public");
    EXPECT_THAT(sentences(one, two), IsEmpty());
}

// Each kind of place that an expression stands in, and each kind of expression.
constexpr const char* typed_tables = R"(
    create type mood as enum ('sad','ok');
    create domain email as varchar(80) check (value in ('a','b') and value like '%x%' and value <> 'q');
    create domain shorts as text check (value ~ '^[a-z]+$' or value is null or length(value) between 1 and 3);
    create table t (
     id bigint generated always as identity primary key,
     v varchar, v20 varchar(20), c3 char(3), x text, n numeric(10,2) default 0, r real default -1.5, d double precision
            default 1e10, i int default -1, s smallint default -2::smallint, b bigint default 9999999999,
     m mood default 'ok', ts timestamp default now(), tz timestamptz default (now() at time zone 'utc'), da date default
            '2020-01-01', iv interval default '1 day', j jsonb default '{}', a text[] default '{}', a2 varchar[] default
            array['a','b'], a3 varchar(5)[] default '{a}', by bytea default '\x00', u uuid default gen_random_uuid(), bo
            boolean default true, e email, bi bit(3) default B'101', ip inet default '127.0.0.1', mo money,
     g1 text generated always as (coalesce(v,'') || case when i in (1,2,3) then 'x' else v20 end) stored,
     g2 int generated always as (length(x) * 2 - 1) stored,
     g3 boolean generated always as (v in ('a','b')) stored,
     check (v in ('a','b')), check (v not in ('a','b','c')), check (v20 in ('a','b')), check (c3 in ('a','b')), check (x
            in ('a','b')), check (n in (1,2)), check (n in (1,2.5)), check (i in (1,2.5,3)), check (s in (1,2)), check
            (b in (1,2,3)), check (m in ('sad','ok')), check (da in ('2020-01-01','2021-01-01')), check (e in
            ('a','b')), check (u in ('00000000-0000-0000-0000-000000000000','00000000-0000-0000-0000-000000000001')),
     check (i between 1 and 10), check (i not between 1 and 10), check (i between symmetric 10 and 1), check (v = any
            (array['a','b'])), check (v = any ('{a,b}')), check (v <> all (array['a'])), check (array[v] <@
            array['a','b']::varchar[]), check (array[v]::text[] <@ array['a','b']), check (array[array[v]]::text[] <@
            array[array['a']]),
     check (a <@ array['a','b']), check (a2 <@ array['a','b']::varchar[]), check (a3 && array['x']::varchar(5)[]), check
            (cardinality(array[]::text[]) = 0),
     check ((i > 0 and s > 0) and b > 0), check (i > 0 and (s > 0 and b > 0)), check (i > 0 or (s > 0 or (b > 0 or n >
            0))), check (not (i > 0)), check (not i = 3), check (bo is true), check (bo), check (bo is not false and i
            is not null), check (i is distinct from 3), check (i is not distinct from s), check (v is distinct from
            null),
     check (v like 'a%' and v ilike '%b' and v not like 'c' and v similar to 'x|y'), check (v ~ '^a' and v !~* 'b'),
            check (v::text = lower(v)), check (v collate "C" < 'x'), check (substring(v from 1 for 2) = 'a'), check
            (position('a' in v) > 0), check (overlay(v placing 'x' from 1) = 'a'), check (trim(both ' ' from v) = v),
            check (extract(year from ts) > 2000), check (ts at time zone 'utc' > '2020-01-01'), check (da + interval '1
            day' > '2020-01-01'), check (ts > '2020-01-01' and tz > '2020-01-01 00:00+02'), check (iv > '1 hour 30
            minutes'), check (iv > interval '2' day), check (j ? 'a' and j->>'b' = 'c' and j#>>'{a,b}' = 'd' and j @>
            '{"a": 1}'), check (jsonb_typeof(j) in ('object','array')), check (j ?| array['a','b']),
     check (case v when 'a' then 1 when 'b' then 2 end > 0), check (case when v = 'a' then i in (1,2) else true end),
            check (coalesce(v, x, 'z') = 'a' and nullif(v,'') is not null and greatest(i,s,1) > 0), check (row(i, s) =
            row(1, 2)), check ((i, s) < (1, 2)), check ((i,s) in ((1,2),(3,4))), check ((v,x) = ('a','b')), check ((da,
            da) overlaps (da, da)), check (i::text = '1' and i::bigint = 1 and n::int = 3 and v::int = 3 and cast(x as
            varchar(3)) = 'abc'), check (i::numeric(5,1) = 1), check (-i < 0 and @ i > 1 and i % 2 = 0 and i ^ 2 > 1 and
            i << 1 > 2 and ~i < 0), check (- (1) < i and -1.5 < n and (-2)::smallint < s), check (a[1] = 'x' and a[1:2]
            = array['a'] and (j->'a'->0) is null), check (x || v || 'c' = 'abc'), check (x is null or x = ''), check (v
            = 'a'::varchar(3)), check (v20 = 'a'::char(3)), check (c3 = 'a'::bpchar), check (bi = B'101' and ip <<
            '10.0.0.0/8'), check (mo > 3::money), check (current_user = 'x' or session_user = 'y' or current_date > da),
            check (x is normalized), check (r > 1.5 and d < 1e100)
    );
)";
constexpr const char* indexes_and_rules = R"(
    create index on t (lower(v)) where v in ('a','b') and i > 0;
    create index on t ((v || 'x'), (i + s)) where m = 'ok';
    create index on t ((case when v in ('a','b') then 1 else 0 end));
    create index on t (v20 text_pattern_ops desc nulls last) include (x) where x not in ('q','r');
    create index on t using gin (a);
    create unique index on t ((coalesce(v, ''::varchar)), m) nulls not distinct;
    create statistics st on (v || 'x'), (i+s), (v in ('a','b')) from t;
    alter table t add exclude using btree (v with =) where (v in ('a','b'));
    alter table t enable row level security;
    create policy p1 on t using (v in ('a','b')) with check (v20 not in ('a','b') and i in (select id from t));
    create policy p2 on t for insert to public with check (exists (select 1 from t q where q.v in ('a','b')));
    create function f() returns trigger language plpgsql as 'begin return new; end';
    create trigger tr before update of v on t for each row when (old.v is distinct from new.v and new.v in ('a','b'))
            execute function f();
    create rule ru as on insert to t where new.v in ('a','b') do instead nothing;
    create rule ru2 as on update to t where new.i > 5 do also (insert into t (v) values ('a'), ('b'); delete from t
            where v in ('x','y'));
)";
constexpr const char* views_and_functions = R"(
    create view v1 as select * from t where v in ('a','b');
    create view v2 as select a.id, b.v, count(*) over (partition by a.v order by b.i desc nulls first rows between 1
            preceding and current row) from t a join t b using (id) left join lateral (select 1 as one) q on true where
            a.v not in ('x','y') group by a.id, b.v, a.v, b.i having count(*) > 1 order by 1 desc limit 5 offset 2;
    create view v3 as with recursive w(n, p) as (values (1, 'a'::varchar) union all select n+1, p from w where n < 10
            and p in ('a','b')) select * from w union select 1, 'x' except select 2, 'y'::varchar;
    create view v4 as select distinct on (v) v, i as "Odd", (select max(i) from t t2 where t2.v = t.v) as mx,
            array(select i from t), exists (select 1 from t where v in ('z','zz')) as ex, v::text in ('a','b') as inn,
            'lit' as l, null as nn, 1.0 as f, -3 as neg, interval '1 day' as iv, date '2020-01-01' as d, true as tt,
            array_agg(v order by i) filter (where v in ('a','b')) as agg from t group by v, i, t.ctid;
    create view v5 as select x.*, y.k from t x, lateral jsonb_each(x.j) as y(k, vv) where y.k in ('a','b') for update;
    create view v6 as select * from (values ('a'::varchar, 1), ('b', 2)) as q(aa, bb) where aa in ('a','b');
    create view v8 as select rank() over w, grouping(v), v from t group by rollup (v), i window w as (order by v);
    create view v9 as select * from generate_series(1,3) with ordinality g(a,b) where a in (1,2);
    create materialized view mv as select v, sum(n) filter (where m in ('sad','ok')) s from t group by v;
    create table parts (r varchar not null, k int) partition by list (r);
    create table parts_a partition of parts for values in ('a','b',null);
    create table pr (a int, b text) partition by range (a, lower(b));
    create table pr1 partition of pr for values from (minvalue, minvalue) to (10, 'x');
    create table ph (a int) partition by hash ((a + 1));
    create table ph1 partition of ph for values with (modulus 2, remainder 0);
    create function ato(v varchar) returns boolean language sql begin atomic select v in ('a','b'); end;
    create function ret(v varchar default 'x', w varchar[] default array['a','b'], y text[] default array['a'::varchar])
            returns boolean language sql return v in ('a','b') and w <> y::varchar[];
    create procedure ap() begin atomic insert into parts values ('a', 1); update parts set k = 2 where r in ('a','b');
            end;
    create table typed_d (e email default 'a', f shorts default 'b' check (f in ('x','y')));
    create type comp as (a int, b varchar);
    create table uc (c comp check ((c).b in ('a','b')), d comp[] default '{}', e comp default row(1,'a'));
    create table rng (r int4range default '[1,2)', mr int4multirange, during tsrange check (lower(during) in
            ('2020-01-01','2021-01-01')));

)";

// Restored by PostgreSQL's own tools, which write every expression anew.
void restore_into(const test_database& from, const test_database& to)
{
    const auto command = "pg_dump -d \"" + from.conninfo() + "\" | psql -q -X -v ON_ERROR_STOP=1 -o /dev/null -d \"" +
                         to.conninfo() + "\"";
    ASSERT_EQ(std::system(command.c_str()), 0) << command; // NOLINT(concurrency-mt-unsafe)
}

TEST(CatalogDifferences, ARestoredDatabaseIsTheSameInTextAndMeaning)
{
    const auto one = test_database::empty(), two = test_database::empty(), three = test_database::empty();
    for (const auto* part : {typed_tables, indexes_and_rules, views_and_functions})
        one.execute(part);
    restore_into(one, two);
    EXPECT_THAT(sentences(one, two), IsEmpty());
    EXPECT_EQ(described(one).text(), described(two).text());
    EXPECT_EQ(described(one).fingerprint(), described(two).fingerprint());
    restore_into(two, three);
    EXPECT_THAT(sentences(one, three), IsEmpty());
}

TEST(CatalogDifferences, AConstraintWrittenAnewByHandIsTheSameAndAnotherValueIsNot)
{
    const auto one = test_database::empty(), two = test_database::empty();
    one.execute("create table t (v varchar constraint known check (v in ('a', 'b')))");
    two.execute("create table t (v varchar constraint known check (v = any (array['a', 'b'])))");
    EXPECT_THAT(sentences(one, two), IsEmpty());
    two.execute("alter table t drop constraint known; alter table t add constraint known check (v in ('a', 'B'))");
    EXPECT_THAT(sentences(one, two),
                ElementsAre("constraint known of public.t is \"CHECK (((v)::text = ANY (ARRAY['a'::text, 'B'::text])))"
                            "\", expected \"CHECK (((v)::text = ANY (ARRAY['a'::text, 'b'::text])))\""));
}

} // namespace
} // namespace lightdash::migrate
