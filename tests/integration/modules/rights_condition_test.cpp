// The condition that statements carry, against design/api.md 4: organizations, roles in them, ownership. Roles in
// projects and spaces: rights_of_spaces_test.cpp.
#include "modules/access/condition.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

#include <array>

namespace lightdash::access {
namespace {

using namespace std::chrono_literals;
using enum organization_role;

constexpr std::array roles{member, viewer, interactive_viewer, editor, developer, admin};

// Two organizations; the first has two users and a project, with a chart of each of them.
class RightsCondition : public ::testing::Test {
protected:
    static void SetUpTestSuite() { database_.emplace(testing::test_database::migrated()); }
    static void TearDownTestSuite() { database_.reset(); }

    void SetUp() override
    {
        database_->execute("truncate organizations cascade");
        ours_ = made<organization_id>("insert into organizations (name) values ('Ours') returning id");
        theirs_ = made<organization_id>("insert into organizations (name) values ('Theirs') returning id");
        me_ = user("me@x.test");
        colleague_ = user("you@x.test");
        project_ = project("DEFAULT", "'" + me_.to_string() + "'");
        preview_ = project("PREVIEW", "null");
        my_chart_ = chart(me_);
        other_chart_ = chart(colleague_);
    }

    template <class Id>
    static Id made(const std::string& statement)
    {
        return *Id::parse(database_->value(statement));
    }
    user_id user(const std::string& mail) const
    {
        return made<user_id>("insert into users (email, first_name, last_name, organization_id) values ('" + mail +
                             "', 'A', 'B', '" + ours_.to_string() + "') returning id");
    }
    project_id project(const std::string& type, const std::string& creator) const
    {
        return made<project_id>("insert into projects (name, organization_id, dbt_project_type, type, created_by) "
                                "values ('P', '" +
                                ours_.to_string() + "', 'none', '" + type + "', " + creator + ") returning id");
    }
    chart_id chart(user_id creator) const
    {
        return made<chart_id>(
            "insert into charts (project_id, name, table_name, metric_query, chart_config, created_by) values ('" +
            project_.to_string() + "', 'C', 't', '{}', '{}', '" + creator.to_string() + "') returning id");
    }
    caller with(organization_role role) const { return {me_, ours_, role, "me@x.test"}; }
    caller stranger(organization_role role) const { return {me_, theirs_, role, "me@x.test"}; }

    bool says(const sql::select& query, const caller& who)
    {
        const auto ask = query.named<caller>("rights.ask");
        return here_.run(session_->one<bool>(ask(who)));
    }
    // What may() says by both of its ways to the project, which must agree.
    bool of_chart(std::span<const right> rows, chart_id id, const caller& who)
    {
        const auto joined = sql::select(may(rows, "c", "p").as("allowed"))
                                .from("charts as c")
                                .join("projects as p", "p.id", "c.project_id")
                                .where("c.id", sql::value(id));
        const auto alone =
            sql::select(may(rows, "c", {}).as("allowed")).from("charts as c").where("c.id", sql::value(id));
        const bool allowed = says(joined, who);
        EXPECT_EQ(says(alone, who), allowed);
        return allowed;
    }
    bool of_project(std::span<const right> rows, project_id id, const caller& who)
    {
        return says(sql::select(may(rows, "p", "p").as("allowed")).from("projects as p").where("p.id", sql::value(id)),
                    who);
    }

