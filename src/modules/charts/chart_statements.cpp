#include "modules/charts/chart_statements.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/core/time.hpp"

#include <fmt/format.h>

namespace lightdash::charts {

sql::raw present_version()
{
    return sql::raw{"coalesce(c.version_id, c.id)"};
}

sql::raw present_author()
{
    return sql::raw{
        "case when c.versioned_at is null then coalesce(c.updated_by, c.created_by) else c.versioned_by end"};
}

sql::raw present_time()
{
    return sql::raw{
        "coalesce(c.versioned_at, c.updated_at at time zone 'utc', c.created_at at time zone 'utc', 'epoch')"};
}

void join_what_charts_name(sql::select& query)
{
    query.left_join("users as e", "e.id", sql::raw("coalesce(c.updated_by, c.created_by)"))
        .left_join("spaces as s", "s.id", "c.space_id")
        .left_join("dashboards as b", "b.id", "c.dashboard_id");
}

sql::select select_charts(const sql::column_list& columns, std::string_view charts_as_c)
{
    return sql::select(columns)
        .from(charts_as_c)
        .join("projects as p", "p.id", "c.project_id")
        .modify(join_what_charts_name);
}

sql::raw is_as_expected()
{
    return sql::raw::open("(:expected_versions::uuid[] is null or coalesce(c.version_id, c.id) = any "
                          "(:expected_versions::uuid[]))");
}

sql::prepared_for<chart_id, caller> ask_chart(access::scope what, pg::sql_literal name)
{
    return sql::select(sql::columns_of<asked_chart>("c")
                           .set("version_uuid", present_version())
                           .set("updated_at", or_epoch("c.updated_at"))
                           .member("updated_by_user", "e")
                           .set("updated_by_user_user_uuid", "e.id")
                           .set("allowed", access::may(what, "c", "p")))
        .from("charts as c")
        .join("projects as p", "p.id", "c.project_id")
        .left_join("users as e", "e.id", sql::raw("coalesce(c.updated_by, c.created_by)"))
        .where("c.id", sql::param<chart_id>())
        .where_null("c.deleted_at")
        .named<chart_id, caller>(name);
}

const asked_chart& require_present(const std::optional<asked_chart>& found, access::scope what,
                                   const api::if_match& expected)
{
    access::require_allowed(found ? std::optional{found->allowed} : std::nullopt, what, "chart");
    if (expected.holds(found->version_uuid.value))
        return *found;
    const auto& by = found->updated_by_user;
    api::throw_stale(fmt::format("{} saved this chart at {}, so that it is not what you have any more: read it again, "
                                 "or send neither versionUuid nor If-Match to overwrite it.",
                                 by ? by->first_name + ' ' + by->last_name : "Somebody",
                                 to_iso8601(found->updated_at.utc)),
                     static_cast<const last_save&>(*found));
}

void throw_changed_meanwhile()
{
    throw error{error_kind::serialization_failure, "Somebody else changed the chart at the same moment."};
}

api::if_match expected_of(const api::if_match& known, const std::optional<version_id>& version)
{
    if (!version)
        return known;
    api::if_match both{.expected_versions = std::vector<uuid>{}};
    if (known.holds(version->value))
        both.expected_versions->push_back(version->value);
    return both;
}

} // namespace lightdash::charts
