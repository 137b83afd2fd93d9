// Sizes, indexes and descriptions of planted tables, with names that need quotes.
#include "integration/ops/inspecting.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/ops/inspect/describe.hpp"
#include "lightdash/ops/inspect/health.hpp"
#include "lightdash/ops/inspect/indexes.hpp"
#include "lightdash/ops/inspect/sizes.hpp"
#include "support/busy_session.hpp"

#include <algorithm>

namespace lightdash::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class InspectTables : public inspecting {
protected:
    std::vector<table_size> sizes(bool all = false)
    {
        return look([=](pg::session& on) { return read_sizes(on, all); });
    }
    index_report indexes()
    {
        return look([](pg::session& on) { return read_indexes(on); });
    }
    table_description describe(const std::string& name)
    {
        return look([&](pg::session& on) { return describe_table(on, name); });
    }
    // Scans the index once, so that it is in use.
    void use(const std::string& sql) { db.execute("set enable_seqscan = off; set enable_bitmapscan = off; " + sql); }
};

template <class Row>
std::vector<std::string> names(const std::vector<Row>& rows)
{
    std::vector<std::string> made;
    for (const auto& row : rows)
        made.push_back(row.name);
    return made;
}

TEST_F(InspectTables, SizesAreThoseOfPostgresWhateverTheName)
{
    db.execute(
        "create schema \"Odd \"\"schema\"; create table \"Odd \"\"schema\".\"My.Table\" (id int primary key, v text);"
        "insert into \"Odd \"\"schema\".\"My.Table\" select i, (select string_agg(md5((i * j)::text), '') from "
        "generate_series(1, 100) j) from generate_series(1, 500) "
        "i;"
        "delete from \"Odd \"\"schema\".\"My.Table\" where id > 400;"
        "create table small (n int)");
    db.execute("analyze \"Odd \"\"schema\".\"My.Table\"");
    const auto rows = sizes();
    ASSERT_EQ(rows.size(), 2u);
    const auto& large = rows[0];
    EXPECT_EQ(large.schema, "Odd \"schema");
    EXPECT_EQ(large.name, "My.Table");
    const std::string table = "'\"Odd \"\"schema\".\"My.Table\"'::regclass";
    EXPECT_EQ(std::to_string(large.total_bytes), db.value("select pg_total_relation_size(" + table + ")"));
    EXPECT_EQ(std::to_string(large.index_bytes), db.value("select pg_indexes_size(" + table + ")"));
    EXPECT_EQ(std::to_string(large.table_bytes + large.toast_bytes), db.value("select pg_table_size(" + table + ")"));
    EXPECT_GT(large.toast_bytes, 8192);
    EXPECT_EQ(large.total_bytes, large.table_bytes + large.toast_bytes + large.index_bytes);
    EXPECT_EQ(large.rows, 400);
    EXPECT_GT(sizes(true).size(), 60u);
}

