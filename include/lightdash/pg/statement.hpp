// An SQL text with a name. The text is a literal, or goes through the one function that admits that it is not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::pg {

// A text known when the program was compiled: built from a literal only.
class sql_literal {
public:
    template <std::size_t Size>
    consteval sql_literal(const char (&text)[Size]) : text_(text, Size - 1)
    {}
    constexpr std::string_view text() const noexcept { return text_; }

private:
    std::string_view text_;
};

// How rows arrive. Text is for statements of others whose rows nobody decodes: it is there for every type, also for
// those without a binary form (aclitem, isn, seg). Such a statement is never prepared.
enum class row_format : unsigned char { binary, text };

class statement {
public:
    // `name` labels metrics, logs and errors: "dashboards.by_id". Both are literals.
    statement(sql_literal name, sql_literal text);

    // For texts that a builder or an operator made. Values must be parameters, never part of the text: reviewers search
    // for this name.
    static statement trusted(std::string name, std::string text, row_format rows = row_format::binary);

    const std::string& name() const noexcept { return name_; }
    const std::string& text() const noexcept { return text_; }
    row_format rows() const noexcept { return rows_; }
    // A hash of the text (64 bits, the same in every process).
    std::uint64_t hash() const noexcept { return hash_; }

private:
    struct unchecked {}; // keeps this constructor apart from the one for literals
    statement(unchecked, std::string name, std::string text);

    std::string name_;
    std::string text_;
    std::uint64_t hash_;
    row_format rows_ = row_format::binary;
};

} // namespace lightdash::pg
