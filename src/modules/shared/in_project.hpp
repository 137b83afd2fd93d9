// Things that a path names within a project: by their uuid, or by their slug.
#pragma once

#include "lightdash/sql/builder.hpp"
#include "modules/shared/ids.hpp"

#include <optional>
#include <string_view>

namespace lightdash {

// The text of the path, as a statement takes it.
struct named_in_project {
    std::optional<uuid> thing;
    std::string_view slug;
    explicit named_in_project(std::string_view text) : thing(uuid::parse(text)), slug(text) {}
};
LIGHTDASH_DESCRIBE(named_in_project, thing, slug)

// The id of that row of a table of content, not deleted: the uuid goes before a slug that looks like one.
sql::prepared_for<project_id, named_in_project> id_in_project(std::string_view table, pg::sql_literal name);

} // namespace lightdash
