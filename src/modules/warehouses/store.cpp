#include "modules/warehouses/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/warehouses/service.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::warehouses {
namespace {

// From warehouse_connections w.
template <class Row>
sql::column_list credentials_columns()
{
    return sql::columns_of<Row>("w")
        .set("organization_warehouse_credentials_uuid", "w.id")
        .set("organization_uuid", "w.organization_id")
        .set("warehouse_type", "w.type")
        .set("credentials", told_settings("w"))
        .set("created_by_user_uuid", "w.created_by");
}

sql::condition is_own()
{
    return sql::where("w.organization_id", sql::param<organization_id>());
}

// The credentials w that are named, whoever's they are.
template <class Statement>
void is_named(Statement& statement)
{
    statement.where("w.id", sql::param<credentials_id>()).where_null("w.project_id");
}

struct found_credentials : organization_credentials {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_credentials, organization_credentials, allowed)

struct found_connection : stored_connection {
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_connection, stored_connection, allowed)

template <class Row>
Row require_own(std::optional<Row> found)
{
    auto row = api::require_found(std::move(found), "warehouse credentials");
    if (!row.allowed)
        throw error{error_kind::forbidden, "These credentials belong to another organization."};
    return row;
}

sql::prepared_for<credentials_id, caller> select_stored(pg::sql_literal name, bool locked)
{
    auto find = sql::select(stored_columns<found_connection>("w").set("allowed", is_own()))
                    .from("warehouse_connections as w")
                    .modify(is_named<sql::select>);
    if (locked)
        find.for_update();
    return find.named<credentials_id, caller>(name);
}

sql::insert told(std::string_view action, const sql::expression& detail)
{
    return audit::rows_of("w", action, "OrganizationWarehouseCredentials", detail);
}

struct new_row : connection_row {
    std::string name;
    std::optional<std::string> description;
};
LIGHTDASH_DESCRIBE_DERIVED(new_row, connection_row, name, description)

struct changed_row {
    json::omittable<std::string> name;
    json::patch<std::string> description;
    json::omittable<jsonb<postgres_settings>> config;
    json::omittable<pg::bytes> encrypted_credentials;
    json::omittable<std::string> key_id;
};
LIGHTDASH_DESCRIBE(changed_row, name, description, config, encrypted_credentials, key_id)

} // namespace

task<organization_credentials> store::by_id(pg::session& db, const caller& who, credentials_id id)
{
    static const auto find = sql::select(credentials_columns<found_credentials>().set("allowed", is_own()))
                                 .from("warehouse_connections as w")
                                 .modify(is_named<sql::select>)
                                 .named<credentials_id, caller>("warehouses.by_id");
    auto found = co_await db.maybe<found_credentials>(find(id, who));
    co_return require_own(std::move(found));
}

task<opened_connection> store::open(pg::session& db, const caller& who, const sealing& with, credentials_id id)
{
    static const auto find = select_stored("warehouses.stored", false);
    auto found = co_await db.maybe<found_connection>(find(id, who));
    const auto row = require_own(std::move(found));
    co_return opened(row, who.organization, with);
}

task<api::list<organization_credentials>> store::list(pg::session& db, const caller& who,
                                                      const api::query<list_query>& asked)
{
    static const auto found = sql::select()
                                  .from("warehouse_connections as w")
                                  .where(is_own())
                                  .where_null("w.project_id")
                                  .where(matches_pattern({"w.name", "w.description"}));
    static const auto count = sql::select{found}.count().named<caller, listing>("warehouses.count");
    static const auto page_of = sql::select{found}
                                    .columns(credentials_columns<organization_credentials>())
                                    .order_by("w.created_at")
                                    .order_by("w.id")
                                    .modify(paged)
                                    .named<caller, listing>("warehouses.list");
    const listing wanted{asked.page, asked.search};
    pg::statement_batch both;
    const auto total = both.add(count(who, wanted));
    const auto rows = both.add(page_of(who, wanted));
    co_await db.send(both);
    co_return api::list<organization_credentials>{both.all<organization_credentials>(rows),
                                                  both.one<std::int64_t>(total), asked.page};
}

task<api::created<organization_credentials>> store::create(pg::transaction& tx, const caller& who,
                                                           const audit::origin& from, const sealing& with,
                                                           const new_credentials& draft)
{
    static const auto insert = sql::select(credentials_columns<organization_credentials>())
                                   .with("w", sql::insert("warehouse_connections")
                                                  .values_of<new_row>()
                                                  .set("organization_id", sql::param<organization_id>())
                                                  .set("created_by", sql::param<user_id>())
                                                  .returning("*"))
                                   .with_unread("told", told("create", sql::raw("jsonb_build_object('name', w.name)")))
                                   .from("w")
                                   .named<caller, audit::origin, new_row>("warehouses.create");
    const auto row = sealed_row(draft.credentials, "/credentials", std::nullopt, who, with);
    pg::statement_batch whole;
    const auto made = whole.add(insert(who, from, {row, draft.name, draft.description}));
    co_await tx.finish(whole);
    co_return api::created<organization_credentials>{
        whole.one<organization_credentials>(made),
        fmt::format("/api/v1/org/warehouse-credentials/{}", row.id.value.to_string())};
}

task<organization_credentials> store::update(pg::transaction& tx, const caller& who, const audit::origin& from,
                                             const sealing& with, credentials_id id, const credentials_changes& changes)
{
    static const auto find = select_stored("warehouses.stored_to_update", true);
    static const auto update =
        sql::select(credentials_columns<organization_credentials>())
            .with("w", sql::update("warehouse_connections as w")
                           .changes_of<changed_row>("w")
                           .modify(is_named<sql::update>)
                           .where(is_own())
                           .returning("w.*"))
            .with_unread("told", told("update", sql::raw::open("jsonb_build_object('name', w.name, 'credentials', "
                                                               ":key_id::text is not null)")))
            .from("w")
            .named<caller, audit::origin, credentials_id, changed_row>("warehouses.update");
    auto found = co_await tx.maybe<found_connection>(find(id, who));
    const auto stored = require_own(std::move(found));
    changed_row row{.name = changes.name, .description = changes.description};
    if (changes.credentials) {
        auto sealed = sealed_row(*changes.credentials, "/credentials", stored, who, with);
        row.config = std::move(sealed.config);
        row.encrypted_credentials = std::move(sealed.encrypted_credentials);
        row.key_id = std::move(sealed.key_id);
    }
    pg::statement_batch whole;
    const auto changed = whole.add(update(who, from, id, row));
    co_await tx.finish(whole);
    co_return whole.one<organization_credentials>(changed);
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, credentials_id id)
{
    static const auto ask = sql::select(is_own().as("allowed"))
                                .from("warehouse_connections as w")
                                .modify(is_named<sql::select>)
                                .named<credentials_id, caller>("warehouses.may_delete");
    static const auto erase = sql::select("w.id")
                                  .with("w", sql::remove("warehouse_connections as w")
                                                 .modify(is_named<sql::remove>)
                                                 .where(is_own())
                                                 .returning("w.*"))
                                  .with_unread("told", told("delete", sql::raw("jsonb_build_object('name', w.name)")))
                                  .from("w")
                                  .named<credentials_id, caller, audit::origin>("warehouses.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(ask(id, who));
    whole.add(erase(id, who, from));
    co_await tx.finish(whole);
    if (!api::require_found(whole.maybe<bool>(allowed), "warehouse credentials"))
        throw error{error_kind::forbidden, "These credentials belong to another organization."};
}

} // namespace lightdash::warehouses
