#include "app/commands/accounts/token_table.hpp"

#include "lightdash/core/time.hpp"

#include <optional>

namespace lightdash::app {
namespace {

std::string when(const std::optional<pg::timestamptz>& time)
{
    return time ? to_iso8601(*time) : "never";
}

} // namespace

table table_of(const std::vector<tokens::held_token>& all)
{
    table shown{{{"token"},
                 {"e-mail"},
                 {"description", column_kind::flexible},
                 {"ends"},
                 {"last used"},
                 {"made", column_kind::text, true}}};
    for (const auto& one : all) {
        const bool over = one.expires_at && *one.expires_at <= utc_now();
        shown.add({one.uuid.to_string(), one.email, one.description,
                   cell{when(one.expires_at), over ? style::bad : style::plain}, when(one.last_used_at),
                   to_iso8601(one.created_at)});
    }
    return shown;
}

} // namespace lightdash::app
