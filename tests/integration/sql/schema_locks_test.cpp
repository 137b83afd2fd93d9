// The schema builder says which locks a statement takes and whether it may run in a transaction; PostgreSQL says so
// too.
#include "lightdash/sql/schema/schema_builder.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace lightdash::testing {
namespace {

using namespace sql;

struct lock_case {
    const char* name;
    const char* setup; // committed before, and undone by `cleanup`
    const char* cleanup;
    void (*describe)(schema_builder&); // the last statement is the one in question; the others run before it
};

void PrintTo(const lock_case& given, std::ostream* to)
{
    *to << given.name;
}

// As pg_locks spells them, weakest first.
const std::vector<std::string> modes{
    "AccessShareLock", "RowShareLock",          "RowExclusiveLock", "ShareUpdateExclusiveLock",
    "ShareLock",       "ShareRowExclusiveLock", "ExclusiveLock",    "AccessExclusiveLock"};

using locks_by_table = std::map<std::string, table_lock>;

std::string shown(const locks_by_table& locks)
{
    std::string text;
    for (const auto& [name, lock] : locks)
        text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, to_string(lock));
    return text.empty() ? "nothing" : text;
}

class schema_locks : public ::testing::TestWithParam<lock_case> {
public:
    static void SetUpTestSuite()
    {
        db.emplace(test_database::empty());
        std::ifstream in{"tests/golden/sql/knex-fixture.sql"};
        db->execute(std::string{std::istreambuf_iterator<char>{in}, {}});
    }
    static void TearDownTestSuite() { db.reset(); }

    static inline std::optional<test_database> db;

protected:
    // What another session sees of the locks: tables, views and sequences that were committed before. The sequence of a
    // column goes with its table.
    static locks_by_table seen(plain_connection& observer, int pid)
    {
        locks_by_table found;
        for (const auto& line : observer.column(fmt::format(
                 "select c.oid::regclass || ' ' || l.mode from pg_locks l join pg_class c on c.oid = l.relation "
                 "join pg_namespace n on n.oid = c.relnamespace where l.pid = {} and l.granted and c.relkind in ('r', "
                 "'p', 'v', 'm', 'S') and n.nspname in ('app', 'analytics') "
                 "and not exists (select from pg_depend d where d.objid = c.oid and d.classid = 'pg_class'::regclass "
                 "and d.refobjsubid > 0 and d.deptype in ('a', 'i') and c.relkind = 'S')",
                 pid))) {
            const auto blank = line.rfind(' ');
            const auto mode = std::ranges::find(modes, line.substr(blank + 1)) - modes.begin();
            auto& strongest = found.try_emplace(line.substr(0, blank), table_lock::access_share).first->second;
            strongest = std::max(strongest, static_cast<table_lock>(mode));
        }
        return found;
    }

    static locks_by_table claimed(plain_connection& observer, const schema_statement& statement)
    {
        locks_by_table found;
        for (const auto& [name, lock] : statement.locks) {
            const auto known = observer.value("select to_regclass(" + sql_literal(name) + ")");
            if (!known.empty())
                found[known] = lock;
        }
        return found;
    }
};

TEST_P(schema_locks, AreThoseThatPostgresqlTakes)
{
    const auto& given = GetParam();
    auto session = db->plain();
    auto observer = db->plain();
    session.execute("set search_path = app");
    observer.execute("set search_path = app");
    session.execute(given.setup);

    schema_builder schema;
    given.describe(schema);
    auto statements = compile(schema);
    const auto statement = statements.back();
    statements.pop_back();
    for (const auto& before : statements)
        session.execute(before.text);

    const auto says = claimed(observer, statement);
    session.execute("begin");
    if (statement.transactional) {
        ASSERT_NO_THROW(session.execute(statement.text));
        const auto takes = seen(observer, session.backend_pid());
        for (const auto& [name, lock] : says) {
            ASSERT_TRUE(takes.contains(name))
                << statement.text << "\n  says " << shown(says) << "\n  takes " << shown(takes);
            EXPECT_EQ(to_string(takes.at(name)), to_string(lock)) << statement.text << " on " << name;
        }
        if (statement.locks_complete)
            EXPECT_EQ(shown(says), shown(takes)) << statement.text;
        EXPECT_TRUE(runs_in_transaction(statement.text)) << statement.text;
    } else {
        try {
            session.execute(statement.text);
            ADD_FAILURE() << "runs in a transaction: " << statement.text;
        } catch (const std::runtime_error& refused) {
            EXPECT_NE(std::string_view{refused.what()}.find("cannot run inside a transaction block"),
                      std::string_view::npos)
                << refused.what();
        }
        EXPECT_FALSE(runs_in_transaction(statement.text)) << statement.text;
        session.execute("rollback");
        session.execute(statement.text); // and it does run by itself
        session.execute("begin");
    }
    session.execute("rollback");
    session.execute(given.cleanup);
}

