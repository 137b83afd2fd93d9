#include "migrate/lint/statement_linter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace lightdash::migrate {

namespace {

constexpr std::int64_t many_rows = 100'000;
constexpr std::size_t longest_identifier = 63; // in bytes (PostgreSQL manual, 4.1.1)

const lint_rule& rule_named(std::string_view name)
{
    const auto found = std::ranges::find(lint_rules(), name, &lint_rule::name);
    return *found; // every name in these files stands in the table: tests/unit/migrate/lint_test.cpp
}

// A WHERE that can end early: compares a column with something, or takes a LIMITed set.
bool bounds_rows(sql_node where)
{
    bool bounded = false;
    where.walk([&](std::string_view key, sql_node here) {
        if (key == "A_Expr") {
            const auto kind = here["kind"].text();
            const auto name = dotted_name(here["name"]);
            bounded = bounded || (kind == "AEXPR_OP" && name != "<>") || kind == "AEXPR_BETWEEN" ||
                      (kind == "AEXPR_IN" && name == "=") || kind == "AEXPR_OP_ANY";
        }
        bounded = bounded || key == "limitCount";
    });
    return bounded;
}

} // namespace

void statement_linter::report(std::string_view rule, std::string message, std::optional<std::size_t> at)
{
    const auto& known = rule_named(rule);
    if (known.severity == lint_severity::style && !options_.style)
        return;
    lint_finding made;
    made.rule = known.name;
    made.severity = known.severity;
    made.migration = migration_.name;
    made.file = migration_.file;
    made.message = std::move(message);
    made.safe_form = known.safe_form;
    if (statement_ && !migration_.file.ends_with(".sql")) {
        made.line = statement_->line; // of the call that described it
    } else if (statement_ && statement_->line > 0) {
        const auto before = std::string_view{statement_->text}.substr(0, at.value_or(0));
        made.line = statement_->line + static_cast<int>(std::ranges::count(before, '\n'));
        made.column = static_cast<int>(before.size() - (before.rfind('\n') + 1)) + 1; // npos + 1 is 0
    }
    findings_.push_back(std::move(made));
}

bool statement_linter::is_old(const std::string& table) const
{
    const auto* known = schema_.find(table);
    return !known || !known->is_new;
}

void statement_linter::note_existence_clause(sql_node statement, std::string_view clause)
{
    if (statement["missing_ok"].flag() || statement["if_not_exists"].flag() || statement["skipIfNewValExists"].flag())
        report("if-exists-hides-drift",
               fmt::format("{} goes on when the database is not as the migrations left it", clause));
}

void statement_linter::check(const migration_statement& statement)
{
    statement_ = &statement;
    const sql_tree tree{statement.text};
    if (!tree.complaint().empty())
        return report("syntax-error", fmt::format("PostgreSQL's parser says: {}", tree.complaint()),
                      tree.complaint_offset());
    const auto root = tree.statement();
    const auto tag = root.tag();
    const auto body = root[tag];
    check_enum_use(root);
    check_identifiers(root);
    if (tag == "IndexStmt")
        check_index(body);
    else if (tag == "DropStmt")
        check_drop(body);
    else if (tag == "RenameStmt")
        check_rename(body);
    else if (tag == "AlterEnumStmt")
        check_enum(body);
    else if (tag == "UpdateStmt")
        check_change_of_rows(body, "UPDATE");
    else if (tag == "DeleteStmt")
        check_change_of_rows(body, "DELETE");
    else if (tag == "CreateStmt")
        check_create_table(body);
    else if (tag == "AlterTableStmt")
        check_alter_table(body);
    else
        check_other(tag, body);
}

void statement_linter::check_index(sql_node statement)
{
    const auto table = relation_name(statement["relation"]);
    const bool concurrent = statement["concurrent"].flag();
    if (!concurrent && is_old(table))
        report("index-not-concurrent",
               fmt::format("CREATE INDEX blocks every write to {} until the index is built", table));
    note_existence_clause(statement, "IF NOT EXISTS");
    add_index(table, index_of(statement), {});
}

