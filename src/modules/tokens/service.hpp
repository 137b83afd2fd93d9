// What the program around the slices asks of personal access tokens.
#pragma once

#include "lightdash/pg/statement_batch.hpp"
#include "modules/shared/caller.hpp"

namespace lightdash::tokens {

// Those of a member who is being deactivated.
void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member);

} // namespace lightdash::tokens
