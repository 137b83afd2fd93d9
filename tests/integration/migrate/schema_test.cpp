// The program's own migrations: the guide's schema, exactly, and what was repaired in it.
#include "integration/migrate/migrating.hpp"
#include "support/guide_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <libpq-fe.h>

#include <algorithm>
#include <map>
#include <string>

namespace lightdash::migrate {
namespace {

using lightdash::testing::conninfo_with;
using lightdash::testing::plain_connection;
using lightdash::testing::test_database;
using lightdash::testing::test_server;
using ::testing::Contains;
using ::testing::ElementsAre;

std::vector<std::string> columns_of(const test_database& db, const std::string& table)
{
    return db.column(
        "select format('%s %s %s %s', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
        "pg_get_expr(d.adbin, d.adrelid)) from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid "
        "and d.adnum = a.attnum where a.attrelid = '" +
        table + "'::regclass and a.attnum > 0 and not a.attisdropped order by a.attnum");
}

std::vector<std::string> keys_and_indexes_of(const test_database& db, const std::string& table)
{
    return db.column("select conname || ' ' || pg_get_constraintdef(oid) from pg_constraint where conrelid = '" +
                     table +
                     "'::regclass union all select pg_get_indexdef(indexrelid) from pg_index where indrelid = '" +
                     table + "'::regclass");
}

// Everything in the schema and the extensions, one line each, without the history.
std::vector<std::string> catalog(const test_database& db)
{
    return db.column(R"(
        select line from (
            select format('column %s.%s %s %s %s #%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                          pg_get_expr(d.adbin, d.adrelid),
                          row_number() over (partition by c.oid order by a.attnum)) as line, c.relname
            from pg_class c join pg_attribute a on a.attrelid = c.oid
            left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
            where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped
            union all
            select format('constraint %s on %s: %s', conname, conrelid::regclass, pg_get_constraintdef(oid)), conrelid::regclass::text
            from pg_constraint where connamespace = 'public'::regnamespace
            union all
            select pg_get_indexdef(indexrelid), indrelid::regclass::text
            from pg_index join pg_class c on c.oid = indrelid where c.relnamespace = 'public'::regnamespace
            union all
            select format('trigger %s on %s: %s', tgname, tgrelid::regclass, pg_get_triggerdef(oid)), tgrelid::regclass::text
            from pg_trigger where not tgisinternal
            union all
            select format('function %s: %s', p.oid::regprocedure, md5(pg_get_functiondef(p.oid))), ''
            from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
            union all
            select format('extension %s: %s', extname, obj_description(oid, 'pg_extension')), '' from pg_extension
        ) everything where relname not like 'lightdash_migrations%' order by line)");
}

// Where the guide has two indexes for the work of one, the one that does both has the name that the guide gives: the
// e-mail's key, and the indexes that go on with created_at (migrations 010 and 048).
std::string as_kept(const std::string& guides)
{
    static const std::map<std::string, std::string> kept{
        {"users_email_key UNIQUE (email)", "idx_users_email UNIQUE (email)"},
        {"CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email)",
         "CREATE UNIQUE INDEX idx_users_email ON public.users USING btree (email)"},
        {"CREATE INDEX idx_users_email ON public.users USING btree (email)",
         "CREATE UNIQUE INDEX idx_users_email ON public.users USING btree (email)"},
        {"CREATE INDEX idx_users_organization_id ON public.users USING btree (organization_id)",
         "CREATE INDEX idx_users_organization_id ON public.users USING btree (organization_id, created_at)"},
        {"CREATE INDEX idx_projects_organization_id ON public.projects USING btree (organization_id)",
         "CREATE INDEX idx_projects_organization_id ON public.projects USING btree (organization_id, created_at)"},
        {"CREATE INDEX idx_dashboards_project_id ON public.dashboards USING btree (project_id)",
         "CREATE INDEX idx_dashboards_project_id ON public.dashboards USING btree (project_id, created_at) INCLUDE "
         "(deleted_at, space_id)"},
    };
    const auto found = kept.find(guides);
    return found == kept.end() ? guides : found->second;
}

TEST(Schema, HasTheGuidesColumnsKeysAndIndexesExactly)
{
    const auto ours = test_database::migrated();
    const auto theirs = test_database::empty();
    theirs.execute(lightdash::testing::guide_schema);
    for (const auto* table : {"organizations", "users", "projects", "dashboards", "dashboard_tiles"}) {
        auto wanted = columns_of(theirs, table);
        ASSERT_GE(wanted.size(), 4U);
        // The repairs: tiles may be without a chart and have a position of their own.
        for (auto& column : wanted) {
            if (column == "chart_id uuid t ")
                column = "chart_id uuid f ";
            for (const auto* repaired :
                 {"position_x integer t 0", "position_y integer t 0", "width integer t 15", "height integer t 9"})
                if (std::string_view{repaired}.starts_with(column))
                    column = repaired;
        }
        auto had = columns_of(ours, table);
        ASSERT_GE(had.size(), wanted.size());
        had.resize(wanted.size());
        EXPECT_EQ(had, wanted) << table;
        const auto all = keys_and_indexes_of(ours, table);
        for (const auto& key : keys_and_indexes_of(theirs, table))
            EXPECT_THAT(all, Contains(as_kept(key))) << table;
    }
}

TEST(Schema, AddsOnlyTheseColumnsToTheGuides)
{
    const auto db = test_database::migrated();
    const auto names = [&](const char* table) {
        return db.column(std::string{"select attname from pg_attribute where attnum > 0 and attrelid = '"} + table +
                         "'::regclass order by attnum");
    };
    const auto added = [&](const char* table, std::size_t of_the_guide) {
        auto all = names(table);
        all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(of_the_guide));
        return all;
    };
    EXPECT_THAT(added("organizations", 4), ElementsAre("default_project_id", "chart_colors"));
    EXPECT_THAT(added("users", 9), ElementsAre("role"));
    EXPECT_THAT(added("projects", 7), ElementsAre("type", "dbt_connection", "dbt_version", "upstream_project_id",
                                                  "created_by", "encrypted_dbt_credentials", "dbt_key_id",
                                                  "scheduler_timezone", "results_cache_ttl_seconds"));
    EXPECT_THAT(added("dashboards", 7),
                ElementsAre("slug", "filters", "parameters", "config", "tabs", "updated_by", "space_id", "version_id",
                            "version_number", "versioned_at", "versioned_by", "deleted_at", "deleted_by"));
    EXPECT_THAT(added("dashboard_tiles", 9), ElementsAre("tile_type", "properties", "tab_id"));
}

TEST(Schema, HasAnIndexForEveryForeignKey)
{
    const auto db = test_database::migrated();
    EXPECT_THAT(db.column(R"(
        select conrelid::regclass || '.' || conname from pg_constraint f
        where contype = 'f' and not exists (
            select from pg_index where indrelid = f.conrelid and indkey[0] = f.conkey[1]))"),
                ElementsAre());
}

TEST(Schema, ComesBackTheSameAfterGoingDownStepByStep)
{
    const auto db = test_database::empty();
    migrating here{db};
    const auto all = registry::compiled_in();
    std::vector<std::vector<std::string>> catalogs{catalog(db)};
    for (std::size_t count = 1; count <= all.all().size(); ++count) {
        ASSERT_EQ(here.up(first_migrations(count)), 1U);
        catalogs.push_back(catalog(db));
        ASSERT_NE(catalogs[count], catalogs[count - 1])
            << all.all()[count - 1].name << " changes nothing that is compared";
    }
    const auto whole = catalogs.back();
    for (auto count = all.all().size(); count > 0; --count) {
        ASSERT_EQ(here.down(all), 1U);
        EXPECT_EQ(catalog(db), catalogs[count - 1]) << "after reverting " << all.all()[count - 1].name;
    }
    EXPECT_EQ(here.up(all), all.all().size());
    EXPECT_EQ(catalog(db), whole);
}

TEST(Schema, DoesWithoutTheRightToCreateAnExtension)
{
    const auto db = test_database::empty();
    const auto role = db.name() + "_plain";
    db.execute("create role " + role + " login; grant create, usage on schema public to " + role +
               "; revoke create on database " + db.name() + " from public");
    {
        pg::connection_options connection;
        connection.conninfo = secret{conninfo_with(db.conninfo(), {{"user", role}})};
        migrating here{connection};
        const auto all = registry::compiled_in();
        EXPECT_EQ(here.up(all), all.all().size());
        EXPECT_EQ(db.value("select count(*) from pg_extension where extname = 'uuid-ossp'"), "0");
        EXPECT_EQ(db.value("insert into organizations (name) values ('x') returning length(id::text)"), "36");
        EXPECT_EQ(here.down(all, 99), all.all().size());
        EXPECT_EQ(db.value("select to_regprocedure('uuid_generate_v4()') is null"), "t");
    }
    db.execute("drop owned by " + role + "; drop role " + role);
}

TEST(Schema, KeepsAnExtensionThatWasThereBefore)
{
    const auto db = test_database::empty();
    db.execute("create extension \"uuid-ossp\"");
    migrating here{db};
    const auto all = registry::compiled_in();
    here.up(all);
    here.down(all, 99);
    EXPECT_EQ(db.value("select count(*) from pg_extension where extname = 'uuid-ossp'"), "1");
}

class Tables : public ::testing::Test {
protected:
    void SetUp() override
    {
        db.execute(
            "insert into organizations (id, name) values ('a0000000-0000-4000-8000-000000000001', 'o');"
            "insert into users (id, email, first_name, last_name, organization_id) values "
            "('b0000000-0000-4000-8000-000000000001', 'a@x.com', 'A', 'X', 'a0000000-0000-4000-8000-000000000001');"
            "insert into projects (id, name, organization_id, dbt_project_type) values "
            "('c0000000-0000-4000-8000-000000000001', 'p', 'a0000000-0000-4000-8000-000000000001', 'none');"
            "insert into charts (id, project_id, name, table_name, metric_query, chart_config, created_by) values "
            "('d0000000-0000-4000-8000-000000000001', 'c0000000-0000-4000-8000-000000000001', 'c', 't', '{}', '{}', "
            "'b0000000-0000-4000-8000-000000000001');"
            "insert into dashboards (id, project_id, name, created_by) values ('e0000000-0000-4000-8000-000000000001', "
            "'c0000000-0000-4000-8000-000000000001', 'd', 'b0000000-0000-4000-8000-000000000001');"
            "insert into dashboard_tiles (dashboard_id, chart_id) values ('e0000000-0000-4000-8000-000000000001', "
            "'d0000000-0000-4000-8000-000000000001')");
    }
    // "" when the server takes it.
    std::string refusal(const std::string& sql) const
    {
        try {
            db.execute(sql);
        } catch (const std::exception& failure) {
            return failure.what();
        }
        return "";
    }

