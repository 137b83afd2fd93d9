// The settings of a session that change what a value means, or how a text is read. They are this program's: whatever
// the environment, a service file, the role, the database or a pooler's server say. What an operator may want to decide
// (search_path, timeouts, default_transaction_read_only …) is none of them.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace lightdash::pg {

struct session_setting {
    enum class scope : unsigned char {
        pooled,   // reported by the server, and kept for each client by a pooler (PgBouncer manual, "Limitations")
        reported, // reported by the server at the start of a session and whenever it changes
        silent,
    };
    const char* name;
    std::string_view value; // as the server reports it
    scope where;
    std::string_view command; // empty for `silent`
};

inline constexpr std::array session_settings{
    session_setting{"TimeZone", "UTC", session_setting::scope::pooled, "SET TimeZone = 'UTC'"},
    session_setting{"DateStyle", "ISO, MDY", session_setting::scope::pooled, "SET DateStyle = 'ISO, MDY'"},
    session_setting{"client_encoding", "UTF8", session_setting::scope::pooled, "SET client_encoding = 'UTF8'"},
    session_setting{"standard_conforming_strings", "on", session_setting::scope::pooled,
                    "SET standard_conforming_strings = on"},
    session_setting{"IntervalStyle", "postgres", session_setting::scope::reported, "SET IntervalStyle = postgres"},
    session_setting{"bytea_output", "hex", session_setting::scope::silent, {}},
    session_setting{"extra_float_digits", "1", session_setting::scope::silent, {}},
    session_setting{"transform_null_equals", "off", session_setting::scope::silent, {}},
    session_setting{"array_nulls", "on", session_setting::scope::silent, {}},
    session_setting{"quote_all_identifiers", "off", session_setting::scope::silent, {}},
    session_setting{"xmloption", "content", session_setting::scope::silent, {}},
};

// "-c TimeZone=UTC -c …", for the start of a session: it goes before what the role and the database say, and is what
// RESET ALL and DISCARD ALL come back to.
std::string session_options();

} // namespace lightdash::pg
