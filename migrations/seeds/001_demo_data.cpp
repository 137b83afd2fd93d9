// Organizations "Jaffle Shop" (one user per role, the project "Jaffle shop" with charts and dashboards) and "Another
// Shop" (an admin, no projects). Everything has a fixed id: what is there is left as it is, so running it twice changes
// nothing. One transaction. Every password is "demo_password!".
#include "lightdash/migrate/code_seed.hpp"

#include <tuple>

namespace {

const pg::statement count_users{"seed.count_users", R"(
        select count(*) from users where email in (
            'demo@lightdash.com', 'viewer@lightdash.com', 'interactive_viewer@lightdash.com', 'editor@lightdash.com',
            'developer@lightdash.com', 'member@lightdash.com', 'another@lightdash.com'))"};

const pg::statement add_organizations{"seed.organizations", R"(
        insert into organizations (id, name) values
            ('0a000000-0000-4000-8000-000000000001', 'Jaffle Shop'),
            ('0a000000-0000-4000-8000-000000000002', 'Another Shop')
        on conflict do nothing)"};

// $1: the hash of their password.
const pg::statement add_users{"seed.users", R"(
        insert into users (id, email, first_name, last_name, password_hash, organization_id, role)
        select id::uuid, email, first_name, last_name, $1, organization_id::uuid, role
        from (values
            ('0b000000-0000-4000-8000-000000000001', 'demo@lightdash.com', 'David', 'Attenborough',
             '0a000000-0000-4000-8000-000000000001', 'admin'),
            ('0b000000-0000-4000-8000-000000000002', 'viewer@lightdash.com', 'Vera', 'Viewer',
             '0a000000-0000-4000-8000-000000000001', 'viewer'),
            ('0b000000-0000-4000-8000-000000000003', 'interactive_viewer@lightdash.com', 'Ines', 'Interactive',
             '0a000000-0000-4000-8000-000000000001', 'interactive_viewer'),
            ('0b000000-0000-4000-8000-000000000004', 'editor@lightdash.com', 'Edda', 'Editor',
             '0a000000-0000-4000-8000-000000000001', 'editor'),
            ('0b000000-0000-4000-8000-000000000005', 'developer@lightdash.com', 'Dario', 'Developer',
             '0a000000-0000-4000-8000-000000000001', 'developer'),
            ('0b000000-0000-4000-8000-000000000006', 'member@lightdash.com', 'Mara', 'Member',
             '0a000000-0000-4000-8000-000000000001', 'member'),
            ('0b000000-0000-4000-8000-000000000007', 'another@lightdash.com', 'Ada', 'Another',
             '0a000000-0000-4000-8000-000000000002', 'admin')
        ) person (id, email, first_name, last_name, organization_id, role)
        on conflict do nothing)"};

const pg::statement add_projects{"seed.projects", R"(
        insert into projects (id, name, organization_id, dbt_project_type, dbt_connection, created_by)
        select '0c000000-0000-4000-8000-000000000001', 'Jaffle shop', '0a000000-0000-4000-8000-000000000001', 'dbt',
               '{"target": "jaffle", "environment": [], "project_dir": "/usr/app/dbt"}', u.id
        from users u where u.email = 'demo@lightdash.com'
        on conflict do nothing)"};

const pg::statement add_charts{"seed.charts", R"(
        insert into charts (id, project_id, name, description, table_name, metric_query, chart_config, table_config, slug,
                            created_by, updated_by)
        select c.id::uuid, p.id, c.name, c.description, c.explore,
               jsonb_build_object('exploreName', c.explore, 'dimensions', c.dimensions::jsonb, 'metrics', c.metrics::jsonb,
                                  'filters', '{}'::jsonb, 'sorts', c.sorts::jsonb, 'limit', c.row_limit,
                                  'tableCalculations', '[]'::jsonb),
               c.config::jsonb, jsonb_build_object('columnOrder', c.dimensions::jsonb || c.metrics::jsonb), c.slug, u.id, u.id
        from (values
            ('0d000000-0000-4000-8000-000000000001', 'How much revenue do we have per payment method?',
             'Total revenue received, by the way it was paid', 'how-much-revenue-do-we-have-per-payment-method', 'payments',
             '["payments_payment_method"]', '["payments_total_revenue"]',
             '[{"fieldId": "payments_total_revenue", "descending": true}]', 10,
             '{"type": "cartesian", "config": {"layout": {"xField": "payments_payment_method", "yField": ["payments_total_revenue"]}, "eChartsConfig": {"series": [{"type": "bar", "encode": {"xRef": {"field": "payments_payment_method"}, "yRef": {"field": "payments_total_revenue"}}}]}}}'),
            ('0d000000-0000-4000-8000-000000000002', 'How many orders we have over time?',
             'Number of orders per week and status', 'how-many-orders-we-have-over-time', 'orders',
             '["orders_order_date_week", "orders_status"]', '["orders_unique_order_count"]',
             '[{"fieldId": "orders_order_date_week", "descending": false}]', 500,
             '{"type": "cartesian", "config": {"layout": {"xField": "orders_order_date_week", "yField": ["orders_unique_order_count"]}, "eChartsConfig": {"series": [{"type": "line", "stack": "orders_unique_order_count", "areaStyle": {}, "encode": {"xRef": {"field": "orders_order_date_week"}, "yRef": {"field": "orders_unique_order_count"}}}]}}}'),
            ('0d000000-0000-4000-8000-000000000003', 'What is the average spend per customer?',
             'Average order value of each customer', 'what-is-the-average-spend-per-customer', 'customers',
             '["customers_customer_id"]', '["orders_average_order_size"]',
             '[{"fieldId": "orders_average_order_size", "descending": true}]', 500,
             '{"type": "cartesian", "config": {"layout": {"xField": "customers_customer_id", "yField": ["orders_average_order_size"]}, "eChartsConfig": {"series": [{"type": "scatter", "encode": {"xRef": {"field": "customers_customer_id"}, "yRef": {"field": "orders_average_order_size"}}}]}}}'),
            ('0d000000-0000-4000-8000-000000000004', 'Which customers have not recently ordered an item?',
             'The longest time since a last order', 'which-customers-have-not-recently-ordered-an-item', 'customers',
             '["customers_first_name", "customers_last_name", "customers_days_since_last_order"]', '[]',
             '[{"fieldId": "customers_days_since_last_order", "descending": true}]', 100,
             '{"type": "table", "config": {"showTableNames": false, "showResultsTotal": true}}'),
            ('0d000000-0000-4000-8000-000000000005', 'What''s our total revenue to date?',
             'Sum of all payments', 'whats-our-total-revenue-to-date', 'payments',
             '[]', '["payments_total_revenue"]', '[]', 1,
             '{"type": "big_number", "config": {"label": "Total revenue", "style": "thousands"}}'),
            ('0d000000-0000-4000-8000-000000000006', 'How do orders end?',
             'Share of each status', 'how-do-orders-end', 'orders',
             '["orders_status"]', '["orders_unique_order_count"]',
             '[{"fieldId": "orders_unique_order_count", "descending": true}]', 20,
             '{"type": "pie", "config": {"groupFieldIds": ["orders_status"], "metricId": "orders_unique_order_count", "isDonut": true}}'),
            ('0d000000-0000-4000-8000-000000000007', 'From first order to regular customer',
             'Customers by the number of their orders', 'from-first-order-to-regular-customer', 'customers',
             '["customers_order_count"]', '["customers_unique_customer_count"]',
             '[{"fieldId": "customers_order_count", "descending": false}]', 50,
             '{"type": "funnel", "config": {"fieldId": "customers_unique_customer_count", "dataInput": "column"}}')
        ) c (id, name, description, slug, explore, dimensions, metrics, sorts, row_limit, config)
        join projects p on p.id = '0c000000-0000-4000-8000-000000000001'
        join users u on u.email = 'demo@lightdash.com'
        on conflict do nothing)"};

// Answers how many dashboards and how many tiles were added. A dashboard that exists keeps the tiles that it has.
const pg::statement add_dashboards{"seed.dashboards", R"(
        with added as (
            insert into dashboards (id, project_id, name, description, slug, tabs, created_by, updated_by)
            select d.id::uuid, p.id, d.name, d.description, d.slug, d.tabs::jsonb, u.id, u.id
            from (values
                ('0e000000-0000-4000-8000-000000000001', 'Jaffle dashboard', 'How the shop is doing', 'jaffle-dashboard', '[]'),
                ('0e000000-0000-4000-8000-000000000002', 'Customers', 'Who buys, and who has stopped', 'customers',
                 '[{"uuid": "0f000000-0000-4000-8000-0000000000a1", "name": "Spend", "order": 0}, {"uuid": "0f000000-0000-4000-8000-0000000000a2", "name": "Loyalty", "order": 1}]'),
                ('0e000000-0000-4000-8000-000000000003', 'Start here', null, 'start-here', '[]')
            ) d (id, name, description, slug, tabs)
            join projects p on p.id = '0c000000-0000-4000-8000-000000000001'
            join users u on u.email = 'demo@lightdash.com'
            on conflict do nothing
            returning id
        ), tiles as (
            insert into dashboard_tiles (id, dashboard_id, tile_type, chart_id, position_x, position_y, width, height, tab_id,
                                         properties)
            select t.id::uuid, added.id, t.tile_type, t.chart_id::uuid, t.x, t.y, t.w, t.h, t.tab_id::uuid,
                   t.properties::jsonb
            from (values
                ('0f000000-0000-4000-8000-000000000001', '0e000000-0000-4000-8000-000000000001', 'markdown', null,
                 0, 0, 9, 9, null, '{"title": "Welcome", "content": "### Welcome to the Jaffle Shop\nToast, filled and pressed."}'),
                ('0f000000-0000-4000-8000-000000000002', '0e000000-0000-4000-8000-000000000001', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000005', 9, 0, 9, 9, null, '{"hideTitle": false}'),
                ('0f000000-0000-4000-8000-000000000003', '0e000000-0000-4000-8000-000000000001', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000001', 18, 0, 18, 9, null, '{}'),
                ('0f000000-0000-4000-8000-000000000004', '0e000000-0000-4000-8000-000000000001', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000002', 0, 9, 24, 9, null, '{}'),
                ('0f000000-0000-4000-8000-000000000005', '0e000000-0000-4000-8000-000000000001', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000006', 24, 9, 12, 9, null, '{"title": "Order status"}'),
                ('0f000000-0000-4000-8000-000000000006', '0e000000-0000-4000-8000-000000000002', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000003', 0, 0, 36, 12, '0f000000-0000-4000-8000-0000000000a1', '{}'),
                ('0f000000-0000-4000-8000-000000000007', '0e000000-0000-4000-8000-000000000002', 'heading', null,
                 0, 0, 36, 1, '0f000000-0000-4000-8000-0000000000a2', '{"text": "Do they come back?", "showDivider": true}'),
                ('0f000000-0000-4000-8000-000000000008', '0e000000-0000-4000-8000-000000000002', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000007', 0, 1, 18, 9, '0f000000-0000-4000-8000-0000000000a2', '{}'),
                ('0f000000-0000-4000-8000-000000000009', '0e000000-0000-4000-8000-000000000002', 'saved_chart',
                 '0d000000-0000-4000-8000-000000000004', 18, 1, 18, 9, '0f000000-0000-4000-8000-0000000000a2', '{}'),
                ('0f000000-0000-4000-8000-00000000000a', '0e000000-0000-4000-8000-000000000003', 'loom', null,
                 0, 0, 18, 9, null, '{"title": "A tour", "url": "https://www.loom.com/share/jaffle-shop-tour"}'),
                ('0f000000-0000-4000-8000-00000000000b', '0e000000-0000-4000-8000-000000000003', 'markdown', null,
                 18, 0, 18, 9, null, '{"title": "First steps", "content": "1. Open the *Jaffle dashboard*\n2. Change a chart"}')
            ) t (id, dashboard_id, tile_type, chart_id, x, y, w, h, tab_id, properties)
            join added on added.id = t.dashboard_id::uuid
            on conflict do nothing
            returning id
        )
        select (select count(*) from added), (select count(*) from tiles))"};

constexpr std::int64_t demo_users = 7;

task<seed_counts> add_demo_data(seed_run run)
{
    auto tx = co_await run.db.begin({}, run.until);
    const auto present = co_await tx.one<std::int64_t>(count_users);
    // Hashing takes tens of milliseconds by design: once for all of them, and not at all when nobody is to be added.
    const std::string hash = present < demo_users ? lightdash::hash_password("demo_password!") : std::string{};

    pg::statement_batch all;
    const auto organizations = all.add(add_organizations);
    const auto users = all.add(add_users, hash);
    const auto projects = all.add(add_projects);
    const auto charts = all.add(add_charts);
    const auto dashboards = all.add(add_dashboards);
    co_await tx.finish(all);

    const auto [dashboards_added, tiles_added] = all.one<std::tuple<std::int64_t, std::int64_t>>(dashboards);
    co_return seed_counts{{"organization", all.affected(organizations)},
                          {"user", all.affected(users)},
                          {"project", all.affected(projects)},
                          {"chart", all.affected(charts)},
                          {"dashboard", static_cast<std::uint64_t>(dashboards_added)},
                          {"tile", static_cast<std::uint64_t>(tiles_added)}};
}

} // namespace

LIGHTDASH_SEED(add_demo_data);
