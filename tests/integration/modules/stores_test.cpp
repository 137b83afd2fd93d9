// The stores by themselves: every statement is built, bound and run, and what was written is what is read.
#include "modules/charts/service.hpp"
#include "modules/charts/store.hpp"
#include "modules/dashboards/store.hpp"
#include "modules/organizations/store.hpp"
#include "modules/projects/store.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/users/store.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gmock/gmock.h>

#include <list>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using namespace charts;
using namespace dashboards;
using namespace projects;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Kept, because a store's task refers to it.
template <class Body>
const Body& body(std::string_view text)
{
    static std::list<Body> kept;
    return kept.emplace_back(json::read_body<Body>(*json::value::parse(text)));
}

const audit::origin origin{"a request"};
const api::if_match whatever_it_is;
const sealing_keys no_keys;
const sealing unsealed{no_keys};

const std::string chart_body =
    R"({"name": "Revenue", "tableName": "orders", "metricQuery": {"exploreName": "orders", "dimensions": ["a"],
        "metrics": [], "filters": {}, "sorts": [], "limit": 5, "tableCalculations": []},
        "chartConfig": {"type": "table"}, "tableConfig": {"columnOrder": []}})";

class Stores : public ::testing::Test {
protected:
    static void SetUpTestSuite() { database_.emplace(testing::test_database::migrated()); }
    static void TearDownTestSuite() { database_.reset(); }

    // Whatever the result is, it need not be made before it is there.
    template <class T>
    static task<std::optional<T>> held(task<T> work)
    {
        co_return std::optional<T>{co_await std::move(work)};
    }
    template <class T>
    T run(task<T> work)
    {
        return std::move(*here_.run(held(std::move(work))));
    }
    void run(task<void> work) { here_.run(std::move(work)); }
    // What `work` writes, committed.
    template <class Work>
    auto write(Work work)
    {
        return run(here_.database.transact({}, deadline::after(20s), std::move(work)));
    }
    template <class Work>
    error_kind refused(Work work)
    {
        try {
            (void)work();
        } catch (const error& failure) {
            return failure.kind();
        }
        ADD_FAILURE() << "it was allowed";
        return error_kind::internal;
    }

    void SetUp() override
    {
        database_->execute("truncate organizations cascade");
        const users::new_user me{"ME@x.test", "Ada", "Lovelace", "", organization_role::admin};
        who_.user = run(users::store::create(*session_, "Ours", me));
        who_.organization = run(users::store::profile(*session_, who_)).organization_uuid;
        who_.role = organization_role::admin;
        stranger_ = who_;
        stranger_.organization = organization_id{uuid::random()};
        project_ = make_project("P");
    }

    project_id make_project(const std::string& name)
    {
        return write([&](pg::transaction& tx) {
                   return projects::store::create(
                       tx, who_, origin, unsealed,
                       body<new_project>(R"({"name": ")" + name + R"(", "dbtConnection": {"type": "none"}})"));
               })
            .project_uuid;
    }
    chart_details make_chart()
    {
        return write([&](pg::transaction& tx) {
            return charts::store::create(tx, who_, project_, body<new_chart>(chart_body));
        });
    }
    dashboard_details make_dashboard(const std::string& tiles, const std::string& more = {})
    {
        return write([&](pg::transaction& tx) {
            return dashboards::store::create(
                tx, who_, project_, body<new_dashboard>(R"({"name": "Sales", "tiles": [)" + tiles + "]" + more + "}"));
        });
    }
    dashboard_details change(dashboard_id id, const std::string& changes)
    {
        return write([&](pg::transaction& tx) {
            return dashboards::store::update(tx, who_, id, body<dashboard_changes>(changes), whatever_it_is);
        });
    }

    static inline std::optional<testing::test_database> database_;
    testing::test_pool here_{database_->connection()};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(50s));
    caller who_, stranger_;
    project_id project_;
};

