// Where the statement of `db explain` and `db suggest` comes from: -c, a file, or standard input.
#pragma once

#include "app/cli/option.hpp"

#include <string>

namespace lightdash::app {

struct statement_source {
    std::string command, file;

    void describe(option_list& are);
    bool given() const { return !command.empty() || !file.empty(); }
    // Exactly one: what comes after a semicolon must not run unseen. Throws error_kind::usage.
    std::string one_statement() const;
};

} // namespace lightdash::app