raw where_in_projects()
{
    return raw("exists (select from projects)");
}

// One change of the table users, or of one that `setup` makes.
#define USERS(change) [](schema_builder& s) { s.alter_table("users", [](table& t) { change; }); }
#define MAIL(change) [](schema_builder& s) { s.alter_domain("mail", [](domain& d) { change; }); }
#define TABLE(name, change) [](schema_builder& s) { s.alter_table(name, [](table& t) { change; }); }

const lock_case cases[]{
    {"create_table", "", "", [](schema_builder& s) { s.create_table("fresh", [](table& t) { t.integer("a"); }); }},
    {"create_table_if_not_exists_with_a_key", "", "",
     [](schema_builder& s) {
         s.create_table_if_not_exists("fresh", [](table& t) { t.integer("a").references("users.user_id"); });
     }},
    {"create_table_like", "", "", [](schema_builder& s) { s.create_table_like("fresh", "users"); }},
    {"create_table_that_inherits", "", "",
     [](schema_builder& s) { s.create_table("fresh", [](table& t) { t.inherits("audit_log"); }); }},
    {"create_partition", "create table parted (a int) partition by list (a)", "drop table parted",
     [](schema_builder& s) {
         s.create_table("fresh", [](table& t) { t.partition_of("parted", partition_bounds::list({1, 2})); });
     }},
    {"foreign_key", "create table fresh (a int)", "drop table fresh",
     TABLE("fresh", t.foreign("a").references("users.user_id"))},
    {"foreign_key_not_valid", "create table fresh (a int)", "drop table fresh",
     TABLE("fresh", t.foreign("a").references("users.user_id").not_valid())},
    {"foreign_key_to_itself", "", "", USERS(t.foreign("login_count", "own").references("users.user_id").not_valid())},
    {"add_column", "", "", USERS(t.integer("age"))},
    {"add_column_if_not_exists_with_a_key", "", "",
     USERS(t.integer("o").if_not_exists().references("spaces.space_id"))},
    {"add_column_that_is_there", "", "", USERS(t.integer("role").if_not_exists())},
    {"comment_on_table", "", "", USERS(t.comment("people"))},
    {"comment_on_column", "", "", USERS(t.comment_column("role", "what"))},
    {"index", "", "", USERS(t.index("role"))},
    {"unique_index", "", "", USERS(t.unique_index("login_count", "n").where(raw("user_id < 0")))},
    {"index_concurrently", "", "drop index users_role_index", USERS(t.index("role").concurrently())},
    {"drop_index", "create index users_role_index on users (role)", "drop index users_role_index",
     USERS(t.drop_index("role"))},
    {"drop_index_concurrently", "create index users_role_index on users (role)", "",
     USERS(t.drop_index("role", {}, {.concurrently = true}))},
    {"rename_index", "create index users_role_index on users (role)", "drop index users_role_index",
     USERS(t.rename_index("users_role_index", "other"))},
    {"primary_key", "create table fresh (a int)", "drop table fresh", TABLE("fresh", t.primary("a"))},
    {"primary_key_using_index", "create table fresh (a int not null); create unique index i on fresh (a)",
     "drop table fresh", TABLE("fresh", t.primary("a").using_index("i"))},
    {"unique_key", "", "", USERS(t.unique({"user_id", "role"}))},
    {"check", "", "", USERS(t.check(raw("login_count >= 0"), "positive"))},
    {"check_not_valid", "", "", USERS(t.check(raw("login_count >= 0"), "positive").not_valid())},
    {"exclusion", "", "", USERS(t.exclude({{index_column(raw("int4range(user_id, user_id, '[]')")), "&&"}}, "apart"))},
    {"validate_check", "alter table users add constraint p check (login_count >= 0) not valid",
     "alter table users drop constraint p", USERS(t.validate_constraint("p"))},
    {"validate_foreign_key",
     "alter table users add constraint p foreign key (organization_id) references organizations not valid",
     "alter table users drop constraint p", USERS(t.validate_constraint("p"))},
    {"drop_foreign", "", "", USERS(t.drop_foreign("organization_id", "users_organization_id_fkey"))},
    {"drop_unique", "", "", USERS(t.drop_unique("email", "users_email_key"))},
    {"drop_primary", "", "", TABLE("ticks", t.drop_primary("ticks_pkey"))},
    {"drop_column", "", "", USERS(t.drop_column("balance"))},
    {"drop_column_of_a_foreign_key", "", "", USERS(t.drop_column("organization_id"))},
    {"rename_column", "", "", USERS(t.rename_column("balance", "saldo"))},
    {"rename_constraint", "", "", USERS(t.rename_constraint("users_email_key", "other"))},
    {"set_type", "", "", USERS(t.set_type("login_count", "bigint"))},
    {"set_type_of_a_referenced_column", "", "", TABLE("projects", t.set_type("project_id", "bigint"))},
    {"set_default", "", "", USERS(t.set_default("login_count", 1))},
    {"drop_default", "", "", USERS(t.drop_default("login_count"))},
    {"set_not_null", "", "", USERS(t.set_not_null("created_at"))},
    {"drop_not_null", "", "", USERS(t.drop_not_null("created_at"))},
    {"add_identity", "", "", TABLE("audit_log", t.add_identity("audit_id", identity_kind::always, {.start = 100}))},
    {"drop_identity", "create table fresh (a int generated always as identity)", "drop table fresh",
     TABLE("fresh", t.drop_identity("a"))},
    {"drop_generation", "create table fresh (a int, b int generated always as (a + 1) stored)", "drop table fresh",
     TABLE("fresh", t.drop_generation("b"))},
    {"set_statistics", "", "", USERS(t.set_statistics("role", 500))},
    {"set_storage_parameter", "", "", USERS(t.with("fillfactor", 70))},
    {"reset_storage_parameter", "", "", USERS(t.reset("fillfactor"))},
    {"attach_partition", "create table parted (a int) partition by range (a); create table part (a int)",
     "drop table parted, part", TABLE("parted", t.attach_partition("part", partition_bounds::range({1}, {2})))},
    {"attach_partition_beside_a_default",
     "create table parted (a int) partition by range (a); create table part (a int); create table rest partition of "
     "parted default",
     "drop table parted, part", TABLE("parted", t.attach_partition("part", partition_bounds::range({1}, {2})))},
    {"detach_partition",
     "create table parted (a int) partition by list (a); create table part partition of parted for values in (1)",
     "drop table parted", TABLE("parted", t.detach_partition("part"))},
    {"detach_partition_concurrently",
     "create table parted (a int) partition by list (a); create table part partition of parted for values in (1)",
     "drop table parted, part", TABLE("parted", t.detach_partition("part", detaching::concurrently))},
    {"inherit", "create table heir (like audit_log)", "drop table heir", TABLE("heir", t.inherit("audit_log"))},
    {"no_inherit", "", "", TABLE("audit_log_archive", t.no_inherit("audit_log"))},
    {"set_schema", "", "", TABLE("ticks", t.set_schema("analytics"))},
    {"set_unlogged", "", "", TABLE("ticks", t.set_unlogged())},
    {"set_logged", "create unlogged table fresh (a int)", "drop table fresh", TABLE("fresh", t.set_logged())},
    {"alter_table_if_exists", "", "",
     [](schema_builder& s) { s.alter_table_if_exists("users", [](table& t) { t.drop_default("role"); }); }},
    {"rename_table", "", "", [](schema_builder& s) { s.rename_table("ticks", "tocks"); }},
    {"drop_table", "", "", [](schema_builder& s) { s.drop_table("scheduler_log"); }},
    {"drop_table_cascade", "", "", [](schema_builder& s) { s.drop_table("organizations", {.cascade = true}); }},
    {"create_view", "", "", [](schema_builder& s) { s.create_view("fresh", raw("select role from users")); }},
    {"create_or_replace_view", "", "",
     [](schema_builder& s) {
         s.create_or_replace_view("active_users", raw("select user_id, email from users where user_id > 0"));
     }},
    {"alter_view", "", "",
     [](schema_builder& s) { s.alter_view("active_users", [](view& v) { v.rename_column("email", "mail"); }); }},
    {"default_of_a_view", "", "",
     [](schema_builder& s) { s.alter_view("active_users", [](view& v) { v.set_default("email", "x"); }); }},
    {"schema_of_a_view", "", "",
     [](schema_builder& s) { s.alter_view("active_users", [](view& v) { v.set_schema("analytics"); }); }},
    {"rename_view", "", "", [](schema_builder& s) { s.rename_view("active_users", "live_users"); }},
    {"drop_view", "", "", [](schema_builder& s) { s.drop_view("active_users"); }},
    {"create_materialized_view", "", "",
     [](schema_builder& s) {
         s.create_materialized_view("fresh", raw("select role from users"), {.with_no_data = true});
     }},
    {"refresh_materialized_view", "", "", [](schema_builder& s) { s.refresh_materialized_view("query_stats"); }},
    {"refresh_materialized_view_concurrently", "refresh materialized view query_stats", "",
     [](schema_builder& s) { s.refresh_materialized_view("query_stats", {.concurrently = true}); }},
    {"rename_materialized_view", "", "", [](schema_builder& s) { s.rename_materialized_view("query_stats", "stats"); }},
    {"drop_materialized_view", "", "", [](schema_builder& s) { s.drop_materialized_view("query_stats"); }},
    {"create_schema", "", "", [](schema_builder& s) { s.create_schema("fresh"); }},
    {"rename_schema", "", "", [](schema_builder& s) { s.rename_schema("analytics", "other"); }},
    {"drop_schema", "create schema empty_one", "drop schema empty_one",
     [](schema_builder& s) { s.drop_schema("empty_one"); }},
    {"drop_schema_cascade", "", "", [](schema_builder& s) { s.drop_schema("analytics", {.cascade = true}); }},
    {"create_extension", "", "",
     [](schema_builder& s) {
         s.create_extension("pg_trgm", {.if_not_exists = true, .schema = "app", .version = "1.6"});
     }},
    {"drop_extension", "create extension pg_trgm", "drop extension pg_trgm",
     [](schema_builder& s) { s.drop_extension("pg_trgm"); }},
    {"create_enum", "", "", [](schema_builder& s) { s.create_enum("mood", {"good", "it's bad"}); }},
    {"add_enum_value", "", "",
     [](schema_builder& s) { s.add_enum_value("plan_kind", "trial", {.if_not_exists = true, .before = "cloud"}); }},
    {"rename_enum_value", "", "", [](schema_builder& s) { s.rename_enum_value("plan_kind", "free", "gratis"); }},
    {"create_domain", "", "",
     [](schema_builder& s) {
         s.create_domain("mail", "text",
                         {.not_null = true, .default_to = "a@b", .check = raw("value ~ '@'"), .check_name = "has_at"});
     }},
    {"drop_domain", "create domain mail as text", "drop domain mail", [](schema_builder& s) { s.drop_domain("mail"); }},
    {"rename_type", "", "", [](schema_builder& s) { s.rename_type("plan_kind", "kind"); }},
    {"drop_type", "", "", [](schema_builder& s) { s.drop_type("plan_kind"); }},
    {"create_sequence", "", "",
     [](schema_builder& s) {
         s.create_sequence("fresh", {.if_not_exists = true,
                                     .type = "integer",
                                     .increment = 2,
                                     .minimum = 1,
                                     .maximum = 99,
                                     .start = 5,
                                     .cache = 3,
                                     .cycle = true});
     }},
    {"create_owned_sequence", "", "",
     [](schema_builder& s) { s.create_sequence("fresh", {.owned_by = "users.role"}); }},
    {"alter_sequence", "create sequence counter", "drop sequence counter",
     [](schema_builder& s) { s.alter_sequence("counter", {.restart = 100}); }},
    {"rename_sequence", "create sequence counter", "drop sequence counter",
     [](schema_builder& s) { s.rename_sequence("counter", "counted"); }},
    {"drop_sequence", "create sequence counter", "drop sequence counter",
     [](schema_builder& s) { s.drop_sequence("counter"); }},
    {"enable_row_level_security", "", "", USERS(t.enable_row_level_security())},
    {"disable_row_level_security", "", "", USERS(t.disable_row_level_security())},
    {"force_row_level_security", "", "", USERS(t.force_row_level_security())},
    {"no_force_row_level_security", "", "", USERS(t.no_force_row_level_security())},
    {"create_policy", "", "", USERS(t.create_policy("p", {.command = policy_command::remove, .roles = {"public"}}))},
    {"create_policy_that_reads_another_table", "", "",
     USERS(t.create_policy("p", {.restrictive = true,
                                 .rows = where_in_projects(),
                                 .new_rows = raw("login_count >= 0")}))},
    {"alter_policy", "create policy p on users", "drop policy p on users",
     USERS(t.alter_policy("p", {.roles = {"public"}, .rows = where_in_projects()}))},
    {"rename_policy", "create policy p on users", "drop policy p on users", USERS(t.rename_policy("p", "q"))},
    {"drop_policy", "create policy p on users", "drop policy p on users", USERS(t.drop_policy("p"))},
    {"grant", "", "",
     [](schema_builder& s) {
         s.grant({privilege::select, privilege::remove}, grant_target::table("users"), {"public"});
     }},
    {"grant_on_all_tables", "", "",
     [](schema_builder& s) { s.grant({privilege::all}, grant_target::all_tables_in("app"), {"public"}); }},
    {"grant_on_a_schema", "", "",
     [](schema_builder& s) { s.grant({privilege::usage}, grant_target::schema("app"), {"public"}); }},
    {"grant_on_a_type", "", "",
     [](schema_builder& s) { s.grant({privilege::usage}, grant_target::type("plan_kind"), {"public"}); }},
    {"revoke", "", "",
     [](schema_builder& s) {
         s.revoke({privilege::all}, grant_target::table("users"), {"public"}, {.cascade = true});
     }},
    {"revoke_on_all_sequences", "", "",
     [](schema_builder& s) { s.revoke({privilege::usage}, grant_target::all_sequences_in("app"), {"public"}); }},
    {"default_of_a_domain", "create domain mail as text", "drop domain mail", MAIL(d.set_default("a@b"))},
    {"no_default_of_a_domain", "create domain mail as text", "drop domain mail", MAIL(d.drop_default())},
    {"not_null_of_a_domain", "create domain mail as text; create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.set_not_null())},
    {"null_of_a_domain", "create domain mail as text not null; create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.drop_not_null())},
    {"check_of_a_domain", "create domain mail as text; create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.check("at", raw("value ~ '@'")))},
    {"check_of_a_domain_not_valid", "create domain mail as text; create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.check_not_valid("at", raw("value ~ '@'")))},
    {"validate_a_domain",
     "create domain mail as text; create table fresh (m mail); alter domain mail add constraint at check (true) not "
     "valid",
     "drop table fresh; drop domain mail", MAIL(d.validate_constraint("at"))},
    {"rename_constraint_of_a_domain", "create domain mail as text constraint at check (true)", "drop domain mail",
     MAIL(d.rename_constraint("at", "it"))},
    {"drop_constraint_of_a_domain",
     "create domain mail as text constraint at check (true); create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.drop_constraint("at"))},
    {"schema_of_a_domain", "create domain mail as text; create table fresh (m mail)",
     "drop table fresh; drop domain mail", MAIL(d.set_schema("analytics"))},
    {"schema_of_a_type", "", "", [](schema_builder& s) { s.set_type_schema("plan_kind", "analytics"); }},
    {"schema_of_a_sequence", "create sequence counter", "drop sequence counter",
     [](schema_builder& s) { s.set_sequence_schema("counter", "analytics"); }},
    {"schema_of_an_extension", "create extension pg_trgm", "drop extension pg_trgm",
     [](schema_builder& s) { s.set_extension_schema("pg_trgm", "analytics"); }},
    {"schema_of_a_materialized_view", "", "",
     [](schema_builder& s) { s.set_materialized_view_schema("query_stats", "analytics"); }},
    {"raw", "", "", [](schema_builder& s) { s.raw("create function one() returns int language sql return 1"); }},
    {"raw_trigger", "", "",
     [](schema_builder& s) {
         s.raw("create trigger same before update on users for each row execute function "
               "suppress_redundant_updates_trigger()");
     }},
    {"raw_vacuum", "", "", [](schema_builder& s) { s.raw("vacuum ticks"); }},
    {"raw_reindex_concurrently", "", "", [](schema_builder& s) { s.raw("reindex table concurrently ticks"); }},
    {"raw_cluster", "", "", [](schema_builder& s) { s.raw("cluster"); }},
    {"raw_alter_system", "", "", [](schema_builder& s) { s.raw("alter system reset work_mem"); }},
};

#undef USERS
#undef TABLE
#undef MAIL

INSTANTIATE_TEST_SUITE_P(of, schema_locks, ::testing::ValuesIn(cases),
                         [](const auto& given) { return std::string{given.param.name}; });

} // namespace
} // namespace lightdash::testing
