#include "modules/spaces/store.hpp"

#include "lightdash/api/outcome.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/race.hpp"
#include "modules/shared/slug.hpp"
#include "modules/spaces/service.hpp"
#include "modules/spaces/space_columns.hpp"

namespace lightdash::spaces {
namespace {

using access::scope;

// The space s of the project p that are named, when the caller may do that.
template <class Statement>
void is_own(Statement& statement, scope what)
{
    statement.where("s.id", sql::param<space_id>())
        .where("p.id", sql::param<project_id>())
        .where_column("s.project_id", "p.id")
        .where(access::may_in_space(what, "s", "p"));
}

sql::prepared_for<project_id, space_id, caller> ask(scope what, pg::sql_literal name)
{
    return sql::select(access::may_in_space(what, "s", "p").as("allowed"))
        .from("spaces as s")
        .join("projects as p", "p.id", "s.project_id")
        .where("s.id", sql::param<space_id>())
        .where("p.id", sql::param<project_id>())
        .named<project_id, space_id, caller>(name);
}

sql::prepared_for<project_id, space_id> select_one(pg::sql_literal name)
{
    return sql::select(full_columns())
        .from("spaces as s")
        .join("projects as p", "p.id", "s.project_id")
        .where("s.id", sql::param<space_id>())
        .where("p.id", sql::param<project_id>())
        .named<project_id, space_id>(name);
}

// What a statement that changes a space is given beside ids and callers.
struct space_row {
    std::optional<space_id> id; // of a new one
    std::optional<std::string> name;
    std::optional<bool> inherits;
    std::vector<user_id> grantees;
    std::vector<std::string> roles;
};
LIGHTDASH_DESCRIBE(space_row, id, name, inherits, grantees, roles)

std::string text_of(space_role role)
{
    return boost::describe::enum_to_string(role, "");
}

// A grant to a user, or to a group.
struct grantee_kind {
    std::string_view table, column, from; // space_user_access, user_id, users
};
constexpr grantee_kind to_users{"space_user_access", "user_id", "users as o"};
constexpr grantee_kind to_groups{"space_group_access", "group_id", "groups as o"};

struct grant {
    uuid grantee;
    std::optional<std::string> given_role; // `role` is the caller's
};
LIGHTDASH_DESCRIBE(grant, grantee, given_role)
using prepared_grant = sql::prepared_for<project_id, space_id, caller, audit::origin, grant>;

prepared_grant give(const grantee_kind& kind, pg::sql_literal name)
{
    const std::string column{kind.column};
    return sql::select(sql::raw("count(*)"))
        .with("g", sql::insert(kind.table)
                       .set("space_id", sql::ref("s.id"))
                       .set(column, sql::ref("o.id"))
                       .set("role", sql::param<std::optional<std::string>>("given_role"))
                       .from(sql::select()
                                 .from("spaces as s", "projects as p", kind.from)
                                 .modify(is_own<sql::select>, scope::update_space)
                                 .where("o.id", sql::param<uuid>("grantee"))
                                 .where_column("o.organization_id", "p.organization_id"))
                       .on_conflict(sql::conflict("space_id", column).merge("role"))
                       .returning(sql::ref("space_id").as("id"), sql::ref(column).as("grantee"), "role"))
        .with_unread("audited", audit::rows_of("g", "update", "Space",
                                               sql::raw("jsonb_build_object('grantee', g.grantee, 'role', g.role)")))
        .from("g")
        .named<project_id, space_id, caller, audit::origin, grant>(name);
}

prepared_grant take(const grantee_kind& kind, pg::sql_literal name)
{
    return sql::select(sql::raw("count(*)"))
        .with("g", sql::remove(sql::ref(kind.table).as("a"))
                       .using_tables("spaces as s", "projects as p")
                       .modify(is_own<sql::remove>, scope::update_space)
                       .where_column("a.space_id", "s.id")
                       .where("a." + std::string{kind.column}, sql::param<uuid>("grantee"))
                       .returning(sql::ref("s.id").as("id"), sql::ref("a." + std::string{kind.column}).as("grantee")))
        .with_unread("audited",
                     audit::rows_of("g", "update", "Space", sql::raw("jsonb_build_object('withdrawn', g.grantee)")))
        .from("g")
        .named<project_id, space_id, caller, audit::origin, grant>(name);
}

task<void> change_grant(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                        space_id id, const prepared_grant& statement, grant given, std::string_view grantee)
{
    static const auto may = ask(scope::update_space, "spaces.may_share");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, id, who));
    const bool gives = given.given_role.has_value();
    const auto changed = whole.add(statement(project, id, who, from, given));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_space, "space");
    if (gives && whole.one<std::int64_t>(changed) == 0)
        api::throw_not_found(grantee);
}

} // namespace

