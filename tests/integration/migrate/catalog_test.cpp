// The description of a schema: complete, in one order, and the same for the same schema.
#include "integration/migrate/catalog_reading.hpp"
#include "lightdash/migrate/catalog_difference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace lightdash::migrate {
namespace {

using lightdash::testing::test_database;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// One of each kind. Each line can stand anywhere behind what it needs.
constexpr const char* types = R"(
    create schema reports;
    create type public.mood as enum ('sad', 'it''s ok', 'happy');
    create domain public.positive as integer default 1 not null constraint above_zero check (value > 0);
    create type public.point3 as (x integer, y integer, z numeric(5,2));
    create type public.spans as range (subtype = date);
)";
constexpr const char* sequences = "create sequence reports.numbers as integer start 5 increment 2 cycle;";
constexpr const char* functions = R"(
    create function public.twice(n integer) returns integer language sql immutable as $$
        select n * 2
    $$;
    create procedure public.nothing() language sql as 'select 1';
    create aggregate public.total(integer) (sfunc = int4pl, stype = integer, initcond = '0');
    create function public.on_change() returns event_trigger language plpgsql as 'begin end';
    create function public.touch() returns trigger language plpgsql as 'begin return new; end';
)";
constexpr const char* accounts = R"(
    create table public.accounts (
        id bigint generated always as identity (start 100) primary key,
        dropped_1 text,
        email varchar(80) collate "C" not null unique,
        mood public.mood default 'happy',
        "Odd Name" timestamp default '2026-01-02',
        doubled integer generated always as (public.twice(3)) stored,
        constraint email_lower check (email = lower(email))
    );
    alter table public.accounts drop column dropped_1;
    alter table public.accounts add constraint id_positive check (id > 0) not valid;
    comment on table public.accounts is 'who may log in';
    comment on column public.accounts.email is 'lower case';
    create index accounts_mood on public.accounts (mood) where mood is not null;
    create trigger touch before update on public.accounts for each row execute function public.touch();
    create trigger resting before insert on public.accounts for each row execute function public.touch();
    alter table public.accounts disable trigger resting;
    alter table public.accounts enable row level security;
    create policy own on public.accounts for select to public using (id > 0);
    create rule quiet as on delete to public.accounts do instead nothing;
    create statistics public.related on email, mood from public.accounts;
    grant select, insert on public.accounts to pg_monitor;
    grant update (email) on public.accounts to public;
    revoke execute on function public.touch() from public;
)";
constexpr const char* events = R"(
    create unlogged table reports.events (account bigint not null, at timestamptz not null, id serial) with (fillfactor = 70);
    alter table reports.events add constraint events_account_fkey foreign key (account) references public.accounts (id)
        on delete cascade deferrable initially deferred;
    create table reports.parts (day date not null) partition by range (day);
    create table reports.parts_2026 partition of reports.parts for values from ('2026-01-01') to ('2027-01-01');
)";
constexpr const char* views = R"(
    create view public.moods as select email, mood from public.accounts;
    create materialized view reports.counts as select count(*) as n from public.accounts with no data;
    create unique index counts_n on reports.counts (n);
)";
constexpr const char* remote = R"(
    create foreign data wrapper files;
    create server elsewhere type 'csv' version '2' foreign data wrapper files options (path '/srv');
    create foreign table reports.lines (line text not null, number integer) server elsewhere options (file 'a.csv');
    create event trigger no_drops on ddl_command_end when tag in ('DROP TABLE', 'DROP VIEW')
        execute function public.on_change();
    alter event trigger no_drops disable;
)";

constexpr const char* everything = R"(
schema public
schema reports

enum public.mood 'sad', 'it''s ok', 'happy'
composite type public.point3 x integer, y integer, z numeric(5,2)
domain public.positive integer default 1 not null
  domain constraint above_zero CHECK ((VALUE > 0))

range type public.spans of date

sequence reports.events_id_seq integer start 1 increment 1 min 1 max 2147483647 cache 1 unlogged owned by reports.events.id
sequence reports.numbers integer start 5 increment 2 min 1 max 2147483647 cache 1 cycle

procedure public.nothing() CREATE OR REPLACE PROCEDURE public.nothing()
  |  LANGUAGE sql
  | AS $procedure$select 1$procedure$

function public.on_change() CREATE OR REPLACE FUNCTION public.on_change()
  |  RETURNS event_trigger
  |  LANGUAGE plpgsql
  | AS $function$begin end$function$

aggregate public.total(integer) sfunc = int4pl, stype = integer, initcond = '0'
function public.touch() CREATE OR REPLACE FUNCTION public.touch()
  |  RETURNS trigger
  |  LANGUAGE plpgsql
  | AS $function$begin return new; end$function$

function public.twice(n integer) CREATE OR REPLACE FUNCTION public.twice(n integer)
  |  RETURNS integer
  |  LANGUAGE sql
  |  IMMUTABLE
  | AS $function$
  |         select n * 2
  |     $function$

foreign data wrapper files

