// Whether a caller may do something with a row, as SQL: the one condition that single reads, lists and writes carry.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/model.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::access {

// Of a row of content (`thing`: the alias of charts, dashboards …), by its project_id, space_id and created_by.
// `project` and `space`: the aliases of its project and space where the statement joins them; otherwise the condition
// looks them up. Never NULL. The statement is named with a `caller`.
sql::condition may(scope what, std::string_view thing, std::string_view project = {}, std::string_view space = {});
// Of a project itself, and of what is made or listed in it, whatever its spaces say: by the alias of projects.
sql::condition may_in(scope what, std::string_view project);
// Of a space itself, and of what is made in it: by the aliases of spaces and of its project.
sql::condition may_in_space(scope what, std::string_view space, std::string_view project);

// The same for rows of a table of rights, those of one scope.
sql::condition may(std::span<const right> rows, std::string_view thing, std::string_view project,
                   std::string_view space = {});

// Asks what may() says of the row with that id of a table of content: require_allowed() takes the answer.
template <class Id>
sql::prepared_for<Id, caller> ask(scope what, std::string_view table, pg::sql_literal name)
{
    return sql::select(may(what, "o", "p").as("allowed"))
        .from(sql::ref(table).as("o"))
        .join("projects as p", "p.id", "o.project_id")
        .where("o.id", sql::param<Id>())
        .template named<Id, caller>(name);
}
// And what may_in() says of a project.
sql::prepared_for<project_id, caller> ask_project(scope what, pg::sql_literal name);

// What the caller may do in the space of that id, as content tells it: `access`. Of a column of several rows, ask in a
// subselect that is made once. The statement is named with a caller.
sql::expression access_in_space(const sql::expression& space);

// Nothing found: not_found, which names the `thing` to people ("chart"). Found, but not allowed: forbidden.
void require_allowed(std::optional<bool> allowed, scope what, std::string_view thing);
// A row that says itself whether it is allowed.
template <class Row>
Row require_allowed(std::optional<Row> found, scope what, std::string_view thing)
{
    require_allowed(found ? std::optional<bool>{found->allowed} : std::nullopt, what, thing);
    return std::move(*found);
}

// What was read together with the question whether the caller may.
class permitted {
public:
    permitted(pg::statement_batch answered, pg::statement_batch::ticket found)
        : answered_(std::move(answered)), found_(found)
    {}
    template <class Row>
    Row one() const
    {
        return answered_.one<Row>(found_);
    }
    template <class Row>
    std::optional<Row> maybe() const
    {
        return answered_.maybe<Row>(found_);
    }
    template <class Row>
    std::vector<Row> all() const
    {
        return answered_.all<Row>(found_);
    }

private:
    pg::statement_batch answered_;
    pg::statement_batch::ticket found_;
};
// One round trip for both: `ask` answers a bool, of which require_allowed() is told, before what `find` found is.
task<permitted> read_permitted(pg::session& db, pg::bound_statement ask, pg::bound_statement find, scope what,
                               std::string_view thing);

} // namespace lightdash::access
