#include "modules/audit/service.hpp"

#include "lightdash/sql/builder.hpp"
#include "modules/shared/ids.hpp"

#include <fmt/format.h>

#include <string>

namespace lightdash::audit {

sql::insert rows_of(std::string_view changed, std::string_view action, std::string_view subject,
                    const sql::expression& detail)
{
    return sql::insert("audit_log")
        .set("organization_id", sql::param<organization_id>())
        .set("user_id",
             sql::raw("case when ? then null else ? end", sql::param<bool>("by_command"), sql::param<user_id>()))
        .set("user_email", sql::param<std::string>("email"))
        .set("action", std::string{action})
        .set("subject", std::string{subject})
        .set("subject_id", sql::ref(fmt::format("{}.id", changed)))
        .set("detail", detail)
        .set("request_id", sql::param<std::string_view>("request_id"))
        .from(sql::select().from(changed));
}

} // namespace lightdash::audit
