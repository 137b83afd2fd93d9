#include "lightdash/migrate/code_migration.hpp"

void up(schema_builder& schema)
{
    schema.create_table("projects", [](table& t) {
        t.uuid("id").primary().default_to(raw("uuid_generate_v4()"));
        t.string("name").not_null();
        t.uuid("organization_id")
            .not_null()
            .references("id")
            .in_table("organizations")
            .with_key_name("projects_organization_id_fkey");
        t.string("dbt_project_type").not_null();
        t.uuid("warehouse_connection_id").nullable();
        t.timestamps();
        t.index("organization_id", "idx_projects_organization_id");

        // Beyond the guide: what Lightdash's API says of a project.
        t.string("type").not_null().default_to("DEFAULT");
        t.jsonb("dbt_connection").not_null().default_to("{}");
        t.string("dbt_version").not_null().default_to("v1.9");
        t.uuid("upstream_project_id").references("id").in_table("projects").on_delete(referential_action::set_null);
        t.uuid("created_by").references("id").in_table("users").on_delete(referential_action::set_null);
        t.check(raw("type in ('DEFAULT', 'PREVIEW')"), "projects_type_check");
        t.check(
            raw("dbt_project_type in ('dbt', 'dbt_cloud_ide', 'github', 'gitlab', 'bitbucket', 'azure_devops', 'none', "
                "'manifest')"),
            "projects_dbt_project_type_check");
        t.index("upstream_project_id");
        t.index("created_by");
        t.index({"organization_id", "created_at"});
    });
    schema.raw(
        "create trigger set_updated_at before update on projects for each row execute function set_updated_at()");
}

void down(schema_builder& schema)
{
    schema.drop_table("projects");
}

LIGHTDASH_MIGRATION(up, down);