TEST_F(Stores, KeepCharts)
{
    const auto made = make_chart();
    EXPECT_EQ(made.slug, "revenue");
    EXPECT_THAT(make_chart().slug, ::testing::StartsWith("revenue-"));
    EXPECT_EQ(made.status, chart_status::active);
    EXPECT_THAT(made.metric_query.text, HasSubstr(R"("exploreName": "orders")"));
    const auto changed = write([&](pg::transaction& tx) {
        return charts::store::update(tx, who_, made.uuid,
                                     body<chart_changes>(R"({"description": "d", "status": "draft"})"), whatever_it_is);
    });
    EXPECT_EQ(changed.name, "Revenue");
    EXPECT_EQ(changed.description, "d");
    EXPECT_EQ(changed.status, chart_status::draft);
    const auto emptied = write([&](pg::transaction& tx) {
        return charts::store::update(tx, who_, made.uuid, body<chart_changes>(R"({"name": "N", "description": null})"),
                                     {});
    });
    EXPECT_EQ(emptied.name, "N");
    EXPECT_EQ(emptied.description, std::nullopt);
    EXPECT_EQ(run(charts::store::by_id(*session_, who_, made.uuid)).name, "N");
    EXPECT_EQ(refused([&] { return run(charts::store::by_id(*session_, stranger_, made.uuid)); }),
              error_kind::forbidden);
    EXPECT_EQ(refused([&] { return run(charts::store::by_id(*session_, who_, chart_id{uuid::random()})); }),
              error_kind::not_found);
    api::query<chart_query> asked;
    EXPECT_EQ(run(charts::store::list(*session_, who_, project_, asked, false)).total, 2);
    asked.search.pattern = "%reven%";
    EXPECT_THAT(run(charts::store::list(*session_, who_, project_, asked, false)).rows, SizeIs(1));
    EXPECT_EQ(refused([&] { return run(charts::store::list(*session_, stranger_, project_, asked, false)).total; }),
              error_kind::forbidden);
}

TEST_F(Stores, KeepVersionsOfCharts)
{
    const auto made = make_chart();
    const auto save = [&](const std::string& type, const api::if_match& expected) {
        return write([&](pg::transaction& tx) {
            auto changed = chart_body;
            changed.replace(changed.find("\"table\""), 7, '"' + type + '"');
            changed.replace(changed.find(R"("name": "Revenue", )"), 19, "");
            return charts::store::save_version(tx, who_, made.uuid, body<new_version>(changed), expected);
        });
    };
    const auto second = save("pie", {});
    EXPECT_NE(second.version_uuid, made.version_uuid);
    EXPECT_EQ(refused([&] { return save("gauge", {{{made.version_uuid.value}}}); }), error_kind::stale);
    EXPECT_THAT(run(charts::store::history(*session_, who_, made.uuid)).history, SizeIs(2));
    const auto then = run(charts::store::version(*session_, who_, made.uuid, made.version_uuid));
    EXPECT_THAT(then.chart.chart_config.text, HasSubstr("table"));
    const api::if_match newest{{{second.version_uuid.value}}};
    write(
        [&](pg::transaction& tx) { return charts::store::roll_back(tx, who_, made.uuid, made.version_uuid, newest); });
    EXPECT_THAT(run(charts::store::by_id(*session_, who_, made.uuid)).chart_config.text, HasSubstr("table"));
    const auto copied = write([&](pg::transaction& tx) {
        return charts::store::copy(tx, who_, project_, made.uuid, body<chart_copy>("{}"));
    });
    EXPECT_EQ(copied.name, "Copy of Revenue");

    EXPECT_EQ(run(charts::thin_versions(*session_, std::chrono::days{30})), 0);
    database_->execute("update chart_versions set created_at = '2020-01-01T12:00Z'");
    EXPECT_EQ(run(charts::thin_versions(*session_, std::chrono::days{30})), 0) << "the newest of its day";
    database_->execute("update chart_versions set created_at = '2020-01-01T11:00Z' where id = '" +
                       made.version_uuid.to_string() + "'");
    EXPECT_EQ(run(charts::thin_versions(*session_, std::chrono::days{30})), 1);
    EXPECT_THAT(run(charts::store::history(*session_, who_, made.uuid)).history, SizeIs(2));
}

