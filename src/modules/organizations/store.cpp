#include "modules/organizations/store.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/shared/columns.hpp"
#include "modules/shared/race.hpp"

namespace lightdash::organizations {
namespace {

// The changes by the names of the columns.
struct organization_patch {
    json::omittable<std::string> name;
    json::patch<project_id> default_project_id;
    json::omittable<std::vector<std::string>> chart_colors;
};
LIGHTDASH_DESCRIBE(organization_patch, name, default_project_id, chart_colors)

} // namespace

task<organization> store::by_id(pg::session& db, const caller& who)
{
    static const auto find =
        sql::select(
            sql::columns_of<organization>("o")
                .set("organization_uuid", "o.id")
                .set("created_at", or_epoch("o.created_at"))
                .set("needs_project", sql::raw("not exists (select from projects p where p.organization_id = o.id)"))
                .set("default_project_uuid", "o.default_project_id"))
            .from("organizations as o")
            .where("o.id", sql::param<organization_id>())
            .named<caller>("organizations.by_id");
    return db.one<organization>(find(who));
}

task<void> store::update(pg::transaction& tx, const caller& who, const audit::origin& from,
                         const organization_changes& changes)
{
    static const auto default_project = sql::param<std::optional<project_id>>("default_project_id");
    static const auto update =
        sql::select("o.id")
            .with("o", sql::update("organizations as o")
                           .changes_of<organization_patch>("o")
                           .where("o.id", sql::param<organization_id>())
                           .where(sql::condition()
                                      .where_null(default_project)
                                      .or_where_exists(sql::select("p.id")
                                                           .from("projects as p")
                                                           .where("p.id", default_project)
                                                           .where_column("p.organization_id", "o.id")))
                           .returning("o.*"))
            .with_unread("told", audit::rows_of("o", "manage", "Organization",
                                                sql::raw("jsonb_build_object('name', o.name, 'defaultProjectUuid', "
                                                         "o.default_project_id)")))
            .from("o")
            .named<caller, audit::origin, organization_patch>("organizations.update");
    pg::statement_batch whole;
    const auto changed =
        whole.add(update(who, from, {changes.name, changes.default_project_uuid, changes.chart_colors}));
    co_await finish_or_run_again(tx, whole);
    if (!whole.maybe<organization_id>(changed))
        throw error{error_kind::invalid_parameter,
                    "Your organization has no project with that defaultProjectUuid: nothing was changed."};
}

} // namespace lightdash::organizations
