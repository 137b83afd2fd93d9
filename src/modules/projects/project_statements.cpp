#include "modules/projects/project_statements.hpp"

#include "lightdash/core/error.hpp"
#include "modules/shared/columns.hpp"

#include <utility>

namespace lightdash::projects {
namespace {

using access::scope;

std::string dbt_place(const caller& who, project_id id)
{
    return sealed_place("projects.dbt", who.organization, id.value);
}

} // namespace

sql::prepared_for<project_id, caller> select_details()
{
    return sql::select(
               sql::columns_of<found_project>("p")
                   .set("organization_uuid", "p.organization_id")
                   .set("project_uuid", "p.id")
                   .set("dbt_connection",
                        sql::raw("p.dbt_connection || jsonb_build_object('type', p.dbt_project_type)"))
                   .set("created_by_user_uuid", "p.created_by")
                   .set("upstream_project_uuid", "p.upstream_project_id")
                   .set("organization_warehouse_credentials_uuid",
                        sql::raw("case when w.project_id is null then w.id end"))
                   .set("created_at", or_epoch("p.created_at"))
                   .set("updated_at", or_epoch("p.updated_at"))
                   .set("connection", sql::raw("case when w.id is not null then ? end", warehouses::told_settings("w")))
                   .set("allowed", access::may_in(scope::view_project, "p")))
        .from("projects as p")
        .left_join("warehouse_connections as w",
                   sql::raw("w.id = p.warehouse_connection_id and w.organization_id = p.organization_id"))
        .where("p.id", sql::param<project_id>())
        .named<project_id, caller>("projects.by_id");
}

project_details require_details(std::optional<found_project> found)
{
    auto row = access::require_allowed(std::move(found), scope::view_project, "project");
    auto connection = std::move(row.connection);
    return {std::move(row), std::move(connection)};
}

const sql::prepared_for<caller, project_id, warehouses::connection_row>& own_connection()
{
    static const auto set =
        sql::update("projects as o")
            .with("c", warehouses::connection_of_project(sql::select()
                                                             .from("projects as p")
                                                             .where("p.id", sql::param<project_id>())
                                                             .where(access::may_in(scope::update_project, "p"))))
            .set("warehouse_connection_id", sql::ref("c.id"))
            .from("c")
            .where("o.id", sql::param<project_id>())
            .named<caller, project_id, warehouses::connection_row>("projects.own_connection");
    return set;
}

sealed_dbt seal_dbt(const sealing& with, const caller& who, project_id id, const dbt_secrets& secrets)
{
    if (secrets.empty())
        return {};
    std::string text;
    json::write(text, secrets);
    const secret plain{std::move(text)};
    auto made = seal_text(with, plain.reveal(), dbt_place(who, id));
    return {std::move(made.encrypted), std::move(made.key_id)};
}

dbt_secrets open_dbt(const sealing& with, const caller& who, project_id id, const sealed_columns& stored)
{
    const auto opened = open_text(with, stored, dbt_place(who, id));
    return opened ? json::read_text<dbt_secrets>(opened->reveal()) : dbt_secrets{};
}

void refuse_unknown_credentials()
{
    throw error{error_kind::invalid_parameter,
                "There are no warehouse credentials with that organizationWarehouseCredentialsUuid."};
}

} // namespace lightdash::projects
