// Which columns a plan's conditions ask for. The texts are PostgreSQL's own (ruleutils.c), not a person's.
#include "lightdash/ops/inspect/suggest.hpp"

#include "lightdash/sql/identifier.hpp"
#include "lightdash/sql/lexer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace lightdash::ops {
namespace {

enum class use : unsigned char { equality, range, order, none };

struct column_use {
    std::string alias, column;
    use how = use::none;
};

// Walks over a condition such as ((u.email)::text = 'a'::text) AND (u.age > 3).
class condition_scanner {
public:
    explicit condition_scanner(std::string_view text) : text_(text) {}

    std::vector<column_use> run()
    {
        for (auto one = next(); one.kind != sql::token_kind::end; one = next())
            if (is_identifier(one))
                name(one);
        return std::move(found_);
    }

private:
    static bool is_identifier(const sql::token& one)
    {
        return one.kind == sql::token_kind::word || one.kind == sql::token_kind::name;
    }
    sql::token next()
    {
        const auto one = sql::lexer{text_, at_}.next();
        at_ = one.end();
        return one;
    }

    void name(const sql::token& alias)
    {
        if (at_ >= text_.size() || text_[at_] != '.')
            return;
        ++at_;
        const auto column = next();
        if (!is_identifier(column) || (at_ < text_.size() && text_[at_] == '('))
            return; // schema.function(…)
        if (inside_call(alias.begin))
            return;
        const auto after = operator_after();
        found_.push_back({sql::identifier_of(alias), sql::identifier_of(column),
                          after != use::none ? after : operator_before(alias.begin)});
    }

    // An index on a column does not serve f(column).
    bool inside_call(std::size_t start) const
    {
        auto at = start;
        while (at > 0 && text_[at - 1] == '(')
            --at;
        return at < start && at > 0 && sql::continues_word(text_[at - 1]) && !ends_with_keyword(at);
    }
    bool ends_with_keyword(std::size_t end) const
    {
        const auto before = text_.substr(0, end);
        return before.ends_with("AND") || before.ends_with("OR") || before.ends_with("NOT");
    }

    use operator_after()
    {
        auto at = at_;
        for (;;) {
            while (at < text_.size() && (text_[at] == ')' || text_[at] == ' '))
                ++at;
            if (text_.substr(at, 2) != "::")
                break;
            at += 2;
            while (at < text_.size() && (sql::continues_word(text_[at]) || text_[at] == '"' || text_[at] == '.'))
                ++at;
        }
        return kind_at(at);
    }

    use kind_at(std::size_t at) const
    {
        const auto rest = text_.substr(at);
        if (rest.starts_with("= ") || rest.starts_with("IS NULL"))
            return use::equality;
        if (rest.starts_with("<> ") || rest.starts_with("!"))
            return use::none;
        if (rest.starts_with("< ") || rest.starts_with("> ") || rest.starts_with("<= ") || rest.starts_with(">= "))
            return use::range;
        return use::none;
    }

    use operator_before(std::size_t start) const
    {
        auto at = start;
        while (at > 0 && (text_[at - 1] == '(' || text_[at - 1] == ' '))
            --at;
        const auto before = text_.substr(0, at);
        if (before.ends_with("<>") || before.ends_with("!="))
            return use::none;
        if (before.ends_with(" =") || before.ends_with(")="))
            return use::equality;
        if (before.ends_with("<") || before.ends_with(">") || before.ends_with("<=") || before.ends_with(">="))
            return use::range;
        return use::none;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::vector<column_use> found_;
};

struct wanted_columns {
    std::vector<std::string> equal, range, order;

    void add(const std::string& column, use how)
    {
        auto& list = how == use::equality ? equal : how == use::range ? range : order;
        if (std::ranges::find(list, column) == list.end())
            list.push_back(column);
    }
};

struct scanned_table {
    std::string schema, table_name;
    wanted_columns wanted;
};

class collector {
public:
    void visit(const plan_node& node)
    {
        const bool row_by_row = node.type.ends_with("Seq Scan") || has(node, "Filter");
        if (row_by_row && !node.relation.empty() && !node.schema.starts_with("pg_"))
            tables_.try_emplace(node.alias, scanned_table{node.schema, node.relation, {}});
        for (const auto& child : node.children)
            visit(child);
    }

    void note(const plan_node& node)
    {
        for (const auto& [name, text] : node.details) {
            const bool order = name == "Sort Key" || name == "Group Key";
            if (!order && !name.ends_with("Filter") && !name.ends_with("Cond"))
                continue;
            for (const auto& one : condition_scanner{text}.run()) {
                const auto table = tables_.find(one.alias);
                if (table == tables_.end() || (!order && one.how == use::none))
                    continue;
                table->second.wanted.add(one.column, order ? use::order : one.how);
            }
        }
        for (const auto& child : node.children)
            note(child);
    }

    const std::map<std::string, scanned_table>& tables() const noexcept { return tables_; }

private:
    static bool has(const plan_node& node, std::string_view detail)
    {
        return std::ranges::any_of(node.details, [&](const auto& one) { return one.first == detail; });
    }
    std::map<std::string, scanned_table> tables_; // by alias
};

void add_candidates(std::set<index_candidate>& to, const scanned_table& table)
{
    const auto& [equal, range, order] = table.wanted;
    const auto add = [&](std::vector<std::string> columns) {
        std::vector<std::string> distinct;
        for (auto& column : columns)
            if (std::ranges::find(distinct, column) == distinct.end())
                distinct.push_back(std::move(column));
        if (!distinct.empty() && distinct.size() <= 4)
            to.insert({table.schema, table.table_name, std::move(distinct)});
    };
    for (const auto* list : {&equal, &range, &order})
        for (const auto& column : *list)
            add({column});
    for (const auto& first : equal)
        for (const auto& second : equal)
            add({first, second});
    add(equal);
    for (const auto& last : range) {
        auto columns = equal;
        columns.push_back(last);
        add(columns);
    }
    auto ordered = equal;
    ordered.insert(ordered.end(), order.begin(), order.end());
    add(ordered);
}

} // namespace

std::vector<index_candidate> candidates_of(const query_plan& plan, std::size_t most)
{
    collector found;
    found.visit(plan.root);
    found.note(plan.root);
    std::set<index_candidate> made;
    for (const auto& [alias, table] : found.tables())
        add_candidates(made, table);
    std::vector<index_candidate> list{made.begin(), made.end()};
    std::ranges::sort(list, [](const auto& a, const auto& b) {
        return a.columns.size() != b.columns.size() ? a.columns.size() < b.columns.size() : a < b;
    });
    if (list.size() > most)
        list.resize(most);
    return list;
}

std::string create_statement(const index_candidate& candidate, bool concurrently)
{
    std::string columns;
    for (const auto& column : candidate.columns)
        columns += (columns.empty() ? "" : ", ") + sql::quote_identifier(column);
    return fmt::format("CREATE INDEX {}ON {}.{} ({})", concurrently ? "CONCURRENTLY " : "",
                       sql::quote_identifier(candidate.schema), sql::quote_identifier(candidate.table_name), columns);
}

} // namespace lightdash::ops
