// How a sequence counts, its own or that of an identity column.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lightdash::sql {

struct sequence_options {
    bool if_not_exists = false; // only when created by itself
    std::string type = {};      // "integer"; empty: bigint
    std::optional<std::int64_t> increment = {};
    std::optional<std::int64_t> minimum = {};
    std::optional<std::int64_t> maximum = {};
    std::optional<std::int64_t> start = {};
    std::optional<std::int64_t> restart = {}; // only when altered: the next value
    std::optional<std::int64_t> cache = {};
    bool cycle = false;
    std::string owned_by = {}; // "users.id": dropped with that column
};

} // namespace lightdash::sql
