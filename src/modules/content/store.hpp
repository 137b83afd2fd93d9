// Content in the database: what the caller may see of it, whatever its type.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/transaction.hpp"
#include "modules/content/model.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::content {

struct store {
    // Of every project of the organization that the caller may see, unless some are named. One statement a page.
    static task<api::page<content_item>> list(pg::session& db, const caller& who,
                                              const api::query<content_query>& asked);
    // Deleted charts and dashboards that the caller may restore, those that were deleted last first. What went with its
    // dashboard comes back with it, and is not listed.
    static task<api::page<deleted_item>> deleted(pg::session& db, const caller& who,
                                                 const api::query<deleted_query>& asked);
    // Throws not_found for an unknown project, and for a chart or dashboard that is not one of the project's; forbidden
    // where the caller may not see the project.
    static task<void> require_in_project(pg::session& db, const caller& who, project_id project,
                                         const content_reference& item);
};

} // namespace lightdash::content
