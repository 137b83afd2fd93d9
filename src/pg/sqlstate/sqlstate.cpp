#include "lightdash/pg/sqlstate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::pg {
namespace {

using std::chrono::seconds;

constexpr seconds soon{1};
constexpr seconds later{2};

// What one SQLSTATE, or a class of them ("08"), means here. `message` may hold {}, which becomes the statement's name.
struct meaning {
    std::string_view code;
    error_kind kind;
    std::string_view message;
    bool poisons = false;
    seconds retry_after{0};
    connect_fault fault = connect_fault::none;
};

constexpr std::string_view lost = "The connection to the database was lost while {} ran.";
constexpr std::string_view no_room =
    "The database server is out of resources (disk, memory or I/O): it could not run {}.";
constexpr std::string_view too_many = "The database server has no free connections.";
constexpr std::string_view conflict = "Another request changed the same rows at the same time: {} was undone.";
constexpr std::string_view prepare_again = "The prepared form of {} is no longer valid on this connection.";
constexpr std::string_view old_schema = "The database schema does not fit this program in {}: run the migrations.";
constexpr std::string_view login =
    "The database does not accept this program's role or database name: check DATABASE_URL.";
constexpr std::string_view bad_text = "A text holds a character that the database cannot store.";
constexpr std::string_view bad_date = "A date or time is not valid or out of range.";

constexpr std::string_view read_only_state = "25006";

constexpr std::string_view code_of(condition what) noexcept
{
    switch (what) {
    case condition::feature_not_supported:
        return "0A000";
    case condition::division_by_zero:
        return "22012";
    case condition::invalid_parameter_value:
        return "22023";
    case condition::unique_violation:
        return "23505";
    case condition::in_failed_sql_transaction:
        return "25P02";
    case condition::invalid_sql_statement_name:
        return "26000";
    case condition::invalid_catalog_name:
        return "3D000";
    case condition::invalid_schema_name:
        return "3F000";
    case condition::syntax_error:
        return "42601";
    case condition::duplicate_database:
        return "42P04";
    case condition::duplicate_object:
        return "42710";
    case condition::duplicate_prepared_statement:
        return "42P05";
    case condition::duplicate_table:
        return "42P07";
    case condition::undefined_object:
        return "42704";
    case condition::undefined_table:
        return "42P01";
    case condition::wrong_object_type:
        return "42809";
    case condition::object_in_use:
        return "55006";
    case condition::internal_error:
        return "XX000";
    }
    return {};
}

constexpr std::string_view unknown_statement_state = code_of(condition::invalid_sql_statement_name);

// Exact codes before their classes: the first that fits counts.
constexpr std::array meanings{
    meaning{"", error_kind::database_unavailable, lost, true, soon},
    meaning{"08", error_kind::database_unavailable, lost, true, soon},
    meaning{"57P01", error_kind::database_unavailable, lost, true, soon},
    meaning{"57P02", error_kind::database_unavailable, lost, true, soon},
    meaning{"57P03", error_kind::database_unavailable, "The database is starting or stopping.", true, soon},
    meaning{"57P04", error_kind::database_unavailable, "The database was dropped.", true},
    meaning{"57P05", error_kind::database_unavailable, lost, true},
    meaning{"25P03", error_kind::database_unavailable, "The database closed a transaction that was idle for too long.",
            true},
    meaning{"25P04", error_kind::statement_timeout, "The database closed a transaction that took too long.", true},
    meaning{"57014", error_kind::statement_timeout, "The statement {} took too long and was cancelled."},
    meaning{"53300", error_kind::resource_exhausted, too_many, false, later, connect_fault::no_slot},
    meaning{"53400", error_kind::resource_exhausted, no_room, false, later},
    meaning{"53", error_kind::resource_exhausted, no_room},
    meaning{"58030", error_kind::resource_exhausted, no_room},
    meaning{read_only_state, error_kind::read_only, "The database takes no writes now: {} was refused."},
    meaning{"40001", error_kind::serialization_failure, conflict, false, soon},
    meaning{"40P01", error_kind::serialization_failure, conflict, false, soon},
    meaning{"55P03", error_kind::lock_timeout, "Another request holds the rows that {} needs."},
    meaning{unknown_statement_state, error_kind::statement_invalidated, prepare_again},
    meaning{"42P05", error_kind::statement_invalidated, prepare_again},
    meaning{"23502", error_kind::invalid_value, {}},
    meaning{"23514", error_kind::invalid_value, {}},
    meaning{"23505", error_kind::unique_violation, {}},
    meaning{"23P01", error_kind::unique_violation, {}},
    meaning{"23001", error_kind::foreign_key_in_use, {}},
    meaning{"22001", error_kind::invalid_value, "A text is longer than its column allows."},
    meaning{"22003", error_kind::invalid_value, "A number is out of range."},
    meaning{"22007", error_kind::invalid_value, bad_date},
    meaning{"22008", error_kind::invalid_value, bad_date},
    meaning{"22023", error_kind::invalid_value, "A value is none of those that are possible, as an unknown time zone."},
    meaning{"22P02", error_kind::invalid_value, "A value does not have the form that its type needs."},
    meaning{"22021", error_kind::invalid_text, bad_text},
    meaning{"22P05", error_kind::invalid_text, bad_text},
    meaning{"42501", error_kind::insufficient_privilege, "The database does not allow {} for this program's role."},
    meaning{"42P01", error_kind::not_ready, old_schema, false, later},
    meaning{"42703", error_kind::not_ready, old_schema, false, later},
    meaning{"28", error_kind::configuration, login, true},
    meaning{"3D000", error_kind::configuration, login, true},
};
constexpr meaning other{"", error_kind::database_error, "The database refused {}."};

// The server's function that finds a changed result type (utils/cache/plancache.c).
constexpr std::string_view stale_plan_routine = "RevalidateCachedQuery";
constexpr std::string_view stale_plan_text = "cached plan must not change result type";

// A standby knows no SERIALIZABLE: by BEGIN (the check of transaction_isolation in utils/misc/guc.c) or, where it is
// the default, with the first snapshot (storage/lmgr/predicate.c).
constexpr std::array standby_routines{std::string_view{"call_enum_check_hook"},
                                      std::string_view{"GetSerializableTransactionSnapshot"}};

const meaning& meaning_of(std::string_view sqlstate)
{
    const auto fits = [&](const meaning& m) {
        return m.code.empty() ? sqlstate.empty() : sqlstate.starts_with(m.code);
    };
    const auto found = std::ranges::find_if(meanings, fits);
    return found == meanings.end() ? other : *found;
}

// 0A000 is said of all that the server cannot do. Where that passes, this is the state whose meaning fits.
std::string_view state_of(const database_diagnostics& said)
{
    if (!is(said.sqlstate, condition::feature_not_supported))
        return said.sqlstate;
    if (said.routine == stale_plan_routine || said.message == stale_plan_text)
        return unknown_statement_state;
    if (std::ranges::find(standby_routines, said.routine) != standby_routines.end())
        return read_only_state;
    return said.sqlstate;
}

std::string quoted(std::string_view name)
{
    return fmt::format("\"{}\"", name);
}

// "Key (organization_id, name)=(…) already exists.": what stands in the first parentheses. Names only, in every
// language.
std::string_view key_columns(std::string_view detail)
{
    const auto open = detail.find('(');
    const auto close = detail.find(")=(");
    if (open == std::string_view::npos || close == std::string_view::npos || close < open)
        return {};
    return detail.substr(open + 1, close - open - 1);
}

std::string field_of(const database_diagnostics& said)
{
    if (const auto columns = key_columns(said.detail); !columns.empty())
        return quoted(columns);
    if (!said.column.empty())
        return quoted(said.column);
    return said.constraint.empty() ? "a field" : "the fields of " + quoted(said.constraint);
}

// What follows the key's values: only there no user's text can stand.
std::string_view after_values(std::string_view detail)
{
    const auto close = detail.rfind(')');
    return close == std::string_view::npos ? detail : detail.substr(close + 1);
}

// The server says both with one SQLSTATE. `table` is the referring one in both cases; the detail of a row in use ends
// with its name.
bool is_in_use(const database_diagnostics& said)
{
    if (said.sqlstate == "23001") // ON DELETE RESTRICT, since PostgreSQL 18
        return true;
    const auto said_last = after_values(said.detail);
    if (said_last.find("still referenced") != std::string_view::npos)
        return true;
    if (said_last.find("not present") != std::string_view::npos || said.table.empty())
        return false;
    return said_last.find(said.table) != std::string_view::npos;
}

error foreign_key_error(const database_diagnostics& said)
{
    if (is_in_use(said))
        return {error_kind::foreign_key_in_use, fmt::format("Still in use: rows of {} refer to it.",
                                                            quoted(said.table.empty() ? "another table" : said.table))};
    return {error_kind::foreign_key_missing, fmt::format("The row that {} refers to does not exist.", field_of(said))};
}

error rule_error(const meaning& found, const database_diagnostics& said)
{
    if (said.sqlstate == "23502")
        return {found.kind, fmt::format("{} must have a value.", field_of(said))};
    if (said.sqlstate == "23514")
        return {found.kind, said.constraint.empty()
                                ? "A value breaks a rule of the database."
                                : fmt::format("A value breaks the rule {}.", quoted(said.constraint))};
    if (found.kind == error_kind::foreign_key_in_use)
        return foreign_key_error(said);
    return {found.kind, fmt::format("A row with this value of {} exists already.", field_of(said))};
}

error plain_error(const meaning& found, const database_diagnostics& said)
{
    if (found.message.empty())
        return rule_error(found, said);
    const auto name = said.statement.empty() ? std::string{"a statement"} : quoted(said.statement);
    auto text = fmt::format(fmt::runtime(found.message), name);
    if (found.kind == error_kind::database_error)
        text.insert(text.size() - 1, fmt::format(" (SQLSTATE {})", said.sqlstate));
    return {found.kind, std::move(text)};
}

// Everything the server said, for the log.
std::string log_text(const database_diagnostics& said)
{
    std::string text = said.message;
    const auto add = [&](std::string_view label, std::string_view value) {
        if (!value.empty())
            text += fmt::format("{}{}{}", text.empty() ? "" : "; ", label, value);
    };
    add("detail: ", said.detail);
    add("hint: ", said.hint);
    add("table: ", said.table);
    add("constraint: ", said.constraint);
    if (said.position > 0)
        add("at character ", std::to_string(said.position));
    return text;
}

// utils/cache/lsyscache.c, of aclitem, isn, seg and others.
constexpr std::string_view no_binary_form_routine = "getTypeBinaryOutputInfo";

error base_error(const database_diagnostics& said, const meaning& found)
{
    if (said.routine == no_binary_form_routine)
        return {error_kind::database_error,
                fmt::format("The database cannot send what {} returns in binary form (SQLSTATE {}): let it return the "
                            "column as text, column::text.",
                            said.statement.empty() ? std::string{"a statement"} : quoted(said.statement),
                            said.sqlstate)};
    if (said.sqlstate == "23503")
        return foreign_key_error(said);
    return plain_error(found, said);
}

} // namespace

bool is(std::string_view sqlstate, condition what) noexcept
{
    return sqlstate == code_of(what);
}

bool is_one_of(std::string_view sqlstate, std::initializer_list<condition> any) noexcept
{
    return std::ranges::any_of(any, [&](condition one) { return is(sqlstate, one); });
}

error make_error(database_diagnostics said)
{
    const auto& found = meaning_of(state_of(said));
    auto made = base_error(said, found).with_detail(log_text(said));
    if (found.poisons)
        made = made.with_poisoned_connection();
    if (found.retry_after > seconds::zero())
        made = made.with_retry_after(found.retry_after);
    if (found.fault != connect_fault::none)
        made = made.with_connect_fault(found.fault);
    return made.with_database(std::move(said));
}

} // namespace lightdash::pg
