// The name a prepared statement has on the server: derived from its text and parameter types, so that every process
// gives the same statement the same name, and different ones different names (behind a transaction pooler, a counter
// would mix them up).
#pragma once

#include "lightdash/pg/params.hpp"
#include "lightdash/pg/statement.hpp"

#include <array>
#include <cstdint>
#include <string_view>

namespace lightdash::pg {

class prepared_name {
public:
    prepared_name(const statement& what, const params& values) noexcept;

    std::uint64_t hash() const noexcept { return hash_; }
    const char* c_str() const noexcept { return text_.data(); } // "s_0123456789abcdef"
    std::string_view view() const noexcept { return {text_.data(), text_.size() - 1}; }

private:
    std::uint64_t hash_;
    std::array<char, 19> text_;
};

} // namespace lightdash::pg
