// What the statements about projects share.
#pragma once

#include "lightdash/sql/builder.hpp"
#include "modules/access/condition.hpp"
#include "modules/projects/model.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/warehouses/service.hpp"

#include <optional>
#include <string>

namespace lightdash::projects {

struct found_project : project {
    std::optional<pg::json_text> connection;
    bool allowed;
};
LIGHTDASH_DESCRIBE_DERIVED(found_project, project, connection, allowed)

// The project of that id, with whether the caller may see it.
sql::prepared_for<project_id, caller> select_details();
project_details require_details(std::optional<found_project> found);

// The connection that a project has of its own from now on.
const sql::prepared_for<caller, project_id, warehouses::connection_row>& own_connection();

// The secrets of a dbt connection as columns of the project.
struct sealed_dbt {
    std::optional<pg::bytes> encrypted_dbt_credentials;
    std::optional<std::string> dbt_key_id;
};
LIGHTDASH_DESCRIBE(sealed_dbt, encrypted_dbt_credentials, dbt_key_id)

sealed_dbt seal_dbt(const sealing& with, const caller& who, project_id id, const dbt_secrets& secrets);
dbt_secrets open_dbt(const sealing& with, const caller& who, project_id id, const sealed_columns& stored);

[[noreturn]] void refuse_unknown_credentials();

} // namespace lightdash::projects
