// What `migrate` and the rollbacks print with --json.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/migrate/migrator.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace lightdash::app {

struct step_line {
    std::string name;
    bool up;
    std::int64_t milliseconds;
};
LIGHTDASH_DESCRIBE(step_line, name, up, milliseconds)
using steps = std::vector<step_line>;

// Filled while a migrator with these options works; what it tells otherwise stays.
inline std::shared_ptr<const steps> collect_steps(migrate::migrator_options& options)
{
    auto lines = std::make_shared<steps>();
    options.on_step = [lines, tell = options.on_step](const migrate::progress& step) {
        lines->push_back({step.name, step.up, step.took.count()});
        tell(step);
    };
    return lines;
}

} // namespace lightdash::app
