// Organizations "Jaffle Shop" (one user per role, groups, the project "Jaffle shop" with roles in it, open and private
// spaces, charts and dashboards with earlier versions, a deleted chart) and "Another Shop" (an admin, no projects):
// every endpoint answers something. Everything has a fixed id: what is there is left as it is, so running it twice
// changes nothing; what has parts of its own gets them when it is made. One transaction. Every password is
// "demo_password!".
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

// What was made by this transaction: its parts are made with it, and never again.
const pg::statement add_default_space{"seed.default_space", R"(
        update spaces s set id = '1c000000-0000-4000-8000-000000000001'
        from projects p
        where p.id = '0c000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc'
          and s.project_id = p.id and s.is_default and s.id <> '1c000000-0000-4000-8000-000000000001')"};

const pg::statement add_spaces{"seed.spaces", R"(
        insert into spaces (id, project_id, name, slug, inherits, created_by)
        select s.id::uuid, p.id, s.name, s.slug, s.inherits, u.id
        from (values
            ('1c000000-0000-4000-8000-000000000002', 'Finance', 'finance', false),
            ('1c000000-0000-4000-8000-000000000003', 'Marketing', 'marketing', true)
        ) s (id, name, slug, inherits)
        join projects p on p.id = '0c000000-0000-4000-8000-000000000001'
        join users u on u.email = 'demo@lightdash.com'
        on conflict do nothing)"};

const pg::statement add_groups{"seed.groups", R"(
        insert into groups (id, organization_id, name, created_by, updated_by)
        select g.id::uuid, u.organization_id, g.name, u.id, u.id
        from (values
            ('1a000000-0000-4000-8000-000000000001', 'Accountants'),
            ('1a000000-0000-4000-8000-000000000002', 'Analysts')
        ) g (id, name)
        join users u on u.email = 'demo@lightdash.com'
        on conflict do nothing)"};

const pg::statement add_members{"seed.group_members", R"(
        insert into group_memberships (group_id, user_id)
        select g.id, u.id
        from (values
            ('1a000000-0000-4000-8000-000000000001', 'editor@lightdash.com'),
            ('1a000000-0000-4000-8000-000000000001', 'viewer@lightdash.com'),
            ('1a000000-0000-4000-8000-000000000002', 'developer@lightdash.com')
        ) m (group_id, email)
        join groups g on g.id = m.group_id::uuid and g.created_at = now()
        join users u on u.email = m.email and u.organization_id = g.organization_id
        on conflict do nothing)"};

// None is stronger than the role in the organization: what a role's user may do is what that role says.
const pg::statement add_grants{"seed.grants", R"(
        with of_users as (
            insert into project_memberships (project_id, user_id, role)
            select p.id, u.id, g.role
            from (values ('demo@lightdash.com', 'admin'), ('viewer@lightdash.com', 'viewer')) g (email, role)
            join projects p on p.id = '0c000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc'
            join users u on u.email = g.email
            on conflict do nothing
        ), of_groups as (
            insert into project_group_access (project_id, group_id, role)
            select p.id, g.id, 'developer'
            from projects p, groups g
            where p.id = '0c000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc'
              and g.id = '1a000000-0000-4000-8000-000000000002'
            on conflict do nothing
        ), in_spaces as (
            insert into space_user_access (space_id, user_id, role)
            select s.id, u.id, 'admin'
            from spaces s join users u on u.email = 'demo@lightdash.com'
            where s.id = '1c000000-0000-4000-8000-000000000002' and s.created_at = now()
            on conflict do nothing
        )
        insert into space_group_access (space_id, group_id, role)
        select s.id, g.id, 'viewer'
        from spaces s, groups g
        where s.id = '1c000000-0000-4000-8000-000000000002' and s.created_at = now()
          and g.id = '1a000000-0000-4000-8000-000000000001'
        on conflict do nothing)"};