TEST_F(Stores, KeepDeletedChartsForWhoRestoresThem)
{
    const auto chart = make_chart().uuid;
    const auto tile = [&](const std::string& title) {
        return R"({"type": "saved_chart", "x": 0, "y": 1, "w": 9, "h": 9, "properties": {"savedChartUuid": ")" +
               chart.to_string() + "\"" + title + "}}";
    };
    const auto board = make_dashboard(tile("") + "," + tile(R"(, "title": "Mine")"));
    const auto remove = [&] {
        return write(
            [&](pg::transaction& tx) { return charts::store::remove(tx, who_, chart, origin, whatever_it_is); });
    };
    const auto restore = [&](const caller& who) {
        write([&](pg::transaction& tx) { return charts::restore(tx, who, chart, origin); });
        return 0;
    };
    EXPECT_EQ(refused([&] { return restore(who_); }), error_kind::not_found);
    EXPECT_THAT(remove().dashboards, SizeIs(1));
    EXPECT_EQ(refused([&] { return run(charts::store::by_id(*session_, who_, chart)); }), error_kind::not_found);
    EXPECT_EQ(run(dashboards::store::by_id(*session_, who_, board.uuid)).tiles[0].properties.saved_chart_uuid,
              std::nullopt);
    EXPECT_EQ(refused([&] { return restore(stranger_); }), error_kind::forbidden);
    restore(who_);
    EXPECT_EQ(run(charts::store::by_id(*session_, who_, chart)).slug, "revenue");
    std::vector<std::string> settings;
    for (const auto& each : run(dashboards::store::by_id(*session_, who_, board.uuid)).tiles) {
        EXPECT_EQ(each.properties.saved_chart_uuid, chart);
        settings.push_back(each.properties.settings.text);
    }
    EXPECT_THAT(settings, ::testing::UnorderedElementsAre("{}", R"({"title": "Mine"})"));

    remove();
    EXPECT_EQ(run(charts::purge_deleted(*session_, std::chrono::days{30})), 0);
    database_->execute("update charts set deleted_at = now() - interval '31 days'");
    EXPECT_EQ(run(charts::purge_deleted(*session_, std::chrono::days{30})), 1);
    const auto other = make_chart().uuid;
    write([&](pg::transaction& tx) { return charts::store::remove(tx, who_, other, origin, whatever_it_is); });
    write([&](pg::transaction& tx) { return charts::remove_for_good(tx, who_, other, origin); });
    EXPECT_EQ(database_->value("select count(*) from charts"), "0");
    EXPECT_EQ(database_->value("select string_agg(action, ', ' order by created_at) from audit_log "
                               "where subject = 'SavedChart'"),
              "delete, restore, delete, delete, delete for good");
}

TEST_F(Stores, KeepDashboardsWithTheirTiles)
{
    const auto chart = make_chart().uuid.to_string();
    const std::string heading =
        R"({"type": "heading", "x": 0, "y": 0, "w": 36, "h": 1, "properties": {"text": "Hi", "showDivider": true}})";
    const std::string shown =
        R"({"type": "saved_chart", "x": 0, "y": 1, "w": 9, "h": 9, "properties": {"savedChartUuid": ")" + chart +
        R"("}})";
    const auto plain = make_dashboard(heading, R"(, "dateZoomGranularities": ["Day"])");
    EXPECT_THAT(plain.config.text, HasSubstr("dateZoomGranularities"));
    EXPECT_EQ(plain.tabs.text, "[]");
    EXPECT_THAT(plain.filters.text, HasSubstr("tableCalculations"));
    const auto checked = make_dashboard(heading + "," + shown);
    ASSERT_THAT(checked.tiles, SizeIs(2));
    EXPECT_EQ(checked.tiles[1].properties.chart_name, "Revenue");
    const auto read = run(dashboards::store::by_id(*session_, who_, checked.uuid));
    EXPECT_EQ(read.tiles[1].properties.chart_slug, "revenue");
    EXPECT_THAT(read.tiles[0].properties.settings.text, HasSubstr("Hi"));

    EXPECT_EQ(
        change(checked.uuid, R"({"description": "d", "config": {"a": 1}, "dateZoomGranularities": []})").config.text,
        R"({"a": 1, "dateZoomGranularities": []})");
    EXPECT_EQ(change(checked.uuid, R"({"description": null})").config.text, R"({"a": 1, "dateZoomGranularities": []})");
    const auto tile = read.tiles[0].uuid.to_string();
    const auto kept =
        change(checked.uuid, R"({"name": "S", "tiles": [{"uuid": ")" + tile + R"(",)" + heading.substr(1) + "]}");
    ASSERT_THAT(kept.tiles, SizeIs(1));
    EXPECT_EQ(kept.tiles[0].uuid, read.tiles[0].uuid);
    EXPECT_THAT(change(checked.uuid, R"({"tabs": []})").tiles, SizeIs(1));
    EXPECT_EQ(refused([&] {
                  return change(checked.uuid,
                                R"({"tiles": [)" +
                                    std::string{shown}.replace(shown.find(chart), 36, uuid::random().to_string()) +
                                    "]}");
              }),
              error_kind::invalid_parameter);

    api::query<dashboard_query> asked;
    EXPECT_EQ(run(dashboards::store::list(*session_, who_, project_, asked)).total, 2);
    asked.chart_uuid = *chart_id::parse(chart);
    EXPECT_EQ(run(dashboards::store::list(*session_, who_, project_, asked)).total, 0);
    EXPECT_EQ(refused([&] { return run(dashboards::store::by_id(*session_, stranger_, plain.uuid)); }),
              error_kind::forbidden);
    EXPECT_EQ(run(dashboards::store::id_of_slug(*session_, who_, plain.slug)), plain.uuid);
    EXPECT_EQ(refused([&] { return run(dashboards::store::id_of_slug(*session_, stranger_, plain.slug)); }),
              error_kind::not_found);
    write([&](pg::transaction& tx) { return dashboards::store::remove(tx, who_, plain.uuid, origin, whatever_it_is); });
    EXPECT_EQ(refused([&] { return run(dashboards::store::by_id(*session_, who_, plain.uuid)); }),
              error_kind::not_found);
}

