// Reads a plain SQL dump as pg_dump writes it, statement by statement, in the memory of one statement.
#pragma once

#include "lightdash/sql/lexer.hpp"
#include "ops/backup/dump_statement.hpp"

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::ops {

struct dump_statement {
    std::string text;       // without its semicolon
    std::uint64_t line = 0; // where it begins, from 1
    bool copies = false;    // COPY … FROM stdin: its rows follow
};

// Nothing of the file is ever handed to a shell or to psql, so that its backslash commands have no meaning: \restrict
// and \unrestrict are skipped, every other one is refused, like any statement that pg_dump does not write, a file
// without pg_dump's first or last line, and one that ends too early. Each refusal is error_kind::usage, "name:line:
// why. Nothing was changed."
class plain_dump {
public:
    plain_dump(std::string name, std::istream& in);
    plain_dump(const plain_dump&) = delete;
    plain_dump& operator=(const plain_dump&) = delete;

    // The next statement to run; nullopt after the last of a whole dump. BEGIN and COMMIT around large objects are left
    // out: the caller has a transaction.
    std::optional<dump_statement> next();
    // The rows of the COPY that next() returned last, some whole lines at a time; nullopt after the last. What is not
    // asked for is skipped by next().
    std::optional<std::string> next_rows();

    std::uint64_t bytes() const noexcept { return read_; } // of the file so far
    std::uint64_t objects() const noexcept { return objects_; }
    std::uint64_t locks() const noexcept { return locks_; }
    const std::vector<std::string>& extensions() const noexcept { return extensions_; }

private:
    [[noreturn]] void refuse(std::uint64_t line, std::string_view why) const;
    bool read_more();
    sql::token peek();
    std::string_view take(std::size_t size);
    std::optional<std::string_view> take_line(); // with its line feed; nothing at the end of the file

    bool skip_to_statement();
    void read_comment(std::string_view comment);
    void obey_backslash(bool may_restrict);
    void finish() const;
    std::string read_statement();
    [[noreturn]] void refuse_cut_off(const sql::token& inside) const;
    bool accept(dump_statement& read);
    void end_line_before_rows();

    const std::string name_;
    std::istream& in_;
    std::string window_; // of the file: from begin_ on it is needed, before at_ it is taken
    std::size_t begin_ = 0, at_ = 0;
    std::uint64_t read_ = 0, line_ = 1;
    bool line_begins_ = true;

    bool header_ = false, complete_ = false;
    bool standard_strings_ = true; // as the server reads '…\…'
    bool in_large_objects_ = false;
    std::uint64_t copying_from_ = 0; // line of the COPY whose rows are next; 0: none

    std::uint64_t objects_ = 0, locks_ = 0;
    std::vector<std::string> extensions_;
};

} // namespace lightdash::ops
