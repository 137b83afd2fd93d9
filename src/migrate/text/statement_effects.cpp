#include "lightdash/migrate/statement_effects.hpp"

#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"
#include "migrate/text/effect_names.hpp"
#include "migrate/text/outside_words.hpp"
#include "migrate/text/sql_tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::migrate {

namespace {

std::string_view last_part(sql_node name)
{
    const auto parts = name.list();
    return parts.empty() ? std::string_view{} : parts.back()["String"]["sval"].text();
}

std::string_view kind_of(sql_node option)
{
    return option["DefElem"]["defname"].text();
}

// of DO, CREATE FUNCTION, SUBSCRIPTION …: "" when it is not given.
std::string option_text(sql_node options, std::string_view name)
{
    for (const auto option : options.list()) {
        if (kind_of(option) != name)
            continue;
        const auto value = option["DefElem"]["arg"];
        if (const auto items = value["List"]["items"].list(); !items.empty())
            return std::string{items.front()["String"]["sval"].text()};
        if (const auto flag = value["Boolean"])
            return flag["boolval"].flag() ? "true" : "false";
        return std::string{value["String"]["sval"].text()};
    }
    return {};
}

bool has_option(sql_node options, std::string_view name)
{
    return std::ranges::any_of(options.list(), [&](sql_node one) { return kind_of(one) == name; });
}

bool is_off(sql_node options, std::string_view name)
{
    const auto said = option_text(options, name);
    return said == "false" || said == "off" || said == "0";
}

in_transaction transaction_of(std::string_view tag, sql_node body)
{
    using enum in_transaction;
    const auto when = [](bool condition) { return condition ? refused : works; };
    if (tag == "VacuumStmt")
        return when(body["is_vacuumcmd"].flag()); // else it is ANALYZE
    if (tag == "IndexStmt" || tag == "DropStmt")
        return when(body["concurrent"].flag());
    if (tag == "AlterSystemStmt" || tag == "CreatedbStmt" || tag == "DropdbStmt" || tag == "CreateTableSpaceStmt" ||
        tag == "DropTableSpaceStmt" || tag == "DropSubscriptionStmt")
        return refused;
    if (tag == "AlterDatabaseStmt")
        return when(has_option(body["options"], "tablespace"));
    if (tag == "CreateSubscriptionStmt")
        return when(!is_off(body["options"], "connect") && !is_off(body["options"], "create_slot"));
    if (tag == "AlterSubscriptionStmt") {
        const auto kind = body["kind"].text();
        return when(kind == "ALTER_SUBSCRIPTION_REFRESH" ||
                    (kind.ends_with("_PUBLICATION") && !is_off(body["options"], "refresh")));
    }
    if (tag == "ReindexStmt") {
        const auto kind = body["kind"].text();
        const bool of_one = kind == "REINDEX_OBJECT_INDEX" || kind == "REINDEX_OBJECT_TABLE";
        return !of_one || has_option(body["params"], "concurrently") ? refused : may_be_refused;
    }
    if (tag == "ClusterStmt")
        return body["relation"] ? may_be_refused : refused;
    if (tag == "AlterTableStmt")
        return when(std::ranges::any_of(body["cmds"].list(), [](sql_node one) {
            return one["AlterTableCmd"]["def"]["PartitionCmd"]["concurrent"].flag();
        }));
    if (tag == "DiscardStmt")
        return when(body["target"].text() == "DISCARD_ALL");
    if (tag == "TransactionStmt")
        return when(body["kind"].text().ends_with("_PREPARED"));
    return tag == "CallStmt" ? may_be_refused : works;
}

bool is_temporary(sql_node relation)
{
    return relation["relpersistence"].text() == "t" || relation["schemaname"].text() == "pg_temp";
}

std::string setting_of(sql_node set)
{
    const auto kind = set["kind"].text();
    const std::string name{set["name"].text()};
    if (set["is_local"].flag() || (kind == "VAR_SET_MULTI" && name == "TRANSACTION"))
        return {};
    if (kind == "VAR_RESET_ALL")
        return "RESET ALL";
    if (name == "role")
        return kind == "VAR_RESET" ? "RESET ROLE" : "SET ROLE";
    if (name == "session_authorization")
        return kind == "VAR_RESET" ? "RESET SESSION AUTHORIZATION" : "SET SESSION AUTHORIZATION";
    if (name == "SESSION CHARACTERISTICS")
        return "SET SESSION CHARACTERISTICS";
    return (kind == "VAR_RESET" ? "RESET " : "SET ") + name;
}

// Of the statement itself; the functions that it calls come on top.
std::string session_of(std::string_view tag, sql_node body)
{
    static constexpr std::array words{
        named{"DiscardStmt", "DISCARD"}, named{"PrepareStmt", "PREPARE"},   named{"DeallocateStmt", "DEALLOCATE"},
        named{"ListenStmt", "LISTEN"},   named{"UnlistenStmt", "UNLISTEN"}, named{"LoadStmt", "LOAD"},
    };
    constexpr std::int64_t with_hold = 0x20; // CURSOR_OPT_HOLD of nodes/parsenodes.h
    if (tag == "VariableSetStmt")
        return setting_of(body);
    if (tag == "DeclareCursorStmt" && (body["options"].number() & with_hold))
        return "DECLARE … WITH HOLD";
    for (const auto relation :
         {body["relation"], body["into"]["rel"], body["view"], body["sequence"], body["intoClause"]["rel"]})
        if ((tag.starts_with("Create") || tag == "ViewStmt" || tag == "SelectStmt") && is_temporary(relation))
            return std::string{temporary_object};
    return std::string{look_up(words, tag)};
}

constexpr int deepest_body = 4; // bodies that execute bodies

class effects_reader {
public:
    explicit effects_reader(const std::set<std::string>& routines) : routines_(routines) {}

