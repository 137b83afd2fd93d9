// What the server says besides its answers: RAISE NOTICE and WARNING, "relation already exists, skipping".
#pragma once

#include "lightdash/core/error.hpp"

#include <string>

namespace lightdash::pg {

struct notice {
    std::string severity;      // "WARNING", "NOTICE", "INFO", "LOG", "DEBUG", in English whatever the server speaks
    database_diagnostics said; // without the statement's name
};

// Called on the loop, while the answer to the statement that caused it is still to come.
class notice_listener {
public:
    virtual void on_notice(const notice&) noexcept = 0;

protected:
    ~notice_listener() = default;
};

} // namespace lightdash::pg
