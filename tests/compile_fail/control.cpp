// What compiles, with the same headers: the other files do not fail because of a missing include or flag.
// expected-no-diagnostics
#include "lightdash/sql/call.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"

namespace lightdash::sql {

void queries()
{
    select("id").distinct_on("email").from("users").where("email", "=", "x").order_by("email", desc).limit(1);
    select().count("a").from("a").join("b", "a.id", "b.id").where_in("id", {4}).where_between("id", 1, 2);
    select().with("recent", raw("select 1")).from("recent").clear(select::clause::limit);
    select().from("users").where_raw("id = ? and role = ?", 1, "x").union_with(raw("select ?, ?", 1, 2));
    const auto find = select().from("users").where("id", param<int>()).named<int>("users.find");
    (void)find(1);
}
void changes()
{
    update("users").set("role", "x").where("id", 1);
    remove("users").where("id", std::nullopt).returning("id");
    insert("users").set("id", 1).on_conflict(conflict("id").merge("role").where("users.id", 1));
    truncate("users");
}

#ifdef UNEXPECTED
void unexpected()
{
    select().no_such_clause();
}
#endif

} // namespace lightdash::sql