TEST_F(InspectTables, PlantedUnusedDuplicateInvalidAndMissingIndexesAreFoundAndNothingElse)
{
    db.execute(R"(
        create table organizations (id int primary key, name text unique);
        create table users (id int primary key, email text unique, age int, city text, ref int,
                            organization_id int references organizations,
                            "Second Org" int references organizations);
        insert into organizations select i, i::text from generate_series(1, 10) i;
        insert into users select i, 'u' || i, i % 2, 'c', i, 1, 1 from generate_series(1, 1000) i;
        create index idx_users_email on users (email);
        create index users_age on users (age);
        create index users_city on users (city);
        create index users_city_age on users (city, age);
        create index users_organization on users (organization_id);
        create index users_lower on users (lower(city));
        create index "Never Used" on users (ref) where age = 1;
        analyze)");
    // A unique index that fails half way stays behind, invalid.
    EXPECT_THROW(db.execute("create unique index concurrently broken on users (age)"), std::runtime_error);
    use("select * from users where email = 'u5'");
    use("select * from users where age = 5");
    use("select * from users where city = 'c' and age = 1");
    use("select * from users where city = 'x'");
    use("select * from users where lower(city) = 'x'");
    use("select * from users where email like 'x' or email = 'u5'");

    const auto scans = [&](const std::string& name) {
        return db.value("select idx_scan from pg_stat_user_indexes where indexrelname = '" + name + "'");
    };
    for (int i = 0; i < 200 && (scans("users_lower") == "0" || scans("users_age") == "0"); ++i)
        std::this_thread::sleep_for(10ms);
    // Which of two equal indexes is scanned is the planner's affair.
    if (scans("idx_users_email") == "0")
        db.execute("begin; alter table users drop constraint users_email_key; set local enable_seqscan = off; "
                   "select * from users where email = 'u5'; rollback");
    if (scans("users_city") == "0")
        db.execute(
            "begin; drop index users_city_age; set local enable_seqscan = off; set local enable_bitmapscan = off; "
            "select * from users where city = 'x'; rollback");
    for (int i = 0; i < 200 && (scans("idx_users_email") == "0" || scans("users_city") == "0"); ++i)
        std::this_thread::sleep_for(10ms);

    const auto report = indexes();
    EXPECT_THAT(names(report.unused), ElementsAre("Never Used"));
    EXPECT_EQ(report.unused[0].mend, "DROP INDEX CONCURRENTLY \"public\".\"Never Used\";");
    ASSERT_EQ(report.duplicate.size(), 2u);
    EXPECT_EQ(report.duplicate[0].name, "idx_users_email");
    EXPECT_EQ(report.duplicate[0].covered_by, "users_email_key");
    EXPECT_FALSE(report.duplicate[0].prefix);
    EXPECT_EQ(report.duplicate[1].name, "users_city");
    EXPECT_EQ(report.duplicate[1].covered_by, "users_city_age");
    EXPECT_TRUE(report.duplicate[1].prefix);
    EXPECT_THAT(names(report.invalid), ElementsAre("broken"));
    EXPECT_EQ(report.invalid[0].mend, "REINDEX INDEX CONCURRENTLY \"public\".\"broken\";");
    ASSERT_EQ(report.missing_foreign_key.size(), 1u);
    const auto& missing = report.missing_foreign_key[0];
    EXPECT_EQ(missing.foreign_key, "users_Second Org_fkey");
    EXPECT_EQ(missing.referenced, "public.organizations");
    EXPECT_EQ(missing.mend, "CREATE INDEX CONCURRENTLY ON \"public\".\"users\" (\"Second Org\");");
    EXPECT_EQ(report.foreign_keys, 2);

    // What it says mends it.
    for (const auto& mend : {report.unused[0].mend, report.duplicate[0].mend, report.duplicate[1].mend, missing.mend})
        db.execute(mend);
    EXPECT_THROW(db.execute(report.invalid[0].mend), std::runtime_error); // its rows are not unique
    const auto mended = indexes();
    EXPECT_THAT(mended.duplicate, IsEmpty());
    EXPECT_THAT(mended.missing_foreign_key, IsEmpty());
}

TEST_F(InspectTables, KeysThatRefuseOtherRowsOrLaterAreNoDuplicates)
{
    db.execute(R"(
        create table t (a int, b int, c int);
        create unique index t_a on t (a);
        create unique index t_a_strict on t (a) nulls not distinct;
        create unique index t_b on t (b);
        alter table t add constraint t_b_later unique (b) deferrable initially deferred;
        create unique index t_c on t (c);
        create table u (c int references t (c));
        create index u_c on u (c);
        alter table t add constraint t_c_key unique (c);
        insert into t values (1, 1, 1))");
    EXPECT_THAT(indexes().duplicate, IsEmpty());
}

