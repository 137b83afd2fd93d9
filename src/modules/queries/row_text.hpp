// Rows of a warehouse as the API tells them: {"orders_status":{"value":{"raw":"placed","formatted":"placed"}},…}.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/pg/result.hpp"
#include "modules/explores/service.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::queries {

using column_type = explores::field_type;

// One column of a result; its type is the field's.
struct result_column {
    std::string reference; // the field's id
    column_type type;
};
LIGHTDASH_DESCRIBE(result_column, reference, type)

// What a result says of its columns, by the types of its fields; the rows of which there is none are texts.
std::vector<result_column> columns_of(const pg::result& rows);

class row_text {
public:
    explicit row_text(const std::vector<result_column>& columns);

    // Appends one row, whose fields came as text and are as many as the columns. A number that JSON cannot say (NaN) is
    // told as a text; times are told in ISO 8601, those of a time zone as UTC's.
    void append(std::string& out, const pg::result& rows, std::size_t row) const;

private:
    struct column {
        std::string key; // "orders_status":{"value":{"raw":
        column_type type;
    };
    std::vector<column> columns_;
};

// 1234567.8912 is "1,234,567.891": at most three decimals, rounded half away from zero. Any other text as it is.
std::string with_separators(std::string_view number);

} // namespace lightdash::queries
