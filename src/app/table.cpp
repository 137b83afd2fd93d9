#include "app/table.hpp"

#include <algorithm>
#include <numeric>

namespace lightdash::app {
namespace {

constexpr std::size_t gap = 2;
constexpr std::size_t narrowest = 8; // a cut column keeps this much

void append_line(std::string& out, const std::vector<table_column>& columns, const std::vector<cell>& cells,
                 const std::vector<std::size_t>& widths, const terminal& where)
{
    std::string line;
    std::size_t pending = 0; // blanks are written before the next text only: no line ends with them
    for (std::size_t i = 0; i < columns.size(); ++i) {
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
    if (where.width == 0)
        return made;
    const auto shrink = [&](auto&& applies) {
        for (std::size_t i = made.size(); i-- > 0;) {
            const auto whole = std::accumulate(made.begin(), made.end(), gap * (made.size() - 1));
            if (whole <= where.width)
                return;
            if (applies(columns_[i].kind) && made[i] > narrowest)
                made[i] = std::max(narrowest, made[i] - std::min(made[i], whole - where.width));
        }
    };
    shrink([](column_kind kind) { return kind == column_kind::flexible; });
    shrink([](column_kind kind) { return kind == column_kind::text; });
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