TEST_F(InspectTables, APartitionedIndexIsUsedWhenAPartitionsIsAndItsStatementsCanBeRun)
{
    db.execute(R"(
        create table days (day int, kind int, note text) partition by range (day);
        create table days_1 partition of days for values from (0) to (1000);
        create table days_2 partition of days for values from (1000) to (2000);
        create index days_day on days (day);
        create index days_kind on days (kind);
        insert into days select i, i % 7 from generate_series(0, 1999) i;
        create table kinds (kind int primary key);
        insert into kinds values (1);
        create table marks (id int, kind int references kinds) partition by range (id);
        create table marks_1 partition of marks for values from (0) to (1000);
        insert into marks values (1, 1);
        analyze)");
    use("select * from days where day = 5");
    const auto scanned = [&] {
        return db.value("select idx_scan from pg_stat_user_indexes where indexrelname = 'days_1_day_idx'") != "0";
    };
    for (int i = 0; i < 1000 && !scanned(); ++i)
        std::this_thread::sleep_for(10ms);
    const auto report = indexes();
    EXPECT_THAT(names(report.unused), ElementsAre("days_kind"));
    EXPECT_EQ(std::to_string(report.unused.at(0).bytes),
              db.value("select sum(pg_relation_size(relid)) from pg_partition_tree('days_kind')"));
    db.execute(report.unused.at(0).mend);
    ASSERT_EQ(report.missing_foreign_key.size(), 1U);
    db.execute(report.missing_foreign_key[0].mend);
    EXPECT_THAT(indexes().missing_foreign_key, IsEmpty());
}

TEST_F(InspectTables, TheProgramsOwnSchemaIsClean)
{
    const auto own = testing::test_database::migrated();
    testing::test_pool on{own.connection()};
    const auto report = look_with(on, [](pg::session& session) { return read_indexes(session); });
    EXPECT_THAT(report.invalid, IsEmpty());
    EXPECT_THAT(names(report.duplicate), IsEmpty());
    EXPECT_THAT(names(report.unused), IsEmpty());
    std::string missing;
    for (const auto& one : report.missing_foreign_key)
        missing += one.table_name + "(" + one.columns.at(0) + ") ";
    EXPECT_EQ(missing, "");
}

TEST_F(InspectTables, APartitionedTableIsDescribedWithWhatItsPartitionsHold)
{
    db.execute(R"(
        create table days (day int primary key, note text) partition by range (day);
        create table days_1 partition of days for values from (0) to (1000);
        create table days_2 partition of days for values from (1000) to (2000) partition by range (day);
        create table days_2a partition of days_2 default;
        insert into days select i, 'x' from generate_series(0, 1999) i;
        create table base (id int); create table child (more int) inherits (base);
        create foreign data wrapper elsewhere; create server far foreign data wrapper elsewhere;
        create foreign table lines (line text) server far)");
    db.execute("analyze");
    const auto whole = describe("days");
    EXPECT_EQ(whole.table.rows, 2000);
    EXPECT_EQ(whole.table.parts, 2);
    EXPECT_EQ(std::to_string(whole.table.total_bytes),
              db.value("select sum(pg_total_relation_size(relid)) from pg_partition_tree('days')"));
    ASSERT_EQ(whole.indexes.size(), 1u);
    EXPECT_EQ(std::to_string(whole.indexes[0].bytes),
              db.value("select sum(pg_relation_size(relid)) from pg_partition_tree('days_pkey')"));
    EXPECT_EQ(describe("days_1").table.part_of, "partition of public.days FOR VALUES FROM (0) TO (1000)");
    EXPECT_EQ(describe("days_2").table.rows, 1000);
    EXPECT_EQ(describe("child").table.part_of, "inherits public.base");
    EXPECT_EQ(describe("base").table.parts, 1);
    EXPECT_EQ(describe("lines").table.server, "far");
}

TEST_F(InspectTables, WhatIsLockedAgainstReadersHoldsNothingUp)
{
    db.execute("create table busy (id int primary key, v text); create table parts (n int) partition by range (n);"
               "create table part_1 partition of parts for values from (0) to (9); create index parts_n on parts (n);"
               "insert into busy select i, 'x' from generate_series(1, 5000) i; insert into parts values (1)");
    db.execute("vacuum analyze");
    testing::busy_session holder{db.conninfo(), "begin; lock table busy, parts"};
    const auto report = indexes();
    EXPECT_EQ(report.indexes, 0);
    EXPECT_THAT(report.locked, ElementsAre("public.busy", "public.part_1", "public.parts"));
    ASSERT_EQ(sizes().size(), 2u);
    EXPECT_GT(sizes().at(0).table_bytes, 0);
    look([](pg::session& on) { return read_health(on); });
}

