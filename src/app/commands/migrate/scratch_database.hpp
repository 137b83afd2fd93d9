// An empty database beside that of DATABASE_URL, for what must not touch it; dropped at the end.
#pragma once

#include "app/runtime/runtime.hpp"

#include <string>

namespace lightdash::app {

class scratch_database {
public:
    // Creates it, and drops those that were left behind by killed commands more than an hour ago. The role needs the
    // right CREATEDB. Throws what the server says.
    explicit scratch_database(const settings& config);
    scratch_database(const scratch_database&) = delete;
    scratch_database& operator=(const scratch_database&) = delete;
    ~scratch_database(); // says on stderr when it cannot be dropped

    // The settings of a runtime on the scratch database, and on the database beside it.
    const settings& scratch() const noexcept { return scratch_; }
    const settings& original() const noexcept { return original_; }

private:
    command_postgres home_;
    settings original_;
    settings scratch_;
    std::string name_;
};

} // namespace lightdash::app
