#include "app/terminal/table.hpp"

#include <algorithm>
#include <array>

namespace lightdash::app {
namespace {

constexpr std::size_t gap = 2;

// What a column keeps when the terminal is too narrow, tried in this order: flexible text gives way first, but before
// nothing of it can be read the others do.
struct shrinking {
    column_kind kind;
    std::size_t keep;
};
constexpr auto shrinkings = std::to_array<shrinking>({{column_kind::flexible, 24},
                                                      {column_kind::text, 8},
                                                      {column_kind::flexible, 8},
                                                      {column_kind::text, 4},
                                                      {column_kind::flexible, 4}});

std::size_t whole_width(const std::vector<std::size_t>& widths)
{
    std::size_t whole = 0;
    for (const auto width : widths)
        whole += width > 0 ? width + gap : 0;
    return whole > 0 ? whole - gap : 0;
}

void append_line(std::string& out, const std::vector<table_column>& columns, const std::vector<cell>& cells,
                 const std::vector<std::size_t>& widths, const terminal& where)
{
    std::string line;
    std::size_t pending = 0; // blanks are written before the next text only: no line ends with them
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (widths[i] == 0)
            continue; // left out
        const auto text = cut_to_width(cells[i].text, widths[i], where.unicode);
        const auto blanks = widths[i] - display_width(text);
        const bool right = columns[i].kind == column_kind::number;
        if (right)
            pending += blanks;
        if (!text.empty()) {
            line.append(pending, ' ');
            line += where.paint(cells[i].look, text);
            pending = 0;
        }
        pending += right ? gap : blanks + gap;
    }
    out += line;
    out += '\n';
}

} // namespace

void table::add(std::vector<cell> cells)
{
    cells.resize(columns_.size(), cell{std::string{}});
    for (auto& one : cells)
        one.text = printable(one.text);
    rows_.push_back(std::move(cells));
}

std::vector<std::size_t> table::widths(const terminal& where) const
{
    std::vector<std::size_t> made;
    for (const auto& column : columns_)
        made.push_back(display_width(column.title));
    for (const auto& row : rows_)
        for (std::size_t i = 0; i < made.size(); ++i)
            made[i] = std::max(made[i], display_width(row[i].text));
    if (where.width == 0 || whole_width(made) <= where.width)
        return made;
    for (std::size_t i = 0; i < made.size(); ++i)
        if (!rows_.empty() && std::ranges::all_of(rows_, [i](const auto& row) { return row[i].text.empty(); }))
            made[i] = 0; // nothing is lost
    for (std::size_t i = made.size(); i-- > 0 && whole_width(made) > where.width;)
        if (columns_[i].expendable)
            made[i] = 0;
    for (const auto& [kind, keep] : shrinkings)
        while (whole_width(made) > where.width) {
            auto* widest = static_cast<std::size_t*>(nullptr);
            for (std::size_t i = 0; i < made.size(); ++i)
                if (columns_[i].kind == kind && made[i] > keep && (!widest || made[i] > *widest))
                    widest = &made[i];
            if (!widest)
                break;
            --*widest;
        }
    return made;
}

std::string table::text(const terminal& where) const
{
    if (columns_.empty())
        return {};
    const auto sized = widths(where);
    std::vector<cell> titles;
    for (const auto& column : columns_)
        titles.emplace_back(column.title, style::bold);
    std::string out;
    append_line(out, columns_, titles, sized, where);
    for (const auto& row : rows_)
        append_line(out, columns_, row, sized, where);
    return out;
}

} // namespace lightdash::app
