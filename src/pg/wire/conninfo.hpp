// What libpq is told when it connects: the user's settings, ours, and the addresses of the hosts. Pure, but for
// resolve().
#pragma once

#include "lightdash/pg/options.hpp"

#include "pg/wire/conninfo_settings.hpp"

#include <string>
#include <vector>

namespace lightdash::pg {

class conninfo {
public:
    // As resolve_conninfo(), which says what it throws, and with this program's own settings. What the user said is
    // never overwritten.
    static conninfo parse(const connection_options& options);

    // A host has a name that must be looked up: libpq would block the loop with that.
    bool needs_resolution() const;
    // Blocks: to be run off the loop. Puts the address beside each name (the name stays, for verify-full), once for
    // each address it has. Hosts without an address are left out; throws database_unavailable when none is left.
    conninfo resolved() const;

    // One of the places that libpq tries, in its order. What is empty is left to libpq.
    struct endpoint {
        std::string host, address, port;
        bool operator==(const endpoint&) const = default;
    };
    std::vector<endpoint> endpoints() const;
    conninfo only(const std::vector<endpoint>& these) const;

    // Null when the setting was not given.
    const std::string* find(const std::string& keyword) const noexcept;
    const conninfo_settings& settings() const noexcept { return settings_; }

private:
    void set(const std::string& keyword, std::string value);
    void set_default(const std::string& keyword, const char* value);
    void add_session_settings(const connection_options& options);
    void add_liveness_settings();

    conninfo_settings settings_;
};

} // namespace lightdash::pg
