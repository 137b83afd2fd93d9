#include "modules/content/model.hpp"

namespace lightdash::content {

content_item::content_item(content_row row) : content(std::move(static_cast<content&>(row)))
{
    if (content_type == content_type::chart) {
        source.emplace(chart_source::dbt_explore);
        chart_kind.emplace(std::move(row.chart_kind));
        dashboard.emplace(std::move(row.dashboard));
    }
    if (content_type == content_type::space) {
        is_private.emplace(row.is_private.value_or(false));
        access.emplace(std::move(row.access));
        chart_count.emplace(row.chart_count);
        dashboard_count.emplace(row.dashboard_count);
        child_space_count.emplace(0);
        parent_space_uuid.emplace();
        path.emplace(slug);
    }
}

deleted_item::deleted_item(deleted_row row) : deleted_content(std::move(static_cast<deleted_content&>(row)))
{
    if (content_type != content_type::chart)
        return;
    source.emplace(chart_source::dbt_explore);
    chart_kind.emplace(std::move(row.chart_kind));
}

void content_reference::validate(json::faults& faults) const
{
    faults.require(content_type != content_type::space, "contentType",
                   "This is done with charts and dashboards: spaces do not nest here, and are not kept when they are "
                   "deleted.");
}

void move_action::validate(json::faults& faults) const
{
    faults.require(target_space_uuid.has_value(), "targetSpaceUuid",
                   "Is required: charts and dashboards lie in a space.");
}

} // namespace lightdash::content
