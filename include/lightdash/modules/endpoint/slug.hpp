// Names in URLs: "Sales & Orders" is "sales-orders".
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/pg/transaction.hpp"

#include <string>
#include <string_view>

namespace lightdash {

// Lower-case ASCII letters, digits and single dashes, at most 200 characters; "untitled" when nothing is left.
std::string slug_of(std::string_view name);
// "name-1a2b3c4d": for when the plain slug is taken.
std::string slug_with_suffix(std::string_view slug);

// transaction::finish for a flight that inserts a slug: when two took the same slug at the same moment, the later one's
// failure is a serialization_failure, so that its whole unit runs again and sees the first.
task<void> finish_with_slug(pg::transaction& tx, pg::flight& statements);

} // namespace lightdash