foreign server elsewhere of files type 'csv' version '2' options (path=/srv)

table public.accounts row level security
  column id bigint not null generated always as identity (start 100 increment 1 min 1 max 9223372036854775807 cache 1)
  column email character varying(80) collate "C" not null
  column mood public.mood default 'happy'::public.mood
  column "Odd Name" timestamp without time zone default '2026-01-02 00:00:00'::timestamp without time zone
  column doubled integer generated always as (public.twice(3)) stored
  constraint accounts_email_key UNIQUE (email)
  constraint accounts_pkey PRIMARY KEY (id)
  constraint email_lower CHECK (((email)::text = lower((email)::text)))
  constraint id_positive CHECK ((id > 0)) NOT VALID
  index accounts_mood CREATE INDEX accounts_mood ON public.accounts USING btree (mood) WHERE (mood IS NOT NULL)
  trigger resting CREATE TRIGGER resting BEFORE INSERT ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.touch() (disabled)
  trigger touch CREATE TRIGGER touch BEFORE UPDATE ON public.accounts FOR EACH ROW EXECUTE FUNCTION public.touch()
  rule quiet CREATE RULE quiet AS
    |     ON DELETE TO public.accounts DO INSTEAD NOTHING;
  policy own permissive for select to public using ((id > 0))

view public.moods as SELECT accounts.email,
  |     accounts.mood
  |    FROM public.accounts;
  column email character varying(80) collate "C"
  column mood public.mood

materialized view reports.counts as SELECT count(*) AS n
  |    FROM public.accounts; (not populated)
  column n bigint
  index counts_n CREATE UNIQUE INDEX counts_n ON reports.counts USING btree (n)

table reports.events unlogged, with (fillfactor=70)
  column account bigint not null
  column at timestamp with time zone not null
  column id integer not null default nextval('reports.events_id_seq'::regclass)
  constraint events_account_fkey FOREIGN KEY (account) REFERENCES public.accounts(id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED

foreign table reports.lines server elsewhere options (file=a.csv)
  column line text not null
  column number integer

table reports.parts partition by RANGE (day)
  column day date not null

table reports.parts_2026 partition of reports.parts FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')
  column day date not null

statistics public.related CREATE STATISTICS public.related ON email, mood FROM public.accounts

event trigger no_drops on ddl_command_end when tag in (DROP TABLE, DROP VIEW) execute public.on_change() disabled

comment on table column public.accounts.email 'lower case'
comment on table public.accounts 'who may log in'

grants on function public.touch() the owner alone
grants on table column public.accounts.email PUBLIC: UPDATE
grants on table public.accounts pg_monitor: INSERT, SELECT
)";

class CatalogTest : public ::testing::Test {
protected:
    static test_database built(const std::vector<const char*>& steps)
    {
        auto db = test_database::empty();
        for (const auto* step : steps)
            db.execute(step);
        return db;
    }
    static void SetUpTestSuite()
    {
        once.emplace(built({types, sequences, functions, accounts, events, views, remote}));
    }
    static void TearDownTestSuite() { once.reset(); }
    static const test_database& planted() { return *once; }
    static inline std::optional<test_database> once;

    // What every database's text begins with.
    static std::string head(const test_database& db)
    {
        return db.value("select format(E'database encoding %s\\ndatabase locale libc collate %s ctype %s\\n"
                        "database owner %I\\n', pg_encoding_to_char(encoding), datcollate, datctype, "
                        "pg_get_userbyid(datdba)) from pg_database where datname = current_database()");
    }

    static std::vector<std::string> sentences(const std::vector<catalog_difference>& differences)
    {
        std::vector<std::string> made;
        for (const auto& one : differences)
            made.push_back(one.sentence);
        return made;
    }
};

TEST_F(CatalogTest, AnEmptyDatabaseHasOnlyItselfAndItsSchema)
{
    const auto db = test_database::empty();
    EXPECT_EQ(described(db).text(), head(db) + "\nschema public\n");
}

TEST_F(CatalogTest, EveryKindOfObjectIsDescribed)
{
    EXPECT_EQ(described(planted()).text(), head(planted()) + everything);
}

TEST_F(CatalogTest, TheOrderOfBuildingDoesNotShow)
{
    const auto other =
        built({functions, types, "create table public.spare (); create sequence public.spare_numbers;", accounts,
               sequences, views, events, remote, "drop table public.spare; drop sequence public.spare_numbers"});
    const auto one = described(planted()), two = described(other);
    EXPECT_EQ(one.text(), two.text());
    EXPECT_EQ(one, two);
    EXPECT_EQ(one.fingerprint(), two.fingerprint());
    EXPECT_THAT(compare(one, two), IsEmpty());
}

TEST_F(CatalogTest, AnotherOrderOfColumnsIsADifferenceOfItsOwn)
{
    const auto one = built({"create table t (a integer, b integer)"});
    const auto two = built({"create table t (b integer, a integer)"});
    const auto found = compare(described(one), described(two));
    ASSERT_THAT(sentences(found), ElementsAre("the columns of public.t stand in the order b, a, expected a, b"));
    EXPECT_EQ(found[0].kind, difference_kind::column_order);
}

