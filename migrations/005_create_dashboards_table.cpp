#include "lightdash/migrate/code_migration.hpp"

void up(schema_builder& schema)
{
    schema.create_table("dashboards", [](table& t) {
        t.uuid("id").primary().default_to(raw("uuid_generate_v4()"));
        t.uuid("project_id")
            .not_null()
            .references("id")
            .in_table("projects")
            .with_key_name("dashboards_project_id_fkey");
        t.string("name").not_null();
        t.text("description");
        t.uuid("created_by").not_null().references("id").in_table("users").with_key_name("dashboards_created_by_fkey");
        t.timestamps();
        t.index("project_id", "idx_dashboards_project_id");

        // Beyond the guide: what Lightdash's API says of a dashboard. Rows written by plain SQL get a slug too.
        t.string("slug").not_null().default_to(raw("uuid_generate_v4()::text"));
        t.jsonb("filters").not_null().default_to(R"({"dimensions": [], "metrics": [], "tableCalculations": []})");
        t.jsonb("parameters").not_null().default_to("{}");
        t.jsonb("config").not_null().default_to("{}");
        t.jsonb("tabs").not_null().default_to("[]");
        t.uuid("updated_by").references("id").in_table("users").on_delete(referential_action::set_null);
        t.unique({"project_id", "slug"});

        // The guide's own advice on indexes.
        t.index("created_by");
        t.index({"project_id", "created_at"});
        t.index("updated_by");
    });
    schema.raw(
        "create trigger set_updated_at before update on dashboards for each row execute function set_updated_at()");
}

void down(schema_builder& schema)
{
    schema.drop_table("dashboards");
}

LIGHTDASH_MIGRATION(up, down);
