#include "modules/groups/routes.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/access/service.hpp"
#include "modules/groups/store.hpp"

namespace lightdash::groups {
namespace {

task<api::created<group>> add_group(const caller& who, pg::transaction& tx, const audit::origin& from,
                                    const new_group& draft)
{
    auto made = co_await store::create(tx, who, from, draft);
    auto location = "/api/v1/groups/" + made.uuid.to_string();
    co_return api::created<group>{std::move(made), std::move(location)};
}

} // namespace

void add_routes(api::routes& r)
{
    using enum access::scope;
    r.get("/api/v1/org/groups", needs(view_group), store::list, "The groups of the organization");
    r.post("/api/v1/org/groups", needs(manage_group), add_group, "Create a group with its members");
    r.get("/api/v1/groups/{group}", needs(view_group), store::by_id, "A group with its members");
    r.patch("/api/v1/groups/{group}", needs(manage_group), store::update,
            "Rename a group; members, when given, replace all");
    r.remove("/api/v1/groups/{group}", needs(manage_group), store::remove, "Delete a group and what it was given");
    r.get("/api/v1/groups/{group}/members", needs(view_group), store::members, "The members of a group");
    r.put("/api/v1/groups/{group}/members/{user}", needs(manage_group), store::add_member,
          "Add a user to a group, unless they are in it");
    r.remove("/api/v1/groups/{group}/members/{user}", needs(manage_group), store::remove_member,
             "Take a user out of a group");
}

} // namespace lightdash::groups