TEST_F(CatalogTest, EachDifferenceIsASentence)
{
    const auto before = described(planted());
    auto changed = built({types, sequences, functions, accounts, events, views, remote});
    changed.execute(R"(
        drop table reports.parts;
        alter table accounts alter column email drop not null;
        drop index accounts_mood;
        create index by_hand on accounts (doubled);
        alter table accounts validate constraint id_positive;
        create or replace function twice(n integer) returns integer language sql immutable as $$
        select n + n
    $$;
        alter type mood add value 'angry';
        comment on table accounts is null;
        create table extra (id integer primary key);
        grant delete on accounts to pg_monitor;
        drop event trigger no_drops;
        alter server elsewhere options (set path '/mnt');
        alter foreign table reports.lines options (set file 'b.csv');
    )");
    EXPECT_THAT(
        sentences(compare(before, described(changed))),
        ElementsAre(
            R"x(enum public.mood is "'sad', 'it''s ok', 'happy', 'angry'", expected "'sad', 'it''s ok', 'happy'")x",
            R"x(function public.twice(n integer) differs in line 6 of its definition: "        select n + n", expected "        select n * 2")x",
            "foreign server elsewhere is \"of files type 'csv' version '2' options (path=/mnt)\", expected \"of files "
            "type 'csv' version '2' options (path=/srv)\"",
            R"x(column email of public.accounts is "character varying(80) collate "C"", expected "character varying(80) collate "C" not null")x",
            R"x(constraint id_positive of public.accounts is "CHECK ((id > 0))", expected "CHECK ((id > 0)) NOT VALID")x",
            "index accounts_mood of public.accounts is missing: CREATE INDEX accounts_mood ON public.accounts USING "
            "btree (mood) WHERE (mood IS NOT NULL)",
            "foreign table reports.lines is \"server elsewhere options (file=b.csv)\", expected \"server elsewhere "
            "options (file=a.csv)\"",
            "table reports.parts is missing: partition by RANGE (day)",
            "table reports.parts_2026 is missing: partition of reports.parts FOR VALUES FROM ('2026-01-01') TO "
            "('2027-01-01')",
            "event trigger no_drops is missing: on ddl_command_end when tag in (DROP TABLE, DROP VIEW) execute "
            "public.on_change() disabled",
            "comment on table public.accounts is missing: 'who may log in'",
            R"x(grants on table public.accounts is "pg_monitor: DELETE, INSERT, SELECT", expected "pg_monitor: INSERT, SELECT")x",
            "index by_hand of public.accounts is not expected: CREATE INDEX by_hand ON public.accounts USING btree "
            "(doubled)",
            "table public.extra is not expected"));
}

TEST_F(CatalogTest, ExtensionsAndTheMigrationsOwnTablesAreLeftOut)
{
    const auto db = built(
        {"create extension \"uuid-ossp\"; create extension btree_gist;"
         "create table lightdash_migrations (id bigint generated always as identity primary key, name text unique);"
         "comment on table lightdash_migrations is 'history';"
         "create index on lightdash_migrations (name); create table lightdash_migrations_lock (id integer);"
         "create temporary table passing (id integer)"});
    EXPECT_THAT(described(db).without_database().text(),
                ::testing::MatchesRegex("schema public\n\n"
                                        "extension \"uuid-ossp\" version [0-9.]+ in schema public\n"
                                        "extension btree_gist version [0-9.]+ in schema public\n\n"
                                        "comment on extension \"uuid-ossp\" '[^\n]*'\n"
                                        "comment on extension btree_gist '[^\n]*'\n"));
}

TEST_F(CatalogTest, ReadingPutsTheTransactionsSettingsBack)
{
    static const pg::statement show{"test.show",
                                    "select current_setting('search_path') || ', ' || current_setting('DateStyle')"};
    migrating on{planted()};
    const auto read = [&on]() -> task<std::pair<std::string, std::string>> {
        auto tx = co_await on.database.begin({}, deadline::after(20s));
        const auto before = co_await tx.one<std::string>(show);
        co_await catalog::read(tx);
        const auto after = co_await tx.one<std::string>(show);
        co_return std::pair{before, after};
    };
    const auto [before, after] = on.run(read());
    EXPECT_EQ(before, after);
}

TEST_F(CatalogTest, TheNumberOfStatementsDoesNotGrowWithTheSchema)
{
    const auto statements = [](const test_database& db) {
        migrating on{db};
        const auto read = [&on]() -> task<std::uint32_t> {
            auto tx = co_await on.database.begin({}, deadline::after(20s));
            co_await catalog::read(tx);
            co_return tx.usage().statements;
        };
        return on.run(read());
    };
    EXPECT_EQ(statements(planted()), statements(test_database::empty()));
}

} // namespace
} // namespace lightdash::migrate