TEST_F(Stores, RemoveAProjectWithWhatEverySliceKeepsOfIt)
{
    const auto chart = make_chart().uuid.to_string();
    (void)make_dashboard(
        R"({"type": "saved_chart", "x": 0, "y": 1, "w": 9, "h": 9, "properties": {"savedChartUuid": ")" + chart +
        R"("}})");
    const auto preview = make_project("Preview");
    database_->execute("update projects set upstream_project_id = '" + project_.to_string() + "' where id = '" +
                       preview.to_string() + "'");
    EXPECT_EQ(refused([&] {
                  write([&](pg::transaction& tx) { return projects::store::remove(tx, stranger_, origin, project_); });
                  return 0;
              }),
              error_kind::forbidden);
    EXPECT_EQ(database_->value("select count(*) from dashboard_tiles"), "1");
    write([&](pg::transaction& tx) { return projects::store::remove(tx, who_, origin, project_); });
    EXPECT_THAT(database_->column("select count(*) from charts union all select count(*) from dashboards"),
                ElementsAre("0", "0"));
    const auto left = run(projects::store::by_id(*session_, who_, preview));
    EXPECT_EQ(left.upstream_project_uuid, std::nullopt);
}

TEST_F(Stores, KeepProjectsAndTellOfPeopleAndOrganizations)
{
    const auto changed = write([&](pg::transaction& tx) {
        return projects::store::update(
            tx, who_, origin, unsealed, project_,
            body<project_changes>(R"({"dbtConnection": {"type": "github", "branch": "main"}})"));
    });
    EXPECT_EQ(changed.name, "P");
    EXPECT_EQ(changed.dbt_version, "v1.9");
    EXPECT_EQ(changed.dbt_connection.text, R"({"type": "github", "branch": "main"})");
    EXPECT_EQ(
        refused([&] {
            return write([&](pg::transaction& tx) {
                return projects::store::create(
                    tx, who_, origin, unsealed,
                    body<new_project>(
                        R"({"name": "A", "type": "PREVIEW", "dbtConnection": {"type": "none"}, "upstreamProjectUuid": ")" +
                        uuid::random().to_string() + R"("})"));
            });
        }),
        error_kind::invalid_parameter);
    api::query<list_query> asked;
    EXPECT_THAT(run(projects::store::list(*session_, who_, asked)).rows, SizeIs(1));
    api::query<users::member_query> members;
    members.search_query.pattern = "%love%";
    const auto people = run(users::store::list(*session_, who_, members));
    ASSERT_THAT(people.rows, SizeIs(1));
    EXPECT_EQ(people.rows[0].email, "me@x.test");
    EXPECT_TRUE(people.rows[0].is_pending);
    EXPECT_FALSE(run(organizations::store::by_id(*session_, who_)).needs_project);
}

} // namespace
} // namespace lightdash
