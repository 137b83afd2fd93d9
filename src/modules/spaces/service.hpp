// What other slices ask of spaces, and are asked: where content goes, and what goes with a space.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "lightdash/pg/transaction.hpp"
#include "lightdash/sql/builder.hpp"
#include "modules/access/model.hpp"
#include "modules/audit/service.hpp"
#include "modules/shared/ids.hpp"

#include <optional>
#include <string_view>

namespace lightdash::spaces {

// Which space the client names, as the statement takes it.
struct wanted_space {
    std::optional<space_id> space_uuid;
};
LIGHTDASH_DESCRIBE(wanted_space, space_uuid)

// For the from() of an insert of content: the project p, by its id, and the space s of it that is wanted, or else the
// first that the caller may write to, the default one before the others. No row: they may not, or there is no such
// space. The statement is named with a caller, a project_id and a wanted_space.
sql::select target_of(access::scope what);

// A chart or dashboard of a project that goes into another space of it.
struct moving {
    uuid thing;
    project_id project;
    space_id target;
};
LIGHTDASH_DESCRIBE(moving, thing, project, target)

// How the things of a table are moved. They are `o` in the expressions.
struct movable {
    std::string_view table;   // "charts as o"
    std::string_view subject; // "SavedChart", as scopes and the audit log call it
    std::string_view name;    // "chart", for people
    access::scope edit, create;
    sql::raw is_bound; // such a thing lies where another one lies
};

class mover {
public:
    mover(const movable& things, pg::sql_literal ask, pg::sql_literal move);

    // Commits. For whoever may edit the thing, and create such things in the target: else forbidden. Throws not_found
    // for a thing and for a space that the project does not have, invalid_parameter for one that is bound.
    task<void> operator()(pg::transaction& tx, const caller& who, const audit::origin& from, const moving& to) const;

private:
    movable things_;
    sql::prepared_for<caller, moving> ask_;
    sql::prepared_for<caller, audit::origin, moving> move_;
};

// What lies in a space is deleted with it, in the same batch and before it, and can be restored: into the default space
// then. Which slices do what is in src/modules/slices.cpp.
void remove_contents_of_space(pg::statement_batch& statements, const caller& who, const audit::origin& from,
                              project_id project, space_id id);
// For the where() of such a statement, of content `thing`: it lies in the space that is named, and the caller may
// delete that. The statement is named with a caller, a project_id and a space_id.
sql::condition lies_in_deleted_space(std::string_view thing);

} // namespace lightdash::spaces