void statement_linter::check_drop(sql_node statement)
{
    const auto kind = statement["removeType"].text();
    note_existence_clause(statement, "IF EXISTS");
    for (const auto object : statement["objects"].list()) {
        const auto name =
            object["List"] ? dotted_name(object["List"]["items"]) : std::string{object["String"]["sval"].text()};
        if (kind == "OBJECT_TABLE" || kind == "OBJECT_FOREIGN_TABLE") {
            if (is_old(name))
                report("drop-table",
                       fmt::format("the running program may still use {}, and its rows are gone for good", name));
            schema_.drop_table(name);
        } else if (kind == "OBJECT_INDEX") {
            const auto table = schema_.table_of_index(name);
            if (!statement["concurrent"].flag() && (table.empty() || is_old(table)))
                report("drop-index-not-concurrent",
                       fmt::format("DROP INDEX locks {} against reads and writes, behind the longest query that runs",
                                   table.empty() ? "its table" : table));
            schema_.drop_index(name);
        } else if (kind == "OBJECT_SCHEMA") {
            report("drop-schema", fmt::format("the running program may still use the schema {}", name));
        }
    }
}

void statement_linter::check_rename(sql_node statement)
{
    const auto kind = statement["renameType"].text();
    const auto table = relation_name(statement["relation"]);
    const std::string to{statement["newname"].text()};
    const std::string part{statement["subname"].text()};
    if (kind == "OBJECT_TABLE") {
        if (is_old(table))
            report("rename-table", fmt::format("the running program still asks for {}", table));
        const auto dot = table.rfind('.');
        schema_.rename_table(table, dot == std::string::npos ? to : table.substr(0, dot + 1) + to);
    } else if (kind == "OBJECT_COLUMN") {
        auto& columns = schema_.table(table).columns;
        const auto found = columns.find(part);
        if (is_old(table) && (found == columns.end() || !found->second.is_new))
            report("rename-column", fmt::format("the running program still asks for {}.{}", table, part));
        if (found != columns.end()) {
            auto moved = columns.extract(found);
            moved.key() = to;
            columns.insert(std::move(moved));
        }
    } else if (kind == "OBJECT_SCHEMA") {
        report("rename-schema", fmt::format("the running program still asks for the schema {}", part));
    } else if (kind == "OBJECT_INDEX") {
        const auto owner = schema_.table_of_index(table);
        for (auto& index : schema_.table(owner).indexes)
            if (index.name == table)
                index.name = to;
    }
}

void statement_linter::check_enum(sql_node statement)
{
    const auto type = dotted_name(statement["typeName"]);
    const std::string value{statement["newVal"].text()};
    if (const auto old = statement["oldVal"].text(); !old.empty()) {
        if (!schema_.is_new_type(type))
            report("rename-enum-value", fmt::format("the running program still knows \"{}\" of {}", old, type));
        return;
    }
    note_existence_clause(statement, "IF NOT EXISTS");
    if (!schema_.is_new_type(type) && migration_.transaction)
        new_enum_values_.push_back(value);
}

void statement_linter::check_enum_use(sql_node statement)
{
    if (new_enum_values_.empty())
        return;
    statement.walk([&](std::string_view key, sql_node here) {
        if (key != "A_Const")
            return;
        const auto text = here["sval"]["sval"].text();
        if (std::ranges::find(new_enum_values_, text) != new_enum_values_.end())
            report(
                "enum-value-used-in-transaction",
                fmt::format("'{}' was added in this migration: PostgreSQL refuses its use before the commit (SQLSTATE "
                            "55P04)",
                            text),
                here.location());
    });
}

void statement_linter::check_change_of_rows(sql_node statement, std::string_view verb)
{
    const auto table = relation_name(statement["relation"]);
    if (!is_old(table) || bounds_rows(statement["whereClause"]))
        return;
    const auto rows = options_.rows.find(table);
    if (rows != options_.rows.end() && rows->second <= many_rows)
        return;
    report(
        "update-without-batch",
        rows == options_.rows.end()
            ? fmt::format("{} of every row of {} at once: its locks and dead rows last until the commit", verb, table)
            : fmt::format("{} of every row of {} at once, about {}: its locks and dead rows last until the commit",
                          verb, table, rows->second),
        statement["relation"].location());
    if (rows != options_.rows.end())
        findings_.back().severity = lint_severity::error;
}

