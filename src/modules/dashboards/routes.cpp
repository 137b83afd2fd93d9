#include "modules/dashboards/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "lightdash/pg/begin_again.hpp"
#include "modules/access/service.hpp"
#include "modules/dashboards/service.hpp"
#include "modules/dashboards/store.hpp"

#include <exception>
#include <type_traits>

namespace lightdash::dashboards {
namespace {

// The path names a dashboard by its uuid, or by its slug.
struct dashboard_key {
    static constexpr std::string_view path_name = "dashboard";
    static dashboard_key of(std::string_view text) { return {text}; }

    std::string_view text;
};

// What `act` answers for the dashboard of that key. What is shaped like an id is one, or else a slug after all: rows
// that were written in plain SQL have such slugs.
template <class Session, class Act>
auto on_dashboard(const caller& who, Session& db, dashboard_key key, Act act) -> decltype(act(dashboard_id{}))
{
    std::exception_ptr unknown;
    if (const auto id = dashboard_id::parse(key.text)) {
        try {
            if constexpr (std::is_same_v<decltype(act(*id)), task<void>>) {
                co_await act(*id);
                co_return;
            } else {
                auto made = co_await act(*id);
                co_return made;
            }
        } catch (const error& failure) {
            if (failure.kind() != error_kind::not_found)
                throw;
            unknown = std::current_exception();
        }
        if constexpr (std::is_same_v<Session, pg::transaction>)
            if (db.finished()) // nothing was changed
                co_await pg::begin_again(db);
    }
    dashboard_id named;
    try {
        named = co_await store::id_of_slug(db, who, key.text);
    } catch (const error& failure) {
        if (unknown && failure.kind() == error_kind::not_found)
            std::rethrow_exception(unknown);
        throw;
    }
    if constexpr (std::is_same_v<decltype(act(named)), task<void>>) {
        co_await act(named);
    } else {
        auto made = co_await act(named);
        co_return made;
    }
}

using tagged_dashboard = api::tagged<dashboard_details>;

task<tagged_dashboard> with_tag(task<dashboard_details> awaited)
{
    auto told = co_await std::move(awaited);
    const auto version = told.version_uuid.value;
    co_return tagged_dashboard{std::move(told), version};
}

using made_dashboard = api::tagged<api::created<dashboard_details>>;

struct creation_query {
    std::optional<dashboard_id> duplicate_from;
};
LIGHTDASH_DESCRIBE(creation_query, duplicate_from)

task<dashboard_details> create_or_copy(const caller& who, pg::transaction& tx, project_id project,
                                       const dashboard_request& body, std::optional<dashboard_id> source)
{
    if (!source) {
        if (body.dashboard)
            return store::create(tx, who, project, *body.dashboard);
        throw error{error_kind::invalid_body, "The body has faults."}.with_fields(
            {{"/name", "Is required: a copy of another dashboard is asked for with ?duplicateFrom=."},
             {"/tiles", "Is required."}});
    }
    if (!body.dashboard)
        return store::copy(tx, who, project, *source, *body.copy);
    dashboard_copy called;
    called.dashboard_name.emplace(body.dashboard->name);
    if (body.dashboard->description)
        called.dashboard_desc.emplace(*body.dashboard->description);
    return store::copy(tx, who, project, *source, std::move(called));
}

task<made_dashboard> add_dashboard(const caller& who, pg::transaction& tx, project_id project,
                                   const dashboard_request& body, const api::query<creation_query>& asked)
{
    auto made = co_await create_or_copy(who, tx, project, body, asked.duplicate_from);
    const auto version = made.version_uuid.value;
    auto location = "/api/v1/dashboards/" + made.uuid.to_string();
    co_return made_dashboard{{std::move(made), std::move(location)}, version};
}

task<tagged_dashboard> get_dashboard(const caller& who, pg::session& db, dashboard_key key)
{
    return with_tag(on_dashboard(who, db, key, [&](dashboard_id id) { return store::by_id(db, who, id); }));
}

task<tagged_dashboard> get_of_project(const caller& who, pg::session& db, project_id project, dashboard_key key)
{
    const auto id = co_await store::id_in(db, who, project, key.text);
    co_return co_await with_tag(store::by_id(db, who, id));
}

task<tagged_dashboard> change_dashboard(const caller& who, pg::transaction& tx, dashboard_key key,
                                        const dashboard_changes& changes, const api::if_match& seen)
{
    return with_tag(
        on_dashboard(who, tx, key, [&](dashboard_id id) { return store::update(tx, who, id, changes, seen); }));
}

task<void> erase_dashboard(const caller& who, pg::transaction& tx, dashboard_key key, const audit::origin& origin,
                           const api::if_match& seen)
{
    return on_dashboard(who, tx, key, [&](dashboard_id id) { return store::remove(tx, who, id, origin, seen); });
}

task<void> restore_dashboard(const caller& who, pg::transaction& tx, dashboard_id id, const audit::origin& origin)
{
    return restore(tx, who, id, origin);
}

task<dashboard_history> get_history(const caller& who, pg::session& db, dashboard_key key)
{
    return on_dashboard(who, db, key, [&](dashboard_id id) { return store::history(db, who, id); });
}

task<tagged_dashboard> roll_back(const caller& who, pg::transaction& tx, dashboard_key key, version_id version,
                                 const api::if_match& seen)
{
    return with_tag(on_dashboard(who, tx, key, [&who, &tx, version, &seen](dashboard_id id) {
        return store::roll_back(tx, who, id, version, seen);
    }));
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/projects/{project}/dashboards", needs(view_dashboard), store::list, "The dashboards of a project");
    r.post("/api/v1/projects/{project}/dashboards", needs(create_dashboard), add_dashboard,
           "Create a dashboard with its tiles, or as a copy of another");
    r.get("/api/v1/dashboards/{dashboard}", needs(view_dashboard), get_dashboard, "A dashboard, by its uuid or slug");
    r.get("/api/v2/projects/{project}/dashboards/{dashboard}", needs(view_dashboard), get_of_project,
          "A dashboard of a project, by its uuid or slug");
    r.patch("/api/v1/dashboards/{dashboard}", needs(update_dashboard), change_dashboard,
            "Change a dashboard; tiles, when given, replace all");
    r.remove("/api/v1/dashboards/{dashboard}", needs(delete_dashboard), erase_dashboard,
             "Delete a dashboard; for a time it can be restored");
    r.post("/api/v1/dashboards/{dashboard}/restore", needs(restore_content), restore_dashboard,
           "Restore a deleted dashboard: for whoever deleted it, and admins");
    r.get("/api/v1/dashboards/{dashboard}/history", needs(view_dashboard), get_history,
          "The versions of a dashboard, newest first");
    r.post("/api/v1/dashboards/{dashboard}/rollback/{version}", needs(update_dashboard), roll_back,
           "Make an earlier version of a dashboard its newest one");
}

} // namespace lightdash::dashboards
