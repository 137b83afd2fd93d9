// SQL text that goes into a statement as it is.
#pragma once

#include "lightdash/pg/statement.hpp"

#include <string>
#include <utility>

namespace lightdash::sql {

class raw {
public:
    // A literal only: it cannot hold what a caller sent.
    explicit raw(pg::sql_literal text) : text_(text.text()) {}

    // For text that is not a literal; the name is for reviewers to search for.
    static raw trusted(std::string text) { return raw{std::move(text), 0}; }

    const std::string& text() const noexcept { return text_; }

private:
    raw(std::string text, int) : text_(std::move(text)) {}

    std::string text_;
};

} // namespace lightdash::sql
