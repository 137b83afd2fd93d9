#include "modules/warehouses/service.hpp"

#include "modules/access/condition.hpp"

#include <utility>

namespace lightdash::warehouses {
namespace {

constexpr std::string_view table = "warehouse_connections";

} // namespace

sql::expression told_settings(std::string_view alias)
{
    const std::string of{alias};
    return sql::raw("? || jsonb_build_object('type', ?)", sql::ref(of + ".config"), sql::ref(of + ".type"));
}

postgres_settings settings_of(const stored_connection& stored)
{
    return json::read_text<postgres_settings>(stored.config.text);
}

postgres_secrets secrets_of(const stored_connection& stored, organization_id owner, const sealing& with)
{
    const auto opened = open_text(with, stored.credentials, sealed_place(table, owner, stored.id.value));
    return opened ? json::read_text<postgres_secrets>(opened->reveal()) : postgres_secrets{};
}

opened_connection opened(const stored_connection& stored, organization_id owner, const sealing& with)
{
    require_postgres(stored.type);
    return {settings_of(stored), secrets_of(stored, owner, with)};
}

connection_row sealed_row(const connection_draft& draft, std::string_view pointer,
                          const std::optional<stored_connection>& stored, const caller& who, const sealing& with)
{
    require_postgres(draft.type);
    with.require_key();
    const auto all_given = draft.user && !draft.user->empty() && draft.password && !draft.password->empty();
    const auto known = stored && !all_given ? secrets_of(*stored, who.organization, with) : postgres_secrets{};
    const auto whole =
        complete_secrets(draft, pointer, stored ? std::optional{settings_of(*stored)} : std::nullopt, known);
    const auto id = stored ? stored->id : credentials_id{uuid::random()};
    std::string text;
    json::write(text, whole);
    const secret plain{std::move(text)};
    auto sealed = seal_text(with, plain.reveal(), sealed_place(table, who.organization, id.value));
    return {id, draft.type, jsonb<postgres_settings>{draft}, std::move(*sealed.encrypted), std::move(*sealed.key_id)};
}

sql::insert connection_of_project(const sql::select& projects)
{
    return sql::insert(std::string{table})
        .values_of<connection_row>()
        .set("organization_id", sql::ref("p.organization_id"))
        .set("project_id", sql::ref("p.id"))
        .set("name", sql::raw("'Connection of the project'"))
        .set("created_by", sql::param<user_id>())
        .from(projects)
        .on_conflict(sql::conflict("project_id").merge("type", "config", "encrypted_credentials", "key_id"))
        .returning("id");
}

sql::prepared_for<caller, project_id> unused_connection_removal()
{
    return sql::remove("warehouse_connections as w")
        .using_tables("projects as p")
        .where_column("p.id", "w.project_id")
        .where("p.id", sql::param<project_id>())
        .where(access::may_in(access::scope::update_project, "p"))
        .where(sql::raw("p.warehouse_connection_id is distinct from w.id"))
        .named<caller, project_id>("warehouses.remove_unused");
}

sql::condition are_credentials(const sql::expression& id)
{
    return sql::condition().where_exists(sql::select("c.id")
                                             .from("warehouse_connections as c")
                                             .where("c.id", id)
                                             .where_null("c.project_id")
                                             .where("c.organization_id", sql::param<organization_id>()));
}

} // namespace lightdash::warehouses
