// CREATE TABLE and ALTER TABLE: statement_linter's larger half.
#include "migrate/lint/statement_linter.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::migrate {

namespace {

// Answers the same for every row of a statement (provolatile i or s in pg_proc): the column's default is evaluated
// once. Any other function may be volatile, and then the table is rewritten.
bool is_stable(std::string_view function)
{
    static constexpr std::array<std::string_view, 30> stable{"now",
                                                             "transaction_timestamp",
                                                             "statement_timestamp",
                                                             "to_timestamp",
                                                             "make_interval",
                                                             "make_date",
                                                             "date_trunc",
                                                             "timezone",
                                                             "lower",
                                                             "upper",
                                                             "concat",
                                                             "length",
                                                             "md5",
                                                             "coalesce",
                                                             "greatest",
                                                             "least",
                                                             "jsonb_build_object",
                                                             "jsonb_build_array",
                                                             "json_build_object",
                                                             "json_build_array",
                                                             "to_jsonb",
                                                             "to_json",
                                                             "current_setting",
                                                             "array_fill",
                                                             "repeat",
                                                             "replace",
                                                             "format",
                                                             "decode",
                                                             "encode",
                                                             "abs"};
    return std::ranges::find(stable, function) != stable.end();
}

// The first function in an expression that may be volatile; "" when there is none.
std::string volatile_function(sql_node expression)
{
    std::string found;
    expression.walk([&](std::string_view key, sql_node here) {
        if (key != "FuncCall" || !found.empty())
            return;
        const auto name = dotted_name(here["funcname"]);
        if (!is_stable(std::string_view{name}.substr(name.rfind('.') + 1)))
            found = name;
    });
    return found;
}

std::vector<std::string> strings_of(sql_node list)
{
    std::vector<std::string> made;
    for (const auto one : list.list())
        made.emplace_back(one["String"]["sval"].text());
    return made;
}

// The name that PostgreSQL gives a constraint without one.
std::string constraint_name(sql_node constraint, const std::string& table, const std::vector<std::string>& columns,
                            std::string_view suffix)
{
    if (const auto given = constraint["conname"].text(); !given.empty())
        return std::string{given};
    const auto bare = table.substr(table.rfind('.') + 1);
    return suffix == "pkey" ? bare + "_pkey" : fmt::format("{}_{}_{}", bare, fmt::join(columns, "_"), suffix);
}

bool is_serial(std::string_view type)
{
    return type == "serial" || type == "bigserial" || type == "smallserial" || type == "serial4" || type == "serial8" ||
           type == "serial2";
}

// "x" of CHECK (x IS NOT NULL), else "".
std::string not_null_column(sql_node check)
{
    const auto test = check["NullTest"];
    if (test["nulltesttype"].text() != "IS_NOT_NULL")
        return {};
    return dotted_name(test["arg"]["ColumnRef"]["fields"]);
}

sql_node constraint_of(sql_node column, std::string_view type)
{
    for (const auto one : column["constraints"].list())
        if (one["Constraint"]["contype"].text() == type)
            return one["Constraint"];
    return {};
}

} // namespace

void statement_linter::learn_column(const std::string& table, sql_node column)
{
    schema_.table(table).columns[std::string{column["colname"].text()}] = {type_of(column["typeName"]), true};
}

void statement_linter::add_index(const std::string& table, known_index made, std::optional<std::size_t> at)
{
    auto& indexes = schema_.table(table).indexes;
    const auto same = std::ranges::find(indexes, made.signature, &known_index::signature);
    if (same != indexes.end() && (same->unique || !made.unique)) {
        report("duplicate-index",
               fmt::format("{} has the index {} on the same columns already: this one costs every write and serves no "
                           "query",
                           table, same->name),
               at);
        made.warning = to_string(findings_.back());
    }
    indexes.push_back(std::move(made));
}

void statement_linter::check_create_table(sql_node statement)
{
    const auto table = relation_name(statement["relation"]);
    note_existence_clause(statement, "IF NOT EXISTS");
    schema_.create_table(table);
    for (const auto element : statement["tableElts"].list()) {
        if (const auto column = element["ColumnDef"]) {
            learn_column(table, column);
            check_style(column);
            for (const auto one : column["constraints"].list())
                check_column_constraint(table, one["Constraint"], std::string{column["colname"].text()}, false);
        } else if (const auto constraint = element["Constraint"]) {
            check_constraint(table, constraint, strings_of(constraint["keys"]));
        }
    }
}

void statement_linter::check_alter_table(sql_node statement)
{
    if (const auto type = statement["objtype"].text(); type != "OBJECT_TABLE" && type != "OBJECT_FOREIGN_TABLE")
        return;
    const auto table = relation_name(statement["relation"]);
    note_existence_clause(statement, "IF EXISTS");
    for (const auto command : statement["cmds"].list())
        check_command(table, command["AlterTableCmd"]);
}

