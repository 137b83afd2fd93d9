#include "modules/dashboards/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/dashboards/store.hpp"

namespace lightdash::dashboards {
namespace {

// The path names a dashboard by its uuid, or by its slug.
struct dashboard_key {
    static constexpr std::string_view path_name = "dashboard";
    static dashboard_key of(std::string_view text) { return {text}; }

    std::string_view text;
};

task<dashboard_id> addressed(const caller& who, pg::session& db, dashboard_key key)
{
    if (const auto id = dashboard_id::parse(key.text))
        co_return *id;
    const auto id = co_await store::id_of_slug(db, who, key.text);
    co_return id;
}

task<api::created<dashboard_details>> add_dashboard(const caller& who, pg::transaction& tx, project_id project,
                                                    const new_dashboard& draft)
{
    auto made = co_await store::create(tx, who, project, draft);
    auto location = "/api/v1/dashboards/" + made.uuid.to_string();
    co_return api::created<dashboard_details>{std::move(made), std::move(location)};
}

task<dashboard_details> get_dashboard(const caller& who, pg::session& db, dashboard_key key)
{
    const auto id = co_await addressed(who, db, key);
    try {
        auto found = co_await store::by_id(db, who, id);
        co_return found;
    } catch (const error& failure) {
        if (failure.kind() != error_kind::not_found)
            throw;
    }
    // Rows that were written in plain SQL have slugs that are shaped like UUIDs.
    const auto named = co_await store::id_of_slug(db, who, key.text);
    auto found = co_await store::by_id(db, who, named);
    co_return found;
}

task<dashboard_details> change_dashboard(const caller& who, pg::transaction& tx, dashboard_key key,
                                         const dashboard_changes& changes)
{
    const auto id = co_await addressed(who, tx, key);
    auto changed = co_await store::update(tx, who, id, changes);
    co_return changed;
}

task<void> erase_dashboard(const caller& who, pg::transaction& tx, dashboard_key key)
{
    const auto id = co_await addressed(who, tx, key);
    co_await store::remove(tx, who, id);
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/dashboards", needs(view_dashboard), store::list, "The dashboards of a project");
    r.post("/api/v1/projects/{project}/dashboards", needs(create_dashboard), add_dashboard,
           "Create a dashboard with its tiles");
    r.get("/api/v1/dashboards/{dashboard}", needs(view_dashboard), get_dashboard, "A dashboard, by its uuid or slug");
    r.patch("/api/v1/dashboards/{dashboard}", needs(update_dashboard), change_dashboard,
            "Change a dashboard; tiles, when given, replace all");
    r.remove("/api/v1/dashboards/{dashboard}", needs(delete_dashboard), erase_dashboard, "Delete a dashboard");
}

} // namespace lightdash::dashboards
