#include "modules/spaces/service.hpp"

#include "lightdash/api/outcome.hpp"
#include "modules/access/condition.hpp"
#include "modules/shared/race.hpp"

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

namespace {

// What is asked before a thing is moved.
struct asked_move {
    bool allowed, bound;
    std::optional<bool> into_target; // none: the project has no such space
};
LIGHTDASH_DESCRIBE(asked_move, allowed, bound, into_target)

// The thing o that is named, of its project p.
template <class Statement>
void is_moved(Statement& statement)
{
    statement.where("o.id", sql::param<uuid>("thing"))
        .where_null("o.deleted_at")
        .where_column("p.id", "o.project_id")
        .where("p.id", sql::param<project_id>("project"));
}

// The target t.
template <class Statement>
void is_target(Statement& statement)
{
    statement.where("t.id", sql::param<space_id>("target")).where_column("t.project_id", "p.id");
}

} // namespace

mover::mover(const movable& things, pg::sql_literal ask, pg::sql_literal move)
    : things_(things), ask_(sql::select(access::may(things.edit, "o", "p").as("allowed"), things.is_bound.as("bound"),
                                        sql::select(access::may_in_space(things.create, "t", "p").as("allowed"))
                                            .from("spaces as t")
                                            .modify(is_target<sql::select>)
                                            .as("into_target"))
                                .from(things.table, "projects as p")
                                .modify(is_moved<sql::select>)
                                .named<caller, moving>(ask)),
      move_(sql::select("o.id")
                .with("o", sql::update(things.table)
                               .set("space_id", sql::ref("t.id"))
                               .set("updated_by", sql::param<user_id>())
                               .from("projects as p", "spaces as t")
                               .modify(is_moved<sql::update>)
                               .modify(is_target<sql::update>)
                               .where(sql::raw("not ?", things.is_bound))
                               .where(access::may(things.edit, "o", "p"))
                               .where(access::may_in_space(things.create, "t", "p"))
                               .returning("o.id", "o.name", "o.space_id"))
                .with_unread("audited",
                             audit::rows_of("o", "update", things.subject,
                                            sql::raw("jsonb_build_object('name', o.name, 'space', o.space_id)")))
                .from("o")
                .named<caller, audit::origin, moving>(move))
{}

task<void> mover::operator()(pg::transaction& tx, const caller& who, const audit::origin& from, const moving& to) const
{
    pg::statement_batch whole;
    const auto asked = whole.add(ask_(who, to));
    const auto moved = whole.add(move_(who, from, to));
    co_await finish_or_run_again(tx, whole);
    const auto found = access::require_allowed(whole.maybe<asked_move>(asked), things_.edit, things_.name);
    if (!found.into_target)
        api::throw_not_found("space");
    if (!*found.into_target)
        throw error{error_kind::forbidden,
                    fmt::format("You do not have permission to create a {} in that space.", things_.subject)};
    if (found.bound)
        throw error{error_kind::invalid_parameter,
                    "This chart belongs to a dashboard and lies where that lies: move the dashboard."};
    if (!whole.maybe<uuid>(moved))
        throw error{error_kind::serialization_failure, "Somebody else changed the same thing at the same moment."};
}

sql::condition lies_in_deleted_space(std::string_view thing)
{
    return sql::condition().where_exists(
        sql::select(sql::raw("1"))
            .from("spaces as gone", "projects as of_gone")
            .where_column("gone.id", fmt::format("{}.space_id", thing))
            .where("gone.id", sql::param<space_id>())
            .where(sql::raw("not gone.is_default"))
            .where("of_gone.id", sql::param<project_id>())
            .where_column("gone.project_id", "of_gone.id")
            .where(access::may_in_space(access::scope::delete_space, "gone", "of_gone")));
}

} // namespace lightdash::spaces