void statement_linter::check_command(const std::string& table, sql_node command)
{
    const auto kind = command["subtype"].text();
    const std::string name{command["name"].text()};
    const bool old = is_old(table);
    auto& known = schema_.table(table);
    const auto column = known.columns.find(name);
    const bool old_column = old && (column == known.columns.end() || !column->second.is_new);

    note_existence_clause(command, kind == "AT_AddColumn" ? "IF NOT EXISTS" : "IF EXISTS");
    if (kind == "AT_AddColumn") {
        check_added_column(table, command["def"]["ColumnDef"]);
    } else if (kind == "AT_AddConstraint") {
        check_added_constraint(table, command["def"]["Constraint"]);
    } else if (kind == "AT_AlterColumnType") {
        check_type_change(table, command);
    } else if (kind == "AT_DropColumn") {
        if (old_column)
            report(
                "drop-column",
                fmt::format("the running program may still read {}.{}, and its values are gone for good", table, name));
        known.columns.erase(name);
        std::erase_if(known.indexes, [&](const known_index& index) {
            return std::ranges::find(index.columns, name) != index.columns.end();
        });
    } else if (kind == "AT_SetNotNull") {
        const bool proven = std::ranges::any_of(known.checks, [&](const auto& check) {
            return check.second.validated && check.second.not_null_column == name;
        });
        if (old && !proven)
            report("set-not-null",
                   fmt::format("SET NOT NULL reads all of {} under a lock that stops reads and writes", table));
    } else if (kind == "AT_DropNotNull") {
        if (old_column)
            report("drop-not-null", fmt::format("the running program may not expect NULL in {}.{}", table, name));
    } else if (kind == "AT_ValidateConstraint") {
        auto& check = known.checks[name];
        if (old && check.is_new && migration_.transaction)
            report("validate-in-same-transaction",
                   fmt::format("{} was added in this transaction: its lock on {} lasts through the whole scan", name,
                               table));
        check.validated = true;
    } else if (kind == "AT_DropConstraint") {
        known.checks.erase(name);
        schema_.drop_index(name);
    } else if (kind == "AT_DetachPartition") {
        const auto partition = relation_name(command["def"]["PartitionCmd"]["name"]);
        if (old && !command["def"]["PartitionCmd"]["concurrent"].flag())
            report("detach-partition-not-concurrent",
                   fmt::format("DETACH PARTITION {} locks {} and every partition's readers", partition, table));
    } else if (old && (kind == "AT_SetLogged" || kind == "AT_SetUnLogged" || kind == "AT_SetTableSpace" ||
                       kind == "AT_SetAccessMethod")) {
        report("table-rewrite",
               fmt::format("this writes all of {} anew and locks it against reads and writes meanwhile", table));
    }
}

void statement_linter::check_added_column(const std::string& table, sql_node column)
{
    const std::string name{column["colname"].text()};
    const auto at = column.location();
    const auto value = constraint_of(column, "CONSTR_DEFAULT");
    const bool old = is_old(table);
    const bool counts = is_serial(type_of(column["typeName"]).name) || constraint_of(column, "CONSTR_IDENTITY");
    const auto rewritten = fmt::format("writes all of {} anew and locks it against reads and writes meanwhile", table);
    learn_column(table, column);
    check_style(column);
    if (old && counts)
        report("add-column-serial", fmt::format("numbering the old rows of {}.{} {}", table, name, rewritten), at);
    if (old && constraint_of(column, "CONSTR_GENERATED"))
        report("add-column-stored-generated", fmt::format("computing {}.{} {}", table, name, rewritten), at);
    if (const auto function = volatile_function(value["raw_expr"]); old && !function.empty())
        report("add-column-volatile-default",
               fmt::format("{}() may give each row another value, and that {}", function, rewritten), value.location());
    const bool required = constraint_of(column, "CONSTR_NOTNULL") || constraint_of(column, "CONSTR_PRIMARY");
    if (old && required && !value && !counts && !constraint_of(column, "CONSTR_GENERATED"))
        report("add-column-not-null",
               fmt::format("{}.{} has no value for the rows that are there: this fails unless the table is empty",
                           table, name),
               at);
    for (const auto one : column["constraints"].list())
        check_column_constraint(table, one["Constraint"], name, static_cast<bool>(value));
}