    test_database db = test_database::migrated();
};

TEST_F(Tables, TakeTheGuidesExampleOfATileWithoutAPosition)
{
    EXPECT_THAT(
        db.column(
            "select format('%s %s %s %s %s', position_x, position_y, width, height, tile_type) from dashboard_tiles"),
        ElementsAre("0 0 15 9 saved_chart"));
}

TEST_F(Tables, SetUpdatedAtLaterOnEveryUpdateInUtcWhateverTheSessionsZone)
{
    for (const std::string table : {"organizations", "users", "projects", "charts", "dashboards", "dashboard_tiles"}) {
        const auto before = db.value("select updated_at from " + table);
        db.execute("set timezone = 'Pacific/Auckland'; begin; update " + table + " set id = id; update " + table +
                   " set id = id; commit");
        EXPECT_EQ(db.value("select updated_at > '" + before + "' from " + table), "t") << table;
        EXPECT_EQ(
            db.value("select abs(extract(epoch from updated_at - (now() at time zone 'UTC'))) < 60 from " + table), "t")
            << table;
        db.execute("update " + table + " set created_at = created_at"); // and never back
        const auto ahead = db.value("select updated_at from " + table);
        db.execute("update " + table + " set updated_at = '2000-01-01'");
        EXPECT_EQ(db.value("select updated_at > '" + ahead + "' from " + table), "t") << table;
    }
}

TEST_F(Tables, RefuseWhatTheProgramCouldNotRead)
{
    EXPECT_THAT(refusal("update users set email = 'A@x.com'"), ::testing::HasSubstr("users_email_lower_case_check"));
    EXPECT_THAT(refusal("update users set role = 'king'"), ::testing::HasSubstr("users_role_check"));
    EXPECT_THAT(refusal("update projects set type = 'x'"), ::testing::HasSubstr("projects_type_check"));
    EXPECT_THAT(refusal("update projects set dbt_project_type = 'x'"),
                ::testing::HasSubstr("projects_dbt_project_type_check"));
    EXPECT_THAT(refusal("update charts set status = 'x'"), ::testing::HasSubstr("charts_status_check"));
    EXPECT_THAT(refusal("update dashboard_tiles set tile_type = 'x'"),
                ::testing::HasSubstr("dashboard_tiles_tile_type_check"));
}

TEST_F(Tables, LetAChartGoOnlyWhenItsTilesKeepATitle)
{
    EXPECT_THAT(refusal("delete from charts"), ::testing::HasSubstr("dashboard_tiles_chart_id_fkey"));
    EXPECT_THAT(refusal("update dashboard_tiles set chart_id = null"),
                ::testing::HasSubstr("dashboard_tiles_chart_or_title_check"));
    EXPECT_EQ(
        refusal("update dashboard_tiles set chart_id = null, properties = '{\"title\": \"c\"}'; delete from charts"),
        "");
}

TEST_F(Tables, TellWhenATokenOrItsUserChanges)
{
    struct closer {
        void operator()(PGconn* connection) const { PQfinish(connection); }
    };
    const std::unique_ptr<PGconn, closer> listener{PQconnectdb(db.conninfo().c_str())};
    PQclear(PQexec(listener.get(), "listen lightdash_access"));
    const auto told = [&] {
        std::vector<std::string> payloads;
        PQclear(PQexec(listener.get(), "select 1")); // notifications come before its answer
        while (PGnotify* notify = PQnotifies(listener.get())) {
            payloads.emplace_back(notify->extra);
            PQfreemem(notify);
        }
        return payloads;
    };
    const std::string user = "b0000000-0000-4000-8000-000000000001";
    db.execute("insert into personal_access_tokens (user_id, description, token_hash) values ('" + user +
               "', 't', sha256('x'))");
    EXPECT_THAT(told(), ElementsAre());
    db.execute("update personal_access_tokens set last_used_at = now()");
    EXPECT_THAT(told(), ElementsAre());
    for (const auto* change :
         {"update personal_access_tokens set expires_at = now()", "delete from personal_access_tokens",
          "update users set role = 'admin'", "update users set is_active = false"}) {
        db.execute(change);
        EXPECT_THAT(told(), ElementsAre(user)) << change;
    }
}

} // namespace
} // namespace lightdash::migrate