TEST_F(InspectTables, AThousandIndexesAreLookedAtInTime)
{
    db.execute("do $$ begin for i in 1 .. 1000 loop execute format('create table t%s (id int primary key)', i); end "
               "loop; end $$");
    EXPECT_EQ(indexes().indexes, 1000);
}

TEST_F(InspectTables, ATableIsDescribedWhole)
{
    db.execute(R"(
        create table organizations (id int primary key);
        create table "User List" (
            id bigint generated always as identity primary key,
            email text not null default 'none' check (email <> ''),
            twice int generated always as (2) stored,
            organization int references organizations on delete cascade,
            boss bigint references "User List");
        create table notes (author bigint references "User List" (id));
        comment on table "User List" is 'people';
        comment on column "User List".email is 'lower case';
        create unique index "by Email" on "User List" (lower(email));
        create function nothing() returns trigger language plpgsql as 'begin return new; end';
        create trigger touch before update on "User List" for each row execute function nothing();
        create policy mine on "User List" for select using (email = current_user))");
    for (const auto* name : {"User List", "\"User List\"", "public.User List", "public.\"User List\""}) {
        const auto made = describe(name);
        EXPECT_EQ(made.table.name, "User List");
        EXPECT_EQ(made.table.comment, "people");
    }
    const auto made = describe("User List");
    EXPECT_EQ(made.table.kind, "table");
    EXPECT_EQ(made.table.owner, "postgres");
    EXPECT_THAT(names(made.columns), ElementsAre("id", "email", "twice", "organization", "boss"));
    EXPECT_EQ(made.columns[0].type, "bigint");
    EXPECT_EQ(made.columns[0].fallback, "generated always as identity");
    EXPECT_FALSE(made.columns[1].nullable);
    EXPECT_EQ(made.columns[1].fallback, "'none'::text");
    EXPECT_EQ(made.columns[1].comment, "lower case");
    EXPECT_EQ(made.columns[2].fallback, "generated always as (2) stored");
    EXPECT_THAT(names(made.indexes), ElementsAre("User List_pkey", "by Email"));
    EXPECT_THAT(names(made.references), ElementsAre("User List_boss_fkey", "User List_organization_fkey"));
    EXPECT_THAT(made.references[1].definition, HasSubstr("ON DELETE CASCADE"));
    EXPECT_THAT(names(made.referenced_by), ElementsAre("User List_boss_fkey", "notes_author_fkey"));
    EXPECT_EQ(made.referenced_by[1].table_name, "public.notes");
    EXPECT_THAT(names(made.checks), ElementsAre("User List_email_check"));
    EXPECT_THAT(names(made.triggers), ElementsAre("touch"));
    EXPECT_EQ(made.policies.at(0).definition, "for select using (email = CURRENT_USER)");
}

TEST_F(InspectTables, AnUnknownTableNamesThoseNearAndAnAmbiguousOneItsCandidates)
{
    db.execute("create table dashboards (n int); create schema a; create schema b; create table a.t (n int);"
               "create table b.t (n int)");
    const auto message = [&](const std::string& name) {
        try {
            describe(name);
        } catch (const error& failure) {
            return failure.message();
        }
        return std::string{"found"};
    };
    EXPECT_EQ(message("dashbords"), "There is no table or view 'dashbords' in this database; did you mean dashboards?");
    EXPECT_EQ(message("T"), "'T' may be any of a.t, b.t: name its schema too.");
    EXPECT_EQ(describe("b.t").table.schema, "b");
    EXPECT_EQ(describe("DASHBOARDS").table.name, "dashboards");
    EXPECT_THAT(message("x\"y.z"), HasSubstr("There is no table"));
}

} // namespace
} // namespace lightdash::ops