    statement_effects read(const std::string& text, int depth)
    {
        statement_effects found;
        const sql_tree tree{text};
        if (!tree.complaint().empty())
            return unreadable(text);
        const auto root = tree.statement();
        const auto tag = root.tag();
        const auto body = root[tag];
        found.transaction = transaction_of(tag, body);
        found.session = session_of(tag, body);
        note_outside(found, tag, body);
        if (tag == "CreateFunctionStmt") {
            statement_effects inside;
            read_calls(inside, body["sql_body"]);
            read_body(inside, text, body["options"], depth);
            if (!inside.outside.empty())
                found.outside_routine = last_part(body["funcname"]);
            return found;
        }
        const bool sets = !found.session.empty();
        read_calls(found, root);
        if (tag == "DoStmt")
            read_body(found, text, body["args"], depth);
        found.session_is_all = is_of_session_alone(found, sets, tag, body);
        return found;
    }

private:
    // `sets`: by what it is, not by what it calls.
    static bool is_of_session_alone(const statement_effects& found, bool sets, std::string_view tag, sql_node body)
    {
        if (found.session.empty() || found.session == temporary_object)
            return false;
        return tag == "SelectStmt" ? !body["intoClause"] && !body["withClause"] : sets && tag != "DeclareCursorStmt";
    }

    static statement_effects unreadable(const std::string& text)
    {
        statement_effects found;
        found.outside = outside_by_words(text);
        const auto words = leading_words(text);
        if (words == "SET" || (words.starts_with("SET ") && words != "SET LOCAL" && words != "SET CONSTRAINTS") ||
            words.starts_with("RESET"))
            found.session = words;
        found.session_is_all = !found.session.empty();
        if (!sql::runs_in_transaction(text))
            found.transaction = in_transaction::refused;
        return found;
    }

    static void add_outside(statement_effects& found, std::string what, bool rolls_back)
    {
        found.outside_rolls_back = found.outside_rolls_back && rolls_back;
        if (found.outside.empty())
            found.outside = std::move(what);
    }

    void note_outside(statement_effects& found, std::string_view tag, sql_node body) const
    {
        if (const auto what = look_up(always_outside, tag); !what.empty())
            add_outside(found, std::string{what}, true);
        if (const auto one = std::ranges::find(on_objects, tag, &with_kind::tag); one != on_objects.end())
            if (const auto object = look_up(shared_objects, body[one->member].text()); !object.empty())
                add_outside(found, std::string{one->what}.append(object), true);
        if (tag == "CopyStmt" && body["is_program"].flag())
            add_outside(found, body["is_from"].flag() ? "COPY … FROM PROGRAM" : "COPY … TO PROGRAM", false);
        else if (tag == "CopyStmt" && body["filename"] && !body["is_from"].flag())
            add_outside(found, "COPY … TO a file", false);
        const bool changes_rows = tag == "InsertStmt" || tag == "UpdateStmt" || tag == "DeleteStmt";
        if (const auto table = body["relation"]["relname"].text(); (changes_rows || tag == "CopyStmt") &&
                                                                   is_one_of(shared_catalogs, table) &&
                                                                   (tag != "CopyStmt" || body["is_from"].flag()))
            add_outside(found, std::string{"a change of "}.append(table), true);
        if (tag == "CreateTrigStmt" || tag == "CreateEventTrigStmt")
            note_call(found, body);
    }

    // `call` has a member funcname, and perhaps args.
    void note_call(statement_effects& found, sql_node call) const
    {
        const auto name = last_part(call["funcname"]);
        if (is_one_of(outside_functions, name))
            add_outside(found, std::string{name} + "()", false);
        else if (routines_.contains(std::string{name}))
            add_outside(found, std::string{name} + "(), whose body reaches outside", false);
        if (is_one_of(slot_functions, name) && found.transaction == in_transaction::works)
            found.transaction = in_transaction::may_be_refused;
        if (!found.session.empty())
            return;
        if (is_one_of(session_locks, name))
            found.session = std::string{name} + "()";
        if (name != "set_config")
            return;
        const auto args = call["args"].list();
        const auto local = args.size() == 3 ? args[2]["A_Const"]["boolval"]["boolval"] : sql_node{};
        if (!local.flag())
            found.session = "set_config()";
    }

