// Each example of the database guide's section "Query Building with Knex.js", in this project's words and run.
#include "integration/migrate/migrating.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/sql/builder.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <tuple>

namespace lightdash::sql {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

struct dashboard_with_author {
    uuid id;
    std::string name;
    std::string first_name;
    std::string last_name;
};
LIGHTDASH_DESCRIBE(dashboard_with_author, id, name, first_name, last_name)

class guide_queries : public ::testing::Test {
protected:
    static void SetUpTestSuite() { database_.emplace(lightdash::testing::test_database::migrated()); }
    static void TearDownTestSuite() { database_.reset(); }

    void SetUp() override
    {
        database_->execute("truncate organizations cascade");
        organization_ = one<uuid>(insert("organizations").set("name", "Jaffle Shop").returning("id"));
        user_ = one<uuid>(insert("users")
                              .set("email", "ada@example.com")
                              .set("first_name", "Ada")
                              .set("last_name", "Lovelace")
                              .set("organization_id", organization_)
                              .returning("id"));
        project_ = one<uuid>(insert("projects")
                                 .set("name", "Shop")
                                 .set("organization_id", organization_)
                                 .set("dbt_project_type", "none")
                                 .returning("id"));
    }

    // What runs a query: what it is called on the server is of no interest here.
    template <class Row, class Query>
    std::vector<Row> all(const Query& query)
    {
        const auto named = query.named("guide.example");
        return here_.run(session_->all<Row>(named()));
    }
    template <class Row, class Query>
    Row one(const Query& query)
    {
        const auto named = query.named("guide.example");
        return here_.run(session_->one<Row>(named()));
    }
    template <class Query>
    std::uint64_t run(const Query& query)
    {
        const auto named = query.named("guide.example");
        return here_.run(session_->execute(named()));
    }

    uuid add_dashboard(std::string_view name)
    {
        return one<uuid>(insert("dashboards")
                             .set("name", name)
                             .set("project_id", project_)
                             .set("created_by", user_)
                             .returning("id"));
    }
    uuid add_chart(std::string_view name, std::string_view status, std::string_view created_at)
    {
        return one<uuid>(insert("charts")
                             .set("name", name)
                             .set("project_id", project_)
                             .set("status", status)
                             .set("table_name", "orders")
                             .set("metric_query", pg::json_text{"{}"})
                             .set("chart_config", pg::json_text{"{}"})
                             .set("created_by", user_)
                             .set("created_at", raw("?::timestamp", untyped{std::string{created_at}}))
                             .returning("id"));
    }

    static inline std::optional<lightdash::testing::test_database> database_;
    migrate::migrating here_{*database_};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(50s));
    uuid organization_;
    uuid user_;
    uuid project_;
};

TEST_F(guide_queries, select_the_users_of_an_organization)
{
    const auto users = select("*").from("users").where("organization_id", organization_);
    EXPECT_EQ(users.compile().text, R"(select * from "users" where "organization_id" = $1)");
    EXPECT_THAT(all<std::string>(select("email").from(users.as("u"))), ElementsAre("ada@example.com"));
}

TEST_F(guide_queries, insert_a_user)
{
    const auto rows = run(insert("users")
                              .set("email", "user@example.com")
                              .set("first_name", "John")
                              .set("last_name", "Doe")
                              .set("organization_id", organization_));
    EXPECT_EQ(rows, 1U);
    EXPECT_EQ(database_->value("select first_name || ' ' || last_name from users where email = 'user@example.com'"),
              "John Doe");
}

TEST_F(guide_queries, update_a_user)
{
    EXPECT_EQ(run(update("users").set("first_name", "Jane").set("updated_at", now()).where("id", user_)), 1U);
    EXPECT_EQ(database_->value("select first_name from users"), "Jane");
}

TEST_F(guide_queries, delete_a_user)
{
    run(remove("projects").where("id", project_));
    EXPECT_EQ(run(remove("users").where("id", user_)), 1U);
    EXPECT_EQ(database_->value("select count(*) from users"), "0");
}

TEST_F(guide_queries, join_dashboards_with_their_authors)
{
    const auto id = add_dashboard("Sales");
    const auto dashboards = all<dashboard_with_author>(select("d.id", "d.name", "u.first_name", "u.last_name")
                                                           .from("dashboards as d")
                                                           .inner_join("users as u", "d.created_by", "u.id")
                                                           .where("d.project_id", project_));
    ASSERT_EQ(dashboards.size(), 1U);
    EXPECT_EQ(dashboards[0].id, id);
    EXPECT_EQ(dashboards[0].first_name + " " + dashboards[0].last_name, "Ada Lovelace");
}

