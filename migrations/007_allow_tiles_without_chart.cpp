// Tiles of other kinds than charts, and tiles whose chart was deleted: those keep its title.
#include "lightdash/migrate/code_migration.hpp"

void up(schema_builder& schema)
{
    schema.alter_table("dashboard_tiles", [](table& t) {
        t.string("tile_type").not_null().default_to("saved_chart");
        t.jsonb("properties").not_null().default_to("{}");
        t.uuid("tab_id").nullable();
        t.drop_not_null("chart_id");
        t.check(raw("tile_type in ('saved_chart', 'sql_chart', 'markdown', 'loom', 'heading')"),
                "dashboard_tiles_tile_type_check");
        t.check(raw("chart_id is not null or tile_type <> 'saved_chart' or properties ?| array['title', 'chartName']"),
                "dashboard_tiles_chart_or_title_check");
    });
}

void down(schema_builder& schema)
{
    // The guide's table cannot hold them.
    schema.raw("delete from dashboard_tiles where chart_id is null");
    schema.alter_table("dashboard_tiles", [](table& t) {
        t.drop_check("dashboard_tiles_chart_or_title_check");
        t.drop_check("dashboard_tiles_tile_type_check");
        t.set_not_null("chart_id");
        t.drop_column("tab_id");
        t.drop_column("properties");
        t.drop_column("tile_type");
    });
}

// 001 to 007 came in the first release together: no program before it made or read dashboard_tiles.
LIGHTDASH_MIGRATION(up, down,
                    lint_allow{"check-without-not-valid",
                               "in every installation 006 made the table just before, so that "
                               "it is empty when its rows are checked"},
                    lint_allow{"drop-not-null", "the first program that reads dashboard_tiles knows this migration"});