    void read_calls(statement_effects& found, sql_node tree) const
    {
        tree.walk([&](std::string_view key, sql_node here) {
            if (key == "FuncCall" || key == "funccall")
                note_call(found, here);
        });
    }

    void read_body(statement_effects& found, const std::string& text, sql_node options, int depth)
    {
        const auto language = lower(option_text(options, "language"));
        const auto body = option_text(options, "as");
        if (depth >= deepest_body)
            return;
        if (language == "sql") {
            read_sql_body(found, body, depth);
            return;
        }
        const plpgsql_tree tree{language.empty() || language == "plpgsql" ? text : std::string{}};
        if (!tree.readable() || tree.root().list().empty()) {
            if (auto what = outside_in_text(body); !what.empty())
                add_outside(found, std::move(what), false);
            return;
        }
        read_plpgsql(found, tree.root(), depth);
    }

    void read_sql_body(statement_effects& found, const std::string& body, int depth)
    {
        try {
            for (const auto& one : split_statements("body", body))
                add(found, read(one.text, depth + 1));
        } catch (const std::exception&) {
            add_outside_of_text(found, body);
        }
    }

    void read_plpgsql(statement_effects& found, sql_node tree, int depth)
    {
        tree.walk([&](std::string_view key, sql_node here) {
            if (key == "PLpgSQL_stmt_commit" || key == "PLpgSQL_stmt_rollback")
                found.transaction = in_transaction::may_be_refused;
            else if (key == "PLpgSQL_stmt_execsql")
                add(found, read(std::string{here["sqlstmt"]["PLpgSQL_expr"]["query"].text()}, depth + 1));
            else if (key == "PLpgSQL_stmt_call")
                add(found, read(std::string{here["expr"]["PLpgSQL_expr"]["query"].text()}, depth + 1));
            else if (key == "PLpgSQL_stmt_dynexecute")
                read_executed(found, std::string{here["query"]["PLpgSQL_expr"]["query"].text()}, depth);
            else if (key == "PLpgSQL_expr")
                read_expression(found, std::string{here["query"].text()});
        });
    }

    // What EXECUTE executes: the text that its expression begins with.
    void read_executed(statement_effects& found, const std::string& expression, int depth)
    {
        const sql_tree tree{"select " + expression};
        bool first = true;
        tree.statement().walk([&](std::string_view key, sql_node here) {
            const auto text = key == "A_Const" ? here["sval"]["sval"].text() : std::string_view{};
            if (text.empty() || !std::exchange(first, false))
                return;
            add(found, read(std::string{text}, depth + 1));
        });
    }

    void read_expression(statement_effects& found, const std::string& expression)
    {
        for (const auto* before : {"", "select "}) {
            const sql_tree tree{before + expression};
            if (!tree.complaint().empty())
                continue;
            statement_effects inside;
            read_calls(inside, tree.statement());
            if (!inside.outside.empty())
                add_outside(found, inside.outside, inside.outside_rolls_back);
            if (found.session.empty())
                found.session = inside.session;
            return;
        }
    }

    static void add_outside_of_text(statement_effects& found, std::string_view text)
    {
        if (auto what = outside_in_text(text); !what.empty())
            add_outside(found, std::move(what), false);
    }

    // What a statement inside a body does, the body does.
    static void add(statement_effects& found, const statement_effects& inside)
    {
        if (!inside.outside.empty())
            add_outside(found, inside.outside, inside.outside_rolls_back);
        else
            found.outside_is_all = false;
        if (found.session.empty())
            found.session = inside.session;
        if (inside.transaction != in_transaction::works)
            found.transaction = in_transaction::may_be_refused;
    }

    const std::set<std::string>& routines_;
};

// Rows by the thousand need not be parsed: they can do nothing of all this but by calling a function.
bool is_worth_reading(std::string_view text, const std::set<std::string>& routines)
{
    static constexpr std::array of_rows{"INSERT", "UPDATE", "DELETE", "SELECT", "WITH", "VALUES", "MERGE", "TABLE"};
    const auto words = leading_words(text);
    if (!is_one_of(of_rows, std::string_view{words}.substr(0, words.find(' '))))
        return true;
    static constexpr std::array hints{"pg_", "set_config", "dblink", "lo_export", "schedule_in_database", "into"};
    const auto small = lower(text);
    const auto holds = [&](std::string_view part) { return small.find(part) != std::string::npos; };
    const bool makes_rows_alone = words == "INSERT INTO";
    return std::ranges::any_of(
               hints, [&](std::string_view hint) { return holds(hint) && !(makes_rows_alone && hint == "into"); }) ||
           std::ranges::any_of(routines, holds);
}

} // namespace

statement_effects effects_of(const std::string& statement, const std::set<std::string>& outside_routines)
{
    if (!is_worth_reading(statement, outside_routines))
        return {};
    return effects_reader{outside_routines}.read(statement, 0);
}

} // namespace lightdash::migrate
