// A table for people: columns aligned, numbers to the right, cut to the terminal's width. Scripts use --json.
#pragma once

#include "app/terminal/terminal.hpp"

#include <string>
#include <vector>

namespace lightdash::app {

enum class column_kind : unsigned char {
    text,
    number,  // to the right
    flexible // text that is cut first when the terminal is too narrow, down to 24 columns
};

struct table_column {
    std::string title;
    column_kind kind = column_kind::text;
    bool expendable = false; // left out on a terminal that is too narrow, the last one first, before others are cut
};

struct cell {
    std::string text;
    style look = style::plain;

    cell(std::string content, style how = style::plain) : text(std::move(content)), look(how) {}
    cell(const char* content) : text(content) {}
};

class table {
public:
    explicit table(std::vector<table_column> columns) : columns_(std::move(columns)) {}

    // As many cells as columns. Control characters in them are made harmless.
    void add(std::vector<cell> cells);
    bool empty() const noexcept { return rows_.empty(); }
    // Lines with their ends, the titles first. On a terminal that is too narrow columns are cut, and those with nothing
    // in them left out; off a terminal neither.
    std::string text(const terminal& where) const;

private:
    std::vector<std::size_t> widths(const terminal& where) const; // 0: left out

    std::vector<table_column> columns_;
    std::vector<std::vector<cell>> rows_;
};

} // namespace lightdash::app
