// How a table is divided into partitions, and which rows one of them takes.
#pragma once

#include "lightdash/sql/schema/constant.hpp"

#include <string>
#include <vector>

namespace lightdash::sql {

enum class partition_method : unsigned char { range, list, hash };

class partition_bounds {
public:
    // From these values, included, up to those, excluded; raw("minvalue") and raw("maxvalue") are open ends.
    static partition_bounds range(const std::vector<constant>& from, const std::vector<constant>& to);
    static partition_bounds list(const std::vector<constant>& values);
    static partition_bounds hash(unsigned modulus, unsigned remainder);
    // What no other partition takes. PostgreSQL scans it whenever another one is attached.
    static partition_bounds rest();

    // "for values in ('a', 'b')" or "default".
    const std::string& text() const noexcept { return text_; }

private:
    explicit partition_bounds(std::string text) : text_(std::move(text)) {}

    std::string text_;
};

} // namespace lightdash::sql
