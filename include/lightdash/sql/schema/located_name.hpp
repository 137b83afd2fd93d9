// A name together with the source line that it was written in, so that a message can point into the migration.
#pragma once

#include <source_location>
#include <string>
#include <string_view>

namespace lightdash::sql {

struct located_name {
    located_name(const char* name, std::source_location where = std::source_location::current())
        : text(name), line(static_cast<int>(where.line()))
    {}
    located_name(std::string name, std::source_location where = std::source_location::current())
        : text(std::move(name)), line(static_cast<int>(where.line()))
    {}

    std::string text;
    int line;
};

} // namespace lightdash::sql