// The guide averages a timestamp, which PostgreSQL does not have (42883): here its seconds are.
TEST_F(guide_queries, count_and_average)
{
    add_dashboard("Sales");
    add_dashboard("Costs");
    database_->execute("alter table dashboards disable trigger set_updated_at; "
                       "update dashboards set updated_at = case name when 'Sales' then timestamp '2024-01-01' "
                       "else timestamp '2024-01-03' end; alter table dashboards enable trigger set_updated_at");
    const auto [total, average] = one<std::tuple<std::int64_t, std::string>>(
        select()
            .count("id as total")
            .columns(raw("to_timestamp(avg(extract(epoch from updated_at)))::date::text "
                         "as average_update_time"))
            .from("dashboards")
            .where("project_id", project_)
            .first());
    EXPECT_EQ(total, 2);
    EXPECT_EQ(average, "2024-01-02");
    EXPECT_THROW(all<std::string>(select().avg("updated_at as average_update_time").from("dashboards")), error);
}

TEST_F(guide_queries, filter_charts)
{
    add_chart("old", "active", "2023-12-31");
    add_chart("first", "active", "2024-01-01");
    add_chart("second", "draft", "2024-06-01");
    add_chart("archived", "archived", "2024-06-01");
    using namespace std::chrono;
    const pg::timestamp start_date{sys_days{2024y / 1 / 1}};
    const pg::timestamp end_date{sys_days{2024y / 12 / 31}};
    EXPECT_THAT(all<std::string>(select("name")
                                     .from("charts")
                                     .where("project_id", project_)
                                     .where_in("status", {"active", "draft"})
                                     .where_between("created_at", start_date, end_date)
                                     .order_by("created_at", desc)),
                ElementsAre("second", "first"));
}

TEST_F(guide_queries, page_through_dashboards)
{
    for (const char* name : {"a", "b", "c", "d", "e"})
        add_dashboard(name);
    const std::int64_t limit = 2;
    const auto page_of = [&](std::int64_t page) {
        return select("name")
            .from("dashboards")
            .where("project_id", project_)
            .order_by("name")
            .limit(limit)
            .offset((page - 1) * limit);
    };
    EXPECT_THAT(all<std::string>(page_of(1)), ElementsAre("a", "b"));
    EXPECT_THAT(all<std::string>(page_of(3)), ElementsAre("e"));
    EXPECT_THAT(all<std::string>(page_of(4)), IsEmpty());

    // The same without counting from the beginning: on from the row that was seen last.
    const auto rest = select("name").from("dashboards").order_by("name", desc).after("c").limit(limit);
    EXPECT_THAT(all<std::string>(rest), ElementsAre("b", "a"));
}

TEST_F(guide_queries, insert_a_dashboard_and_its_tile_in_one_transaction)
{
    const auto chart = add_chart("Revenue", "active", "2024-01-01");
    const auto project = project_;
    const auto user = user_;
    auto both = [project, user, chart](pg::transaction& tx) -> task<void> {
        const auto dashboard = insert("dashboards")
                                   .set("name", "New Dashboard")
                                   .set("project_id", project)
                                   .set("created_by", user)
                                   .returning("id")
                                   .named("guide.dashboard");
        const auto id = co_await tx.one<uuid>(dashboard());
        const auto tile = insert("dashboard_tiles").set("dashboard_id", id).set("chart_id", chart).named("guide.tile");
        co_await tx.execute(tile());
    };
    here_.run(here_.database.transact({}, deadline::after(20s), both));
    EXPECT_EQ(database_->value("select d.name from dashboard_tiles t join dashboards d on d.id = t.dashboard_id"),
              "New Dashboard");
}

// Section "Performance Optimization": a statement with $1 that is built once.
TEST_F(guide_queries, build_once_and_fill_at_each_call)
{
    static const auto by_project = select("name")
                                       .from("dashboards")
                                       .where("project_id", param<uuid>())
                                       .order_by("name")
                                       .limit(param<std::int64_t>())
                                       .named<uuid, std::int64_t>("dashboards.by_project");
    add_dashboard("Sales");
    add_dashboard("Costs");
    EXPECT_THAT(here_.run(session_->all<std::string>(by_project(project_, 1))), ElementsAre("Costs"));
    EXPECT_THAT(here_.run(session_->all<std::string>(by_project(project_, 9))), ElementsAre("Costs", "Sales"));
    EXPECT_THAT(here_.run(session_->all<std::string>(by_project(uuid{}, 9))), IsEmpty());
}

} // namespace
} // namespace lightdash::sql
