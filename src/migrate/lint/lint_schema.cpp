#include "migrate/lint/lint_schema.hpp"

#include <algorithm>
#include <utility>

namespace lightdash::migrate {

known_type type_of(sql_node type_name)
{
    known_type made;
    for (const auto part : type_name["names"].list())
        made.name = part["String"]["sval"].text(); // the last: the others are schemas
    for (const auto limit : type_name["typmods"].list())
        made.limits.push_back(limit["A_Const"]["ival"]["ival"].number());
    if (!type_name["arrayBounds"].list().empty())
        made.name += "[]";
    return made;
}

bool is_safe_widening(const known_type& from, const known_type& to)
{
    const auto text_like = [](const known_type& type) { return type.name == "varchar" || type.name == "text"; };
    if (text_like(from) && text_like(to))
        return to.limits.empty() || (!from.limits.empty() && from.limits[0] <= to.limits[0]);
    if (from.name != to.name)
        return from.name == "cidr" && to.name == "inet";
    if (to.limits.empty())
        return true;
    if (from.limits.empty())
        return false;
    if (from.name == "numeric")
        return from.limits.size() == to.limits.size() && from.limits[0] <= to.limits[0] &&
               (from.limits.size() < 2 || from.limits[1] == to.limits[1]);
    static constexpr std::string_view growing[]{"varbit", "timestamp", "timestamptz", "time", "timetz", "interval"};
    return std::ranges::find(growing, from.name) != std::end(growing) && from.limits.size() == 1 &&
           to.limits.size() == 1 && from.limits[0] <= to.limits[0];
}

void lint_schema::begin_migration(bool together)
{
    for (auto& [name, table] : tables_) {
        table.is_new = table.is_new && together;
        for (auto& [column, known] : table.columns)
            known.is_new = false;
        for (auto& [check, known] : table.checks)
            known.is_new = false;
    }
    new_types_.clear();
}

const known_table* lint_schema::find(const std::string& name) const
{
    const auto found = tables_.find(name);
    return found == tables_.end() ? nullptr : &found->second;
}

known_table& lint_schema::create_table(const std::string& name)
{
    auto& made = tables_[name];
    made = {};
    made.is_new = true;
    return made;
}

void lint_schema::drop_table(const std::string& name)
{
    tables_.erase(name);
}

void lint_schema::rename_table(const std::string& from, const std::string& to)
{
    auto moved = tables_.extract(from);
    if (!moved)
        return;
    moved.key() = to;
    tables_.erase(to);
    tables_.insert(std::move(moved));
}

std::string lint_schema::table_of_index(std::string_view index) const
{
    const auto name = index.substr(index.rfind('.') + 1); // npos + 1 is 0
    for (const auto& [table, known] : tables_)
        if (std::ranges::find(known.indexes, name, &known_index::name) != known.indexes.end())
            return table;
    return {};
}

void lint_schema::drop_index(std::string_view index)
{
    const auto owner = table_of_index(index);
    if (owner.empty())
        return;
    auto& indexes = tables_[owner].indexes;
    const auto gone = std::ranges::find(indexes, index.substr(index.rfind('.') + 1), &known_index::name);
    const auto signature = gone->signature;
    over_.insert(gone->warning);
    indexes.erase(gone);
    if (std::ranges::count(indexes, signature, &known_index::signature) == 1)
        over_.insert(std::ranges::find(indexes, signature, &known_index::signature)->warning);
}

known_index key_index(std::string name, const std::vector<std::string>& columns)
{
    known_index made{std::move(name), columns, "btree", true};
    for (const auto& column : columns)
        made.signature += ' ' + column;
    return made;
}

known_index index_of(sql_node index_statement)
{
    known_index made;
    made.name = index_statement["idxname"].text();
    made.unique = index_statement["unique"].flag();
    made.signature = index_statement["accessMethod"].text();
    bool plain = true;
    for (const auto element : index_statement["indexParams"].list()) {
        const auto column = element["IndexElem"];
        const auto name = column["name"].text();
        plain = plain && !name.empty();
        if (plain)
            made.columns.emplace_back(name);
        made.signature.append(" ").append(name.empty() ? column["expr"].signature() : std::string{name});
        if (const auto order = column["ordering"].text(); order != "SORTBY_DEFAULT" && order != "SORTBY_ASC")
            made.signature.append("/").append(order);
        if (const auto nulls = column["nulls_ordering"].text(); nulls != "SORTBY_NULLS_DEFAULT")
            made.signature.append("/").append(nulls);
        made.signature += column["opclass"].signature() + column["collation"].signature();
    }
    if (const auto where = index_statement["whereClause"])
        made.signature += " where " + where.signature();
    return made;
}

} // namespace lightdash::migrate