// One in the private space, one that belongs to the dashboard "Jaffle dashboard" and lies where that lies, with its
// tile, one that was deleted. Answers how many charts and how many tiles were added.
const pg::statement add_kept_charts{"seed.kept_charts", R"(
        with added as (
            insert into charts (id, project_id, space_id, dashboard_id, name, description, table_name, metric_query,
                                chart_config, table_config, slug, created_by, updated_by, deleted_at, deleted_by)
            select c.id::uuid, p.id, c.space::uuid, d.id, c.name, c.description, 'orders',
                   jsonb_build_object('exploreName', 'orders', 'dimensions', '[]'::jsonb,
                                      'metrics', '["orders_unique_order_count"]'::jsonb, 'filters', '{}'::jsonb,
                                      'sorts', '[]'::jsonb, 'limit', 1, 'tableCalculations', '[]'::jsonb),
                   '{"type": "big_number", "config": {"label": "Orders"}}', '{"columnOrder": ["orders_unique_order_count"]}',
                   c.slug, u.id, u.id, case when c.deleted then now() end, case when c.deleted then u.id end
            from (values
                ('0d000000-0000-4000-8000-000000000008', '1c000000-0000-4000-8000-000000000002', null,
                 'What do we owe?', 'For accountants', 'what-do-we-owe', false),
                ('0d000000-0000-4000-8000-000000000009', null, '0e000000-0000-4000-8000-000000000001',
                 'Orders so far', 'Belongs to its dashboard', 'orders-so-far', false),
                ('0d000000-0000-4000-8000-00000000000a', null, null,
                 'How many jaffles did we burn?', 'Deleted: an admin restores it', 'how-many-jaffles-did-we-burn', true)
            ) c (id, space, dashboard, name, description, slug, deleted)
            join projects p on p.id = '0c000000-0000-4000-8000-000000000001'
            join users u on u.email = 'demo@lightdash.com'
            left join dashboards d on d.id = c.dashboard::uuid
            where c.dashboard is null or d.created_at = now() at time zone 'utc'
            on conflict do nothing
            returning id, dashboard_id
        ), tiles as (
            insert into dashboard_tiles (id, dashboard_id, tile_type, chart_id, position_x, position_y, width, height,
                                         properties)
            select '0f000000-0000-4000-8000-00000000000c', added.dashboard_id, 'saved_chart', added.id, 0, 18, 9, 6, '{}'
            from added where added.dashboard_id is not null
            on conflict do nothing
            returning id
        )
        select (select count(*) from added), (select count(*) from tiles))"};

// Charts and dashboards that were just made are saved again, so that there is an earlier version of each.
const pg::statement save_charts_again{"seed.chart_versions", R"(
        update charts set metric_query = jsonb_set(metric_query, '{limit}', '100')
        where id in ('0d000000-0000-4000-8000-000000000001', '0d000000-0000-4000-8000-000000000003')
          and created_at = now() at time zone 'utc')"};
const pg::statement name_chart_versions{"seed.name_chart_versions", R"(
        update charts set version_id = ('1d' || substr(id::text, 3))::uuid
        where id in ('0d000000-0000-4000-8000-000000000001', '0d000000-0000-4000-8000-000000000003')
          and created_at = now() at time zone 'utc' and versioned_at = now())"};
const pg::statement save_dashboards_again{"seed.dashboard_versions", R"(
        update dashboards
        set version_id = '1e000000-0000-4000-8000-000000000001',
            filters = '{"dimensions": [{"id": "1e000000-0000-4000-8000-0000000000f1", "label": "Status", "operator": "equals", "values": ["completed"], "target": {"fieldId": "orders_status", "tableName": "orders"}}], "metrics": [], "tableCalculations": []}'
        where id = '0e000000-0000-4000-8000-000000000001' and created_at = now() at time zone 'utc')"};