task<api::list<space_summary>> store::list(pg::session& db, const caller& who, project_id project,
                                           const api::query<list_query>& asked)
{
    static const auto may = access::ask_project(scope::view_space, "spaces.may_list");
    static const auto found = sql::select()
                                  .from("spaces as s")
                                  .join("projects as p", "p.id", "s.project_id")
                                  .where("p.id", sql::param<project_id>())
                                  .where(access::may_in_space(scope::view_space, "s", "p"))
                                  .where(matches_pattern({"s.name"}));
    static const auto count = sql::select{found}.count().named<caller, project_id, listing>("spaces.count");
    static const auto page_of = sql::select{found}
                                    .columns(summary_columns())
                                    .order_by("s.is_default", sql::desc)
                                    .order_by("s.name")
                                    .order_by("s.id")
                                    .modify(paged)
                                    .named<caller, project_id, listing>("spaces.list");
    const listing wanted{asked.page, asked.search};
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, who));
    const auto total = whole.add(count(who, project, wanted));
    const auto rows = whole.add(page_of(who, project, wanted));
    co_await db.send(whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::view_space, "project");
    co_return api::list<space_summary>{whole.all<space_summary>(rows), whole.one<std::int64_t>(total), asked.page};
}

task<space> store::by_id(pg::session& db, const caller& who, project_id project, space_id id)
{
    static const auto may = ask(scope::view_space, "spaces.may_view");
    static const auto find = select_one("spaces.by_id");
    const auto row =
        co_await access::read_permitted(db, may(project, id, who), find(project, id), scope::view_space, "space");
    co_return row.one<space>();
}

task<space> store::create(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                          const new_space& draft)
{
    static const auto may = access::ask_project(scope::create_space, "spaces.may_create");
    static const auto insert =
        sql::select(sql::raw("count(*)"))
            .with("s", sql::insert("spaces")
                           .set("id", sql::param<std::optional<space_id>>("id"))
                           .set("project_id", sql::ref("p.id"))
                           .set("name", sql::param<std::optional<std::string>>("name"))
                           .set("slug", free_slug("spaces"))
                           .set("inherits", sql::param<std::optional<bool>>("inherits"))
                           .set("created_by", sql::param<user_id>())
                           .from(sql::select()
                                     .from("projects as p")
                                     .where("p.id", sql::param<project_id>())
                                     .where(access::may_in(scope::create_space, "p"))
                                     .where(sql::raw::open("cardinality(:grantees::uuid[])"), "=",
                                            sql::select(sql::raw("count(*)"))
                                                .from("users")
                                                .where(sql::raw::open("id = any (:grantees::uuid[])"))
                                                .where("organization_id", sql::param<organization_id>())))
                           .returning("*"))
            .with_unread("a",
                         sql::insert("space_user_access")
                             .set("space_id", sql::ref("s.id"))
                             .set("user_id", sql::ref("given.user_id"))
                             .set("role", sql::ref("given.role"))
                             .from(sql::select().from("s", sql::raw::open("unnest((select :grantees::uuid[]), (select "
                                                                          ":roles::text[])) given(user_id, role)"))))
            .with_unread("audited",
                         audit::rows_of("s", "create", "Space",
                                        sql::raw("jsonb_build_object('name', s.name, 'inherits', s.inherits)")))
            .from("s")
            .named<caller, audit::origin, project_id, space_row, slug_choice>("spaces.create");
    static const auto find = select_one("spaces.created");
    const space_id id{uuid::random()};
    space_row row{id, draft.name, draft.inherits(), {who.user}, {"admin"}};
    if (draft.access)
        for (const auto& [grantee, role] : *draft.access)
            if (std::ranges::find(row.grantees, grantee) == row.grantees.end()) {
                row.grantees.push_back(grantee);
                row.roles.push_back(text_of(role));
            }
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, who));
    const auto made = whole.add(insert(who, from, project, row, {std::nullopt, draft.name}));
    const auto told = whole.add(find(project, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::create_space, "project");
    if (whole.one<std::int64_t>(made) == 0)
        throw error{error_kind::invalid_parameter, "Some of those in access are no users of this organization."};
    co_return whole.one<space>(told);
}

