// What other slices ask of spaces: where new content goes.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/sql/select.hpp"
#include "modules/access/model.hpp"
#include "modules/shared/ids.hpp"

#include <optional>

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
// Nothing was made, or moved there: throws forbidden.
[[noreturn]] void throw_not_in_space(access::scope what, const std::optional<space_id>& wanted);

} // namespace lightdash::spaces
