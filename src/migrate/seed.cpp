#include "lightdash/migrate/seed.hpp"

#include "lightdash/core/password.hpp"
#include "migrate/seed_statements.hpp"

#include <string>
#include <tuple>

namespace lightdash::migrate {

namespace {

constexpr std::int64_t demo_users = 7;

using pair_of_counts = std::tuple<std::int64_t, std::int64_t>;

void take_dashboards(seed_report& report, const pair_of_counts& added)
{
    report.dashboards = static_cast<std::uint64_t>(std::get<0>(added));
    report.tiles = static_cast<std::uint64_t>(std::get<1>(added));
}

} // namespace

task<seed_report> seed_demo(pg::database& db, deadline until)
{
    auto tx = co_await db.begin({}, until);
    const auto present = co_await tx.one<std::int64_t>(seed_sql::count_demo_users());
    // Hashing takes tens of milliseconds by design: once for all of them, and not at all when nobody is to be added.
    const std::string hash = present < demo_users ? hash_password("demo_password!") : std::string{};

    pg::flight all;
    const auto organizations = all.add(seed_sql::organizations());
    const auto users = all.add(seed_sql::users(), hash);
    const auto projects = all.add(seed_sql::projects());
    const auto charts = all.add(seed_sql::charts());
    const auto dashboards = all.add(seed_sql::dashboards());
    co_await tx.finish(all);

    seed_report report;
    report.organizations = all.affected(organizations);
    report.users = all.affected(users);
    report.projects = all.affected(projects);
    report.charts = all.affected(charts);
    take_dashboards(report, all.one<pair_of_counts>(dashboards));
    co_return report;
}

task<seed_report> seed_scale(pg::database& db, unsigned units, deadline until)
{
    static const pg::statement insert_project{"seed.scale_project", R"(
        insert into projects (id, name, organization_id, dbt_project_type, created_by)
        select '0c000000-0000-4000-8000-00000000000f', 'Load test', u.organization_id, 'none', u.id
        from users u where u.email = 'demo@lightdash.com'
        on conflict do nothing)"};
    static const pg::statement insert_charts{"seed.scale_charts", R"(
        insert into charts (id, project_id, name, table_name, metric_query, chart_config, slug, created_by, created_at)
        select md5('chart ' || n)::uuid, p.id, 'Chart ' || n, 'orders',
               '{"exploreName": "orders", "dimensions": ["orders_status"], "metrics": ["orders_unique_order_count"], "filters": {}, "sorts": [], "limit": 500, "tableCalculations": []}',
               '{"type": "table", "config": {}}', 'chart-' || n, p.created_by, p.created_at + n * interval '1 second'
        from projects p, generate_series(1, $1::int4 * 200) n
        where p.id = '0c000000-0000-4000-8000-00000000000f'
        on conflict do nothing)"};
    static const pg::statement insert_dashboards{"seed.scale_dashboards", R"(
        with added as (
            insert into dashboards (id, project_id, name, description, slug, created_by, created_at)
            select md5('dashboard ' || n)::uuid, p.id, 'Dashboard ' || n, 'Made for load tests', 'dashboard-' || n, p.created_by,
                   p.created_at + n * interval '1 second'
            from projects p, generate_series(1, $1::int4 * 1000) n
            where p.id = '0c000000-0000-4000-8000-00000000000f'
            on conflict do nothing
            returning id, slug
        ), tiles as (
            insert into dashboard_tiles (id, dashboard_id, tile_type, chart_id, position_x, position_y, width, height, properties)
            select md5('tile ' || i || ' of ' || slug)::uuid, id, case when i = 5 then 'markdown' else 'saved_chart' end,
                   case when i < 5
                        then md5('chart ' || 1 + (split_part(slug, '-', 2)::int4 * 4 + i) % ($1::int4 * 200))::uuid end,
                   (i - 1) % 2 * 18, (i - 1) / 2 * 9, 18, 9,
                   case when i = 5 then '{"title": "Notes", "content": "Nothing to see here."}'::jsonb else '{}' end
            from added, generate_series(1, 5) i
            on conflict do nothing
            returning id
        )
        select (select count(*) from added), (select count(*) from tiles))"};
    // A load test without statistics would measure the planner's guesses.
    static const pg::statement analyze{"seed.analyze", "analyze projects, charts, dashboards, dashboard_tiles"};

    const auto count = static_cast<std::int32_t>(units);
    auto tx = co_await db.begin({}, until);
    pg::flight all;
    const auto projects = all.add(insert_project);
    const auto charts = all.add(insert_charts, count);
    const auto dashboards = all.add(insert_dashboards, count);
    all.add(analyze);
    co_await tx.finish(all);

    seed_report report;
    report.projects = all.affected(projects);
    report.charts = all.affected(charts);
    take_dashboards(report, all.one<pair_of_counts>(dashboards));
    co_return report;
}

} // namespace lightdash::migrate