task<space> store::update(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                          space_id id, const space_changes& changes)
{
    static const auto may = ask(scope::update_space, "spaces.may_update");
    static const auto update =
        sql::select(sql::raw("count(*)"))
            .with("s", sql::update("spaces as s")
                           .set("name", sql::raw::open("coalesce(:name::text, s.name)"))
                           .set("inherits", sql::raw::open("coalesce(:inherits::bool, s.inherits)"))
                           .from("projects as p")
                           .modify(is_own<sql::update>, scope::update_space)
                           .returning("s.*"))
            .with_unread("audited",
                         audit::rows_of("s", "update", "Space",
                                        sql::raw("jsonb_build_object('name', s.name, 'inherits', s.inherits)")))
            .from("s")
            .named<project_id, space_id, caller, audit::origin, space_row>("spaces.update");
    static const auto find = select_one("spaces.updated");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, id, who));
    whole.add(
        update(project, id, who, from,
               {std::nullopt, changes.name ? std::optional{*changes.name} : std::nullopt, changes.inherits(), {}, {}}));
    const auto told = whole.add(find(project, id));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::update_space, "space");
    co_return whole.one<space>(told);
}

task<void> store::remove(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                         space_id id)
{
    static const auto may = ask(scope::delete_space, "spaces.may_delete");
    static const auto erase =
        sql::select(sql::raw("count(*)"))
            .with("s", sql::remove("spaces as s")
                           .using_tables("projects as p")
                           .modify(is_own<sql::remove>, scope::delete_space)
                           .where(sql::raw("not s.is_default"))
                           .returning("s.*"))
            .with_unread("audited",
                         audit::rows_of("s", "delete", "Space", sql::raw("jsonb_build_object('name', s.name)")))
            .from("s")
            .named<project_id, space_id, caller, audit::origin>("spaces.delete");
    pg::statement_batch whole;
    const auto allowed = whole.add(may(project, id, who));
    remove_contents_of_space(whole, who, from, project, id);
    const auto gone = whole.add(erase(project, id, who, from));
    co_await finish_or_run_again(tx, whole);
    access::require_allowed(whole.maybe<bool>(allowed), scope::delete_space, "space");
    if (whole.one<std::int64_t>(gone) == 0)
        throw error{error_kind::invalid_parameter, "This is the project's default space, which stays with it."};
}

task<void> store::share(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                        space_id id, const user_share& given)
{
    static const auto statement = give(to_users, "spaces.share");
    return change_grant(tx, who, from, project, id, statement, {given.user_uuid.value, text_of(given.space_role)},
                        "user");
}

task<void> store::unshare(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                          space_id id, user_id grantee)
{
    static const auto statement = take(to_users, "spaces.unshare");
    return change_grant(tx, who, from, project, id, statement, {grantee.value, {}}, "user");
}

task<void> store::share_with_group(pg::transaction& tx, const caller& who, const audit::origin& from,
                                   project_id project, space_id id, const group_share& given)
{
    static const auto statement = give(to_groups, "spaces.share_with_group");
    return change_grant(tx, who, from, project, id, statement, {given.group_uuid.value, text_of(given.space_role)},
                        "group");
}

task<void> store::unshare_group(pg::transaction& tx, const caller& who, const audit::origin& from, project_id project,
                                space_id id, group_id grantee)
{
    static const auto statement = take(to_groups, "spaces.unshare_group");
    return change_grant(tx, who, from, project, id, statement, {grantee.value, {}}, "group");
}

} // namespace lightdash::spaces