// The parser has cut the names already: a name of 63 bytes that goes on in the text was longer.
void statement_linter::check_identifiers(sql_node statement)
{
    const auto goes_on = [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '$' || c >= 128; };
    std::string lower = statement_->text;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::set<std::string> told;
    statement.walk([&](std::string_view, sql_node here) {
        std::string name{here.text()};
        if (name.size() + 3 < longest_identifier || name.size() > longest_identifier) // cut between characters
            return;
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        const auto at = lower.find(name);
        if (at == std::string::npos || at + name.size() >= lower.size() ||
            !goes_on(static_cast<unsigned char>(lower[at + name.size()])) || !told.insert(name).second)
            return;
        report("identifier-too-long", fmt::format("PostgreSQL cuts this name to \"{}\" without an error", here.text()),
               at);
    });
}

void statement_linter::check_other(std::string_view tag, sql_node statement)
{
    if (tag == "TruncateStmt") {
        if (statement["behavior"].text() == "DROP_CASCADE")
            report("truncate-cascade", "TRUNCATE … CASCADE empties every table that refers to these, named or not");
    } else if (tag == "DropdbStmt") {
        report("drop-database", fmt::format("this drops the database {}", statement["dbname"].text()));
    } else if (tag == "ReindexStmt") {
        bool concurrent = false;
        for (const auto option : statement["params"].list())
            concurrent = concurrent || option["DefElem"]["defname"].text() == "concurrently";
        if (!concurrent)
            report("reindex-not-concurrent", "REINDEX blocks the writes to its table, and the readers of its index");
    } else if (tag == "CreateEnumStmt") {
        schema_.create_type(dotted_name(statement["typeName"]));
    } else if (tag == "CreateTableAsStmt") {
        schema_.create_table(relation_name(statement["into"]["rel"]));
        note_existence_clause(statement, "IF NOT EXISTS");
    } else if (tag == "AlterObjectSchemaStmt" && statement["objectType"].text() == "OBJECT_TABLE") {
        const auto table = relation_name(statement["relation"]);
        if (is_old(table))
            report("rename-table", fmt::format("the running program still asks for {}", table));
    } else if (tag == "VacuumStmt") {
        check_vacuum(statement);
    } else if (tag == "LockStmt") {
        check_lock(statement);
    } else if (tag == "ClusterStmt") {
        report("table-rewrite", "CLUSTER writes the whole table anew and locks it against reads and writes meanwhile");
    }
}

void statement_linter::check_vacuum(sql_node statement)
{
    const auto full = [](sql_node option) {
        const auto value = option["DefElem"]["arg"]["String"]["sval"].text();
        return option["DefElem"]["defname"].text() == "full" && value != "false" && value != "off";
    };
    if (std::ranges::none_of(statement["options"].list(), full))
        return;
    const auto tables = statement["rels"].list();
    const auto is_known_old = [&](sql_node one) { return is_old(relation_name(one["VacuumRelation"]["relation"])); };
    if (tables.empty() || std::ranges::any_of(tables, is_known_old))
        report("table-rewrite",
               "VACUUM FULL writes the whole table anew and locks it against reads and writes meanwhile");
}

void statement_linter::check_lock(sql_node statement)
{
    // Of storage/lockdefs.h; weaker ones stop neither readers nor writers.
    constexpr std::int64_t share = 5, access_exclusive = 8;
    const auto mode = statement["mode"].number();
    if (mode < share)
        return;
    for (const auto one : statement["relations"].list()) {
        const auto table = relation_name(one["RangeVar"]);
        if (is_old(table))
            report("lock-table",
                   fmt::format("LOCK TABLE stops {} {} until the transaction ends, and all who come while it waits",
                               mode == access_exclusive ? "whoever reads or writes" : "whoever writes", table),
                   one["RangeVar"].location());
    }
}

void statement_linter::finish()
{
    for (const auto& key : foreign_keys_) {
        const auto* table = schema_.find(key.table);
        if (!table)
            continue;
        const auto serves = [&](const known_index& index) {
            if (index.columns.size() < key.columns.size())
                return false;
            const auto leading = index.columns.begin() + static_cast<std::ptrdiff_t>(key.columns.size());
            return std::is_permutation(index.columns.begin(), leading, key.columns.begin(), key.columns.end());
        };
        if (std::ranges::any_of(table->indexes, serves))
            continue;
        statement_ = &key.statement;
        report("foreign-key-without-index",
               fmt::format("no index of {} begins with ({})", key.table, fmt::join(key.columns, ", ")), key.at);
    }
    statement_ = nullptr;
    if (!migration_.reversible()) {
        report("missing-down", "there is no way down");
        if (options_.strict)
            findings_.back().severity = lint_severity::error;
    }
}

} // namespace lightdash::migrate