// A constraint written behind its column.
void statement_linter::check_column_constraint(const std::string& table, sql_node constraint, const std::string& column,
                                               bool has_default)
{
    const auto kind = constraint["contype"].text();
    // Without a default, the new column is NULL everywhere: PostgreSQL has nothing to look up.
    if (kind == "CONSTR_FOREIGN" && is_old(table) && has_default)
        report("foreign-key-without-not-valid",
               fmt::format("checking the key reads all of {} and blocks writes to both tables", table),
               constraint.location());
    if (kind == "CONSTR_FOREIGN")
        foreign_keys_.push_back({table, {column}, *statement_, constraint.location()});
    else
        check_constraint(table, constraint, {column});
}

void statement_linter::check_added_constraint(const std::string& table, sql_node constraint)
{
    const auto kind = constraint["contype"].text();
    if (kind != "CONSTR_FOREIGN")
        return check_constraint(table, constraint, strings_of(constraint["keys"]));
    const auto columns = strings_of(constraint["fk_attrs"]);
    const bool deferred = constraint["skip_validation"].flag();
    if (is_old(table) && !deferred)
        report("foreign-key-without-not-valid",
               fmt::format("checking the key reads all of {} and blocks writes to it and to {}", table,
                           relation_name(constraint["pktable"])),
               constraint.location());
    schema_.table(table).checks[constraint_name(constraint, table, columns, "fkey")] = {"", !deferred, true};
    foreign_keys_.push_back({table, columns, *statement_, constraint.location()});
}

// Anything but a foreign key, of a new table or an old one.
void statement_linter::check_constraint(const std::string& table, sql_node constraint,
                                        const std::vector<std::string>& columns)
{
    const auto kind = constraint["contype"].text();
    const auto at = constraint.location();
    const bool old = is_old(table);
    const bool takes_index = !constraint["indexname"].text().empty();
    if (kind == "CONSTR_FOREIGN") {
        foreign_keys_.push_back({table, strings_of(constraint["fk_attrs"]), *statement_, at});
    } else if (kind == "CONSTR_CHECK") {
        const bool deferred = constraint["skip_validation"].flag();
        if (old && !deferred)
            report("check-without-not-valid",
                   fmt::format("checking the rows reads all of {} under a lock that stops reads and writes", table),
                   at);
        schema_.table(table).checks[constraint_name(constraint, table, columns, "check")] = {
            not_null_column(constraint["raw_expr"]), !deferred, true};
    } else if (kind == "CONSTR_UNIQUE" || kind == "CONSTR_PRIMARY") {
        const bool primary = kind == "CONSTR_PRIMARY";
        if (takes_index)
            return;
        if (old)
            report(primary ? "add-primary-key" : "add-unique-constraint",
                   fmt::format("building its index locks {} against reads and writes until it is done", table), at);
        add_index(table, key_index(constraint_name(constraint, table, columns, primary ? "pkey" : "key"), columns), at);
    } else if (kind == "CONSTR_EXCLUSION" && old) {
        report("add-exclusion-constraint",
               fmt::format("building its index locks {} against reads and writes until it is done", table), at);
    }
}

void statement_linter::check_type_change(const std::string& table, sql_node command)
{
    const std::string name{command["name"].text()};
    const auto definition = command["def"]["ColumnDef"];
    const auto wanted = type_of(definition["typeName"]);
    auto& column = schema_.table(table).columns[name];
    const bool safe = !column.type.name.empty() && !definition["raw_default"] && is_safe_widening(column.type, wanted);
    if (is_old(table) && !safe)
        report("change-column-type",
               fmt::format(
                   "changing the type of {}.{}{} to {} writes the table anew and locks it against reads and writes "
                   "meanwhile",
                   table, name, column.type.name.empty() ? "" : " from " + column.type.name, wanted.name),
               definition["typeName"].location());
    column.type = wanted;
}

void statement_linter::check_style(sql_node column)
{
    const auto type = type_of(column["typeName"]);
    const auto at = column["typeName"].location();
    const std::string name{column["colname"].text()};
    const bool key = name == "id" || name.ends_with("_id") || constraint_of(column, "CONSTR_PRIMARY");
    if (type.name == "timestamp")
        report("prefer-timestamptz", fmt::format("timestamp of {} does not say in which time zone", name), at);
    if ((type.name == "varchar" && !type.limits.empty()) || type.name == "bpchar")
        report("prefer-text", fmt::format("the length of {} is part of its type: changing it takes a lock", name), at);
    if (key && (type.name == "int4" || type.name == "int2" || type.name == "serial" || type.name == "serial4"))
        report("prefer-bigint", fmt::format("{} is a key of 32 bits or less", name), at);
    if (is_serial(type.name))
        report("prefer-identity", fmt::format("{} leaves the sequence of {} writable and owned apart", type.name, name),
               at);
}

} // namespace lightdash::migrate
