// What the schema builder writes is PostgreSQL's language, and does what its verb says.
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>

namespace lightdash::testing {
namespace {

using namespace sql;

class schema_run : public ::testing::Test {
public:
    static void SetUpTestSuite() { db.emplace(test_database::empty()); }
    static void TearDownTestSuite() { db.reset(); }

    static inline std::optional<test_database> db;

protected:
    schema_run() : session_(db->plain()) { session_.execute("begin"); } // its end rolls back

    void run(const schema_builder& schema)
    {
        for (const auto& statement : compile(schema))
            ASSERT_NO_THROW(session_.execute(statement.text)) << statement.text;
    }
    void create(const schema_builder::description& describe)
    {
        schema_builder schema;
        schema.create_table("things", describe);
        run(schema);
    }
    void alter(const schema_builder::description& describe)
    {
        schema_builder schema;
        schema.alter_table("things", describe);
        run(schema);
    }
    // Inside a savepoint, so that the session goes on.
    bool takes(const std::string& sql)
    {
        session_.execute("savepoint here");
        try {
            session_.execute(sql);
            return true;
        } catch (const std::runtime_error&) {
            session_.execute("rollback to here");
            return false;
        }
    }

    plain_connection session_;
};

TEST_F(schema_run, TakesEveryType)
{
    create([](table& t) {
        t.increments();
        t.big_serial("b");
        t.small_integer("c");
        t.decimal("d", 5);
        t.real("e");
        t.double_precision("f");
        t.string("g", 5).array();
        t.character("h", 2);
        t.boolean("i").default_to(true);
        t.binary("j");
        t.bit("k");
        t.bit_varying("l", 8);
        t.date("m");
        t.time("n", 3);
        t.timetz("o");
        t.timestamp("p", 0);
        t.interval("q");
        t.json("r").default_to(nullptr);
        t.jsonb("s").default_to(true);
        t.inet("t");
        t.cidr("u");
        t.macaddr("v");
        t.xml("w");
        t.tsvector("x");
        t.point("y");
        t.enumeration("z", "mood", {"good", "it's bad"}).default_to("it's bad");
        t.of_type("aa", "mood");
        t.big_integer("ab").identity(identity_kind::always, {.increment = 2, .start = 10});
        t.integer("ac").generated_as(raw("id * 2"));
        t.text("ad").collate("C").default_to("c:\\temp");
        t.double_precision("ae").default_to(-1.5);
        t.timestamps({});
    });
    session_.execute("insert into things default values");
    EXPECT_EQ(session_.value("select concat_ws('|', id, i, s, z, ab, ac, ad, ae) from things"),
              "1|t|true|it's bad|10|2|c:\\temp|-1.5");
}

TEST_F(schema_run, ChecksWhatItSays)
{
    create([](table& t) {
        t.integer("a").check_between({{0, 5}, {10, 15}});
        t.text("b").check_length(">=", 3).check_regex("^it's");
        t.integer("c").check_in({1, 2, nullptr}).check_positive();
        t.enumeration("d", {"it's", "no"});
    });
    EXPECT_TRUE(takes("insert into things values (12, 'it''s', 1, 'it''s')"));
    EXPECT_FALSE(takes("insert into things (a) values (7)"));
    EXPECT_FALSE(takes("insert into things (b) values ('it')"));
    EXPECT_FALSE(takes("insert into things (b) values ('long')"));
    EXPECT_FALSE(takes("insert into things (c) values (-1)"));
    EXPECT_FALSE(takes("insert into things (d) values ('its')"));
}

TEST_F(schema_run, CanBeRepeatedWhenItMayBeThereAlready)
{
    schema_builder schema;
    schema.create_table_if_not_exists("things", [](table& t) {
        t.integer("id").primary();
        t.integer("part_of").references("things.id").unique().index();
        t.comment("kept");
    });
    schema.alter_table("things", [](table& t) {
        t.integer("other").if_not_exists().references("things.id").unique().index().comment("kept too");
    });
    schema.create_view("v", raw("select 1 as one"));
    schema.drop_view("v", {.if_exists = true});
    schema.drop_view("v", {.if_exists = true});
    schema.create_extension("pg_trgm", {.if_not_exists = true});
    run(schema);
    schema_builder again;
    again.create_table_if_not_exists("things", [](table& t) {
        t.integer("id").primary();
        t.integer("part_of").references("things.id").unique().index();
        t.comment("kept");
    });
    again.alter_table("things", [](table& t) {
        t.integer("other").if_not_exists().references("things.id").unique().index().comment("kept too");
    });
    run(again);
    EXPECT_EQ(session_.value("select count(*) from pg_constraint where conrelid = 'things'::regclass"), "5");
    EXPECT_EQ(session_.value("select count(*) from pg_indexes where tablename = 'things'"), "5");
}

TEST_F(schema_run, DividesATable)
{
    schema_builder schema;
    schema.create_table("events", [](table& t) {
        t.integer("n").not_null();
        t.partition_by(partition_method::range, {"n"});
    });
    schema.create_table("low", [](table& t) {
        t.partition_of("events", partition_bounds::range({raw("minvalue")}, {10}));
        t.partition_by(partition_method::hash, raw("(n + 1)"));
    });
    schema.create_table("low_0", [](table& t) { t.partition_of("low", partition_bounds::hash(1, 0)); });
    schema.create_table("others", [](table& t) { t.partition_of("events", partition_bounds::rest()); });
    schema.create_table_like("high", "events");
    schema.alter_table("events",
                       [](table& t) { t.attach_partition("high", partition_bounds::range({10}, {raw("maxvalue")})); });
    run(schema);
    session_.execute("insert into events values (1), (10)");
    EXPECT_EQ(session_.value("select string_agg(tableoid::regclass::text, ',' order by n) from events"), "low_0,high");
}

TEST_F(schema_run, KeepsWhatExcludesOneAnother)
{
    create([](table& t) {
        t.column("during", "int4range");
        t.boolean("cancelled").not_null().default_to(false);
        t.exclude({{index_column("during").op_class("range_ops"), "&&"}}, "no_overlap").where(raw("not cancelled"));
    });
    EXPECT_TRUE(takes("insert into things values ('[1,3)')"));
    EXPECT_TRUE(takes("insert into things values ('[2,4)', true)"));
    EXPECT_FALSE(takes("insert into things values ('[2,4)')"));
}

TEST_F(schema_run, IndexesInEveryWay)
{
    create([](table& t) {
        t.text("a");
        t.text("b");
        t.jsonb("c");
        t.index({index_column("a").desc().nulls_last(), index_column("b").asc().nulls_first()}, "ordered");
        t.index(index_column("a").collate("C").op_class("text_pattern_ops"), "prefix");
        t.index({raw("lower(a)"), index_column(raw("a || b")).desc()}, "computed");
        t.index("c").using_method("gin").with("fastupdate", false);
        t.unique_index("b").if_not_exists().nulls_not_distinct().include("a").where(raw("a is null"));
        t.unique("a", "once").nulls_not_distinct().include("b").deferrable(deferral::deferred);
    });
    EXPECT_TRUE(takes("insert into things values (null, 'b')"));
    EXPECT_FALSE(takes("insert into things values (null, 'b')"));
}

TEST_F(schema_run, ChangesOnePropertyAndKeepsTheOthers)
{
    create([](table& t) {
        t.integer("n").not_null().default_to(5);
        t.integer("m").generated_as(raw("1"));
    });
    session_.execute("insert into things default values");
    alter([](table& t) {
        t.set_type("n", "bigint");
        t.drop_generation("m");
        t.set_type("m", "text", raw("'#' || m"));
    });
    session_.execute("insert into things default values");
    EXPECT_EQ(session_.value("select string_agg(n || coalesce(m, '-'), ',' order by m) from things"), "5#1,5-");
    EXPECT_EQ(session_.value("select attnotnull from pg_attribute where attrelid = 'things'::regclass and attnum = 1"),
              "t");
    alter([](table& t) {
        t.drop_default("n");
        t.add_identity("n", identity_kind::by_default, {.start = 7});
    });
    session_.execute("insert into things default values");
    EXPECT_EQ(session_.value("select max(n) from things"), "7");
}

TEST_F(schema_run, ValidatesLater)
{
    create([](table& t) { t.integer("n"); });
    session_.execute("insert into things values (-1)");
    alter([](table& t) { t.check(raw("n > 0"), "positive").not_valid(); });
    EXPECT_FALSE(takes("insert into things values (-2)"));
    EXPECT_FALSE(takes("alter table things validate constraint positive"));
    session_.execute("delete from things");
    alter([](table& t) { t.validate_constraint("positive"); });
    EXPECT_EQ(session_.value("select convalidated from pg_constraint where conname = 'positive'"), "t");
}

TEST_F(schema_run, WritesLiteralsWhateverTheirText)
{
    create([](table& t) {
        t.comment("it's \\ \"here\" $1 ?");
        t.text("a").comment("'); drop table things; --").default_to("a\nb");
    });
    EXPECT_EQ(session_.value("select obj_description('things'::regclass)"), "it's \\ \"here\" $1 ?");
    EXPECT_EQ(session_.value("select col_description('things'::regclass, 1)"), "'); drop table things; --");
}

TEST_F(schema_run, PoliciesDecideWhichRowsARoleSeesAndWrites)
{
    session_.execute("create role schema_run_reader");
    create([](table& t) {
        t.integer("owner");
        t.enable_row_level_security();
        t.create_policy("own", {.roles = {"schema_run_reader"}, .rows = where("owner", 1)});
        t.create_policy("nobody", {.restrictive = true, .rows = raw("owner > 5")});
    });
    schema_builder rights;
    rights.grant({privilege::select, privilege::insert}, grant_target::table("things"), {"schema_run_reader"});
    run(rights);
    session_.execute("insert into things values (1), (2)");
    const auto seen = "select coalesce(string_agg(owner::text, ','), 'none') from things";
    EXPECT_EQ(session_.value(seen), "1,2") << "the owner is not bound";

    session_.execute("set local role schema_run_reader");
    EXPECT_EQ(session_.value(seen), "none") << "a restrictive policy allows none";
    EXPECT_FALSE(takes("insert into things values (1)"));

    session_.execute("reset role");
    alter([](table& t) { t.drop_policy("nobody"); });
    session_.execute("set local role schema_run_reader");
    EXPECT_EQ(session_.value(seen), "1");
    EXPECT_TRUE(takes("insert into things values (1)"));
    EXPECT_FALSE(takes("insert into things values (2)"));

    session_.execute("reset role");
    schema_builder taken;
    taken.revoke({privilege::insert}, grant_target::all_tables_in("public"), {"schema_run_reader"});
    run(taken);
    session_.execute("set local role schema_run_reader");
    EXPECT_FALSE(takes("insert into things values (1)"));
}

TEST_F(schema_run, DomainsChangeForTheTablesThatUseThem)
{
    schema_builder made;
    made.create_domain("mail", "text", {.default_to = "a@b"});
    run(made);
    create([](table& t) {
        t.integer("id");
        t.column("mail", "mail");
    });
    session_.execute("insert into things values (1, 'nobody')");
    schema_builder changed;
    changed.alter_domain("mail", [](domain& d) {
        d.check_not_valid("has_at", raw("value ~ '@'"));
        d.set_default("x@y");
    });
    run(changed);
    EXPECT_FALSE(takes("insert into things values (2, 'nowhere')"));
    EXPECT_FALSE(takes("alter domain mail validate constraint has_at"));
    session_.execute("insert into things (id) values (3)");
    EXPECT_EQ(session_.value("select mail from things where id = 3"), "x@y");
}

} // namespace
} // namespace lightdash::testing