    static inline std::optional<testing::test_database> database_;
    testing::test_pool here_{database_->connection()};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(50s));
    organization_id ours_, theirs_;
    user_id me_, colleague_;
    project_id project_, preview_;
    chart_id my_chart_, other_chart_;
};

struct expectation {
    scope what;
    organization_role least; // api.md 4.3, of what lies in a space that inherits
};
constexpr expectation of_charts[]{
    {scope::view_saved_chart, viewer},
    {scope::update_saved_chart, editor},
    {scope::delete_saved_chart, editor},
};
constexpr expectation of_projects[]{
    {scope::view_project, viewer},
    {scope::update_project, developer},
    {scope::delete_project, admin},
    {scope::create_saved_chart, interactive_viewer},
    {scope::create_dashboard, interactive_viewer},
};

TEST_F(RightsCondition, WithTheGateIsTheTableOfRolesForEveryRow)
{
    const auto ask = [&](const sql::condition& allowed, std::string_view table, std::string_view alias,
                         const std::string& id, const caller& who) {
        return says(sql::select(allowed.as("allowed"))
                        .from(sql::ref(table).as(alias))
                        .where_raw("id = ?::uuid", sql::untyped{id}),
                    who);
    };
    for (const auto role : roles) {
        for (const auto& [what, least] : of_charts)
            for (const auto chart : {my_chart_, other_chart_}) {
                const bool gate = decide(role, what) != verdict::no;
                const auto id = chart.to_string();
                EXPECT_EQ(gate && ask(may(what, "c"), "charts", "c", id, with(role)), role >= least)
                    << name_of(what).action << ' ' << static_cast<int>(role);
                EXPECT_FALSE(ask(may(what, "c"), "charts", "c", id, stranger(role)));
            }
        for (const auto& [what, least] : of_projects) {
            const bool gate = decide(role, what) != verdict::no;
            const auto id = project_.to_string();
            EXPECT_EQ(gate && ask(may_in(what, "p"), "projects", "p", id, with(role)), role >= least)
                << name_of(what).action << ' ' << static_cast<int>(role);
            EXPECT_FALSE(ask(may_in(what, "p"), "projects", "p", id, stranger(role)));
        }
    }
}

// The shape for what comes: rows of a table of rights with each modifier, some of them without an unrestricted one.
TEST_F(RightsCondition, OfOnesOwnThingsAsksWhoMadeThem)
{
    constexpr std::array own{right{scope::update_saved_chart, modifier::self, developer, std::nullopt},
                             right{scope::update_saved_chart, modifier::none, admin, std::nullopt}};
    EXPECT_TRUE(of_chart(own, my_chart_, with(developer)));
    EXPECT_FALSE(of_chart(own, other_chart_, with(developer)));
    EXPECT_FALSE(of_chart(own, my_chart_, with(editor)));
    EXPECT_TRUE(of_chart(own, other_chart_, with(admin)));
    EXPECT_FALSE(of_chart(own, my_chart_, stranger(admin)));
    EXPECT_TRUE(of_project(own, project_, with(developer)));
    EXPECT_FALSE(of_project(own, preview_, with(developer))) << "nobody is known to have made it";
}

TEST_F(RightsCondition, OfPreviewsAsksForTheProjectsType)
{
    constexpr std::array previews{right{scope::delete_project, modifier::preview, developer, std::nullopt},
                                  right{scope::delete_project, modifier::none, admin, std::nullopt}};
    EXPECT_TRUE(of_project(previews, preview_, with(developer)));
    EXPECT_FALSE(of_project(previews, project_, with(developer)));
    EXPECT_TRUE(of_project(previews, project_, with(admin)));
    EXPECT_FALSE(of_project(previews, preview_, with(editor)));
    EXPECT_FALSE(of_project(previews, preview_, stranger(admin)));
}

TEST_F(RightsCondition, OfOnesOwnPreviewsAsksForBoth)
{
    constexpr std::array own{right{scope::delete_project, modifier::own_preview, developer, std::nullopt}};
    const auto my_preview = project("PREVIEW", "'" + me_.to_string() + "'");
    EXPECT_TRUE(of_project(own, my_preview, with(developer)));
    EXPECT_FALSE(of_project(own, my_preview, with(editor)));
    EXPECT_FALSE(of_project(own, my_preview, stranger(admin)));
    EXPECT_FALSE(of_project(own, project_, with(developer))) << "it is no preview";
    EXPECT_FALSE(of_project(own, preview_, with(developer))) << "nobody is known to have made it";
}

TEST_F(RightsCondition, AScopeThatNobodyHasIsRefusedToAnAdmin)
{
    EXPECT_FALSE(of_chart({}, my_chart_, with(admin)));
}

} // namespace
} // namespace lightdash::access
