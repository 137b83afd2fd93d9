// What the log says about the schema that a server meets.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/migrate/plan.hpp"

#include <span>

namespace lightdash::app {

class schema_warnings {
public:
    // `waits`: this process or another one of the server applies what is pending.
    explicit schema_warnings(bool waits);

    // Warns once of what a newer program applied; of what is pending at once, or after a minute when somebody applies
    // it, and then every minute.
    void tell(const migrate::registry& known, std::span<const migrate::applied_migration> history);

private:
    bool waits_;
    bool newer_told_ = false;
    deadline next_;
};

} // namespace lightdash::app
