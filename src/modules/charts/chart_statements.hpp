// Statements about charts, shared by the store's parts.
#pragma once

#include "lightdash/api/conditions.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/charts/model.hpp"
#include "modules/shared/columns.hpp"

#include <optional>
#include <string_view>

namespace lightdash::charts {

// Of charts c: the version that each is, and who saved it when.
sql::raw present_version();
sql::raw present_author();
sql::raw present_time();

// What a row of charts c tells, with its project p, its last editor e, its space s and its dashboard b.
template <class Row>
sql::column_list chart_columns()
{
    return sql::columns_of<Row>("c")
        .set("uuid", "c.id")
        .set("project_uuid", "c.project_id")
        .set("organization_uuid", "p.organization_id")
        .set("space_uuid", "c.space_id")
        .set("space_name", "s.name")
        .set("dashboard_uuid", "c.dashboard_id")
        .set("dashboard_name", "b.name")
        .set("updated_at", or_epoch("c.updated_at"))
        .member("updated_by_user", "e")
        .set("updated_by_user_user_uuid", "e.id");
}

template <class Row>
sql::column_list full_columns()
{
    return chart_columns<Row>()
        .set("version_uuid", present_version())
        .set("created_at", or_epoch("c.created_at"))
        .set("inherits_from_org_or_project", sql::raw("coalesce(s.inherits, true)"))
        .set("access", access::access_in_space(sql::ref("c.space_id")));
}

// For modify(): the tables of these columns behind c and p.
void join_what_charts_name(sql::select& query);
// Of charts c and their projects p, from the table or from a modification that returns some.
sql::select select_charts(const sql::column_list& columns, std::string_view charts_as_c);

// The chart c that is named, when it is not deleted and the caller may do that.
template <class Statement>
void is_own(Statement& statement, access::scope what)
{
    statement.where("c.id", sql::param<chart_id>())
        .where_null("c.deleted_at")
        .where_column("p.id", "c.project_id")
        .where(access::may(what, "c", "p"));
}

// Of a chart c that changes: it is what the statement's api::if_match expects.
sql::raw is_as_expected();

// What was saved last, as whoever was too late is told.
struct last_save {
    version_id version_uuid;
    pg::timestamp updated_at;
    std::optional<users::user_reference> updated_by_user;
};
LIGHTDASH_DESCRIBE(last_save, version_uuid, updated_at, updated_by_user)
struct asked_chart : last_save {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(asked_chart, last_save, allowed)

// Asks before a change, in the same batch, whether the caller may, and what the chart is.
sql::prepared_for<chart_id, caller> ask_chart(access::scope what, pg::sql_literal name);
// Throws not_found, forbidden, or stale.
const asked_chart& require_present(const std::optional<asked_chart>& found, access::scope what,
                                   const api::if_match& expected = {});
// A change found no chart although there was nothing to refuse: it runs again.
[[noreturn]] void throw_changed_meanwhile();

// Both what the header and what the body say.
api::if_match expected_of(const api::if_match& known, const std::optional<version_id>& version);

} // namespace lightdash::charts
