#include "modules/spaces/service.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"

#include <fmt/format.h>

namespace lightdash::spaces {

sql::select target_of(access::scope what)
{
    const auto wanted = sql::param<std::optional<space_id>>("space_uuid");
    return sql::select()
        .from("projects as p")
        .join_lateral(sql::select("of_p.id", "of_p.name", "of_p.inherits")
                          .from("spaces as of_p")
                          .where_column("of_p.project_id", "p.id")
                          .where(sql::condition().where_null(wanted).or_where("of_p.id", wanted))
                          .where(access::may_in_space(what, "of_p", "p"))
                          .order_by("of_p.is_default", sql::desc)
                          .order_by("of_p.created_at")
                          .order_by("of_p.id")
                          .limit(sql::raw("1"))
                          .as("s"))
        .where("p.id", sql::param<project_id>());
}

void throw_not_in_space(access::scope what, const std::optional<space_id>& wanted)
{
    const auto& needed = access::name_of(what);
    throw error{error_kind::forbidden,
                wanted
                    ? fmt::format("You do not have permission to {} a {} in the space {}, or the project has no such "
                                  "space.",
                                  needed.action, needed.subject, wanted->to_string())
                    : fmt::format("You do not have permission to {} a {} in any space of this project.", needed.action,
                                  needed.subject)};
}

} // namespace lightdash::spaces
