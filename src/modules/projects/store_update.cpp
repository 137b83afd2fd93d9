#include "modules/projects/store.hpp"

#include "modules/projects/project_statements.hpp"
#include "modules/shared/race.hpp"

#include <utility>

namespace lightdash::projects {
namespace {

using access::scope;

// What is stored of a project's connections. `own`: the one that no other project has.
struct stored_connections {
    bool allowed;
    dbt_project_type dbt_type;
    sealed_columns dbt;
    std::optional<credentials_id> connection;
    std::optional<warehouses::stored_connection> own;
};
LIGHTDASH_DESCRIBE(stored_connections, allowed, dbt_type, dbt, connection, own)

task<stored_connections> connections_of(pg::transaction& tx, const caller& who, project_id id)
{
    static const auto find = sql::select(sql::columns_of<stored_connections>()
                                             .set("allowed", access::may_in(scope::update_project, "p"))
                                             .set("dbt_type", "p.dbt_project_type")
                                             .set("dbt_encrypted", "p.encrypted_dbt_credentials")
                                             .set("dbt_key_id", "p.dbt_key_id")
                                             .set("connection", "p.warehouse_connection_id")
                                             .set("own_id", "w.id")
                                             .set("own_type", "w.type")
                                             .set("own_config", "w.config")
                                             .set("own_credentials_encrypted", "w.encrypted_credentials")
                                             .set("own_credentials_key_id", "w.key_id"))
                                 .from("projects as p")
                                 .left_join("warehouse_connections as w", "w.project_id", "p.id")
                                 .where("p.id", sql::param<project_id>())
                                 .for_update("p")
                                 .named<project_id, caller>("projects.connections");
    auto found = co_await tx.maybe<stored_connections>(find(id, who));
    co_return access::require_allowed(std::move(found), scope::update_project, "project");
}

// The columns that a change of the connections sets; absent: they stay.
struct connection_columns {
    json::patch<credentials_id> warehouse_connection_id;
    json::patch<pg::bytes> encrypted_dbt_credentials;
    json::patch<std::string> dbt_key_id;
};
LIGHTDASH_DESCRIBE(connection_columns, warehouse_connection_id, encrypted_dbt_credentials, dbt_key_id)

// Which of the organization's credentials the project has from now on, if that changes.
json::patch<credentials_id> wanted_credentials(const caller& who, const project_changes& changes,
                                               const stored_connections& stored)
{
    const auto& wanted = changes.organization_warehouse_credentials_uuid;
    if (wanted.value) {
        if (stored.connection == wanted.value) // what GET gave
            return {};
        if (access::decide(who.role, scope::view_warehouse_credentials) != access::verdict::yes)
            throw error{error_kind::forbidden, "You do not have permission to use the organization's credentials."};
        return {true, wanted.value};
    }
    const bool has_organizations = stored.connection && !stored.own;
    const bool ends = (changes.warehouse_connection.present && !changes.warehouse_connection.value) ||
                      (wanted.present && has_organizations);
    return {ends && !changes.warehouse_connection.value, std::nullopt};
}

void set_dbt(connection_columns& columns, const caller& who, const sealing& with, project_id id,
             const dbt_connection& draft, const stored_connections& stored)
{
    const bool same = draft.type == stored.dbt_type;
    if (same && draft.secrets.empty())
        return;
    auto secrets = draft.secrets;
    if (same)
        secrets.merge(open_dbt(with, who, id, stored.dbt)); // what was given stays, the rest comes from what is stored
    auto sealed = seal_dbt(with, who, id, secrets);
    columns.encrypted_dbt_credentials = {true, std::move(sealed.encrypted_dbt_credentials)};
    columns.dbt_key_id = {true, std::move(sealed.dbt_key_id)};
}

bool touches_connections(const project_changes& changes)
{
    return changes.dbt_connection || changes.warehouse_connection.present ||
           changes.organization_warehouse_credentials_uuid.present;
}

// Of what is bound: a project_changes has members that are no columns.
struct bound_changes : project_patch {
    std::optional<dbt_connection> dbt;
};
LIGHTDASH_DESCRIBE_DERIVED(bound_changes, project_patch, dbt)

} // namespace

task<project_details> store::update(pg::transaction& tx, const caller& who, const audit::origin& from,
                                    const sealing& with, project_id id, const project_changes& changes)
{
    using some_type = std::optional<dbt_project_type>;
    using some_json = std::optional<pg::json_text>;
    using some_credentials = std::optional<credentials_id>;
    static const auto credentials = sql::param<some_credentials>("warehouse_connection_id");
    static const auto ask = access::ask_project(scope::update_project, "projects.may_update");
    static const auto update =
        sql::select("p.id")
            .with(
                "p",
                sql::update("projects as p")
                    .changes_of<project_patch>("p")
                    .changes_of<connection_columns>("p")
                    .set("dbt_project_type", or_as_it_is<some_type>("p.dbt_project_type", "dbt_type"))
                    .set("dbt_connection", or_as_it_is<some_json>("p.dbt_connection", "dbt_settings"))
                    .where("p.id", sql::param<project_id>())
                    .where(access::may_in(scope::update_project, "p"))
                    .where(sql::condition().where_null(credentials).or_where(warehouses::are_credentials(credentials)))
                    .returning("p.*"))
            .with_unread("told",
                         audit::rows_of("p", "update", "Project",
                                        sql::raw::open("jsonb_strip_nulls(jsonb_build_object('name', :name::text))")))
            .from("p")
            .named<caller, audit::origin, project_id, bound_changes, connection_columns>("projects.update");
    static const auto leave = warehouses::unused_connection_removal();
    static const auto find = select_details();

    connection_columns columns;
    std::optional<warehouses::connection_row> own;
    if (touches_connections(changes)) {
        const auto stored = co_await connections_of(tx, who, id);
        columns.warehouse_connection_id = wanted_credentials(who, changes, stored);
        if (changes.warehouse_connection.value && !changes.organization_warehouse_credentials_uuid.value)
            own = warehouses::sealed_row(*changes.warehouse_connection.value, "/warehouseConnection", stored.own, who,
                                         with);
        if (changes.dbt_connection)
            set_dbt(columns, who, with, id, *changes.dbt_connection, stored);
    }
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    const auto changed = whole.add(update(who, from, id, {changes, changes.dbt_connection}, columns));
    if (own)
        whole.add(own_connection()(who, id, *own));
    else if (columns.warehouse_connection_id.present)
        whole.add(leave(who, id));
    const auto now = whole.add(find(id, who));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_project, "project");
    if (whole.rows(changed).rows() == 0)
        refuse_unknown_credentials();
    co_return require_details(whole.maybe<found_project>(now));
}

} // namespace lightdash::projects
