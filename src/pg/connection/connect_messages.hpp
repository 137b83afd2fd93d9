// The sentences of failures that are told by other means than libpq's text: connect_fault_of() knows them too.
#pragma once

#include <string_view>

namespace lightdash::pg::connect_message {

inline constexpr std::string_view unreadable = "DATABASE_URL is neither a PostgreSQL URL nor a keyword string. Write "
                                               "postgresql://user:password@host:5432/database, "
                                               "with special characters of the password percent-encoded.";
// libpq's own words follow.
inline constexpr std::string_view unresolved = "The connection settings cannot be resolved";
inline constexpr std::string_view at_in_host =
    "The host or port in DATABASE_URL holds an @, so the user or the password probably does: write each @ of these as "
    "%40.";
// The parameter and what it may have been meant to be follow.
inline constexpr std::string_view unknown_parameter = "DATABASE_URL holds a parameter that libpq does not know:";
inline constexpr std::string_view unknown_host =
    "No host of DATABASE_URL has an address. Check the host names and this machine's name servers.";

} // namespace lightdash::pg::connect_message
