// The lines that show in a terminal what stands below what.
#pragma once

#include <string_view>

namespace lightdash::ops {

struct tree_strokes {
    std::string_view branch, last, pass, blank;

    static constexpr tree_strokes of(bool ascii) noexcept
    {
        return ascii ? tree_strokes{"|- ", "`- ", "|  ", "   "} : tree_strokes{"├─ ", "└─ ", "│  ", "   "};
    }
};

} // namespace lightdash::ops