// What the fields of charts mean, as a dbt project of the jaffle shop would be compiled.
const pg::statement add_explores{"seed.explores", R"~(
        insert into explores (project_id, name, label, definition, etag)
        select p.id, e.definition ->> 'name', e.definition ->> 'label', e.definition, md5(e.definition::text)::uuid
        from (values
            ('{"name": "orders", "label": "Orders", "tags": [], "baseTable": "orders", "targetDatabase": "postgres", "joinedTables": [], "tables": {"orders": {"name": "orders", "label": "Orders", "database": "jaffle_shop", "schema": "jaffle", "sqlTable": "\"jaffle\".\"orders\"", "lineageGraph": {}, "dimensions": {
                "order_date": {"fieldType": "dimension", "type": "date", "name": "order_date", "label": "Order date", "table": "orders", "tableLabel": "Orders", "sql": "${TABLE}.order_date", "hidden": false},
                "order_date_week": {"fieldType": "dimension", "type": "date", "name": "order_date_week", "label": "Order date week", "table": "orders", "tableLabel": "Orders", "sql": "DATE_TRUNC(''WEEK'', ${TABLE}.order_date)", "timeInterval": "WEEK", "timeIntervalBaseDimensionName": "order_date", "hidden": false},
                "status": {"fieldType": "dimension", "type": "string", "name": "status", "label": "Status", "table": "orders", "tableLabel": "Orders", "sql": "${TABLE}.status", "hidden": false}}, "metrics": {
                "unique_order_count": {"fieldType": "metric", "type": "count_distinct", "name": "unique_order_count", "label": "Unique order count", "table": "orders", "tableLabel": "Orders", "sql": "${TABLE}.order_id", "hidden": false},
                "average_order_size": {"fieldType": "metric", "type": "average", "name": "average_order_size", "label": "Average order size", "table": "orders", "tableLabel": "Orders", "sql": "${TABLE}.amount", "hidden": false}}}}}'::jsonb),
            ('{"name": "payments", "label": "Payments", "tags": [], "baseTable": "payments", "targetDatabase": "postgres", "joinedTables": [], "tables": {"payments": {"name": "payments", "label": "Payments", "database": "jaffle_shop", "schema": "jaffle", "sqlTable": "\"jaffle\".\"payments\"", "lineageGraph": {}, "dimensions": {
                "payment_method": {"fieldType": "dimension", "type": "string", "name": "payment_method", "label": "Payment method", "table": "payments", "tableLabel": "Payments", "sql": "${TABLE}.payment_method", "hidden": false}}, "metrics": {
                "total_revenue": {"fieldType": "metric", "type": "sum", "name": "total_revenue", "label": "Total revenue", "table": "payments", "tableLabel": "Payments", "sql": "${TABLE}.amount", "hidden": false}}}}}'::jsonb)
        ) e (definition)
        join projects p on p.id = '0c000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc'
        on conflict do nothing)~"};

// A token that nobody knows the text of, for 'token rotate'; warehouse credentials without a password; what people see
// first; who made it all.
const pg::statement add_settings{"seed.settings", R"(
        with token as (
            insert into personal_access_tokens (id, user_id, description, token_hash)
            select '1b000000-0000-4000-8000-000000000001', u.id, 'An example: rotate it to have its text',
                   sha256(uuid_generate_v4()::text::bytea)
            from users u where u.email = 'demo@lightdash.com' and u.created_at = now() at time zone 'utc'
            on conflict do nothing
        ), warehouse as (
            insert into warehouse_connections (id, organization_id, name, description, type, config, created_by)
            select '1f000000-0000-4000-8000-000000000001', u.organization_id, 'Jaffle warehouse',
                   'No password is kept: give one to use it', 'postgres',
                   '{"host": "127.0.0.1", "port": 5432, "dbname": "jaffle_shop", "schema": "jaffle"}', u.id
            from users u where u.email = 'demo@lightdash.com' and u.created_at = now() at time zone 'utc'
            on conflict do nothing
        ), told as (
            insert into audit_log (id, organization_id, user_id, user_email, action, subject, subject_id, detail)
            select '1a000000-0000-4000-8000-0000000000a1', p.organization_id, u.id, u.email, 'create', 'Project', p.id,
                   jsonb_build_object('name', p.name)
            from projects p join users u on u.id = p.created_by
            where p.id = '0c000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc'
            on conflict do nothing
        )
        update organizations o set default_project_id = p.id
        from projects p
        where p.organization_id = o.id and p.id = '0c000000-0000-4000-8000-000000000001'
          and o.id = '0a000000-0000-4000-8000-000000000001' and p.created_at = now() at time zone 'utc')"};

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
    all.add(add_default_space);
    const auto spaces = all.add(add_spaces);
    const auto groups = all.add(add_groups);
    all.add(add_members);
    all.add(add_grants);
    const auto charts = all.add(add_charts);
    const auto dashboards = all.add(add_dashboards);
    const auto kept = all.add(add_kept_charts);
    all.add(add_explores);
    all.add(save_charts_again);
    all.add(name_chart_versions);
    all.add(save_dashboards_again);
    all.add(add_settings);
    co_await tx.finish(all);

    using two_counts = std::tuple<std::int64_t, std::int64_t>;
    const auto [dashboards_added, tiles_added] = all.one<two_counts>(dashboards);
    const auto [charts_kept, their_tiles] = all.one<two_counts>(kept);
    co_return seed_counts{{"organization", all.affected(organizations)},
                          {"user", all.affected(users)},
                          {"project", all.affected(projects)},
                          {"group", all.affected(groups)},
                          {"space", all.affected(spaces)},
                          {"chart", all.affected(charts) + static_cast<std::uint64_t>(charts_kept)},
                          {"dashboard", static_cast<std::uint64_t>(dashboards_added)},
                          {"tile", static_cast<std::uint64_t>(tiles_added + their_tiles)}};
}

} // namespace

LIGHTDASH_SEED(add_demo_data);
