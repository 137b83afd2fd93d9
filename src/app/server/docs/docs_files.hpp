// The files of Swagger UI, as the build found them in npm's package: compiled in, so that the page needs no network.
#pragma once

#include <span>
#include <string_view>

namespace lightdash::app {

struct docs_file {
    std::string_view name, media_type, content;
};

// None when the build had no npm, or npm no registry (scripts/cmake/docs_page.cmake says so).
std::span<const docs_file> docs_files() noexcept;

} // namespace lightdash::app
