#include "migrate/run/failure.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "migrate/text/statement_place.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace lightdash::migrate {

namespace {

struct sql_line {
    std::string_view text;
    int number = 0; // inside the statement, from 0
    int column = 0; // of the position, in characters from 0
};

// Of the byte at `offset`.
sql_line line_at(std::string_view sql, std::size_t offset)
{
    offset = std::min(offset, sql.size());
    const auto before = sql.substr(0, offset);
    const auto begin = before.rfind('\n') + 1; // npos + 1 is 0
    sql_line found;
    found.number = static_cast<int>(std::ranges::count(before, '\n'));
    found.text = sql.substr(begin, sql.find_first_of("\r\n", offset) - begin);
    for (const char c : before.substr(begin))
        found.column += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    return found;
}

std::string outcome_of(const migration& failed, std::size_t statement_index)
{
    if (failed.transaction || statement_index == 0)
        return "nothing of it was kept";
    return fmt::format("its first {} {} kept, and the next 'migrate' goes on after {}",
                       counted(statement_index, "statement"), statement_index == 1 ? "was" : "were",
                       statement_index == 1 ? "it" : "them");
}

// A mark under the character that the server complains of; tabs stay tabs, so that it stands right.
std::string caret_line(std::string_view place, const sql_line& line)
{
    std::string made(place.size() + 2, ' ');
    int column = 0;
    for (const char c : line.text) {
        if (column == line.column)
            break;
        if ((static_cast<unsigned char>(c) & 0xC0) == 0x80)
            continue;
        made += c == '\t' ? '\t' : ' ';
        ++column;
    }
    return made + '^';
}

exit_code code_for(const error& cause)
{
    switch (cause.kind()) {
    case error_kind::lock_timeout:
    case error_kind::serialization_failure:
        return exit_code::locked;
    default:
        return exit_code::failed;
    }
}

std::string reason_of(const error& cause)
{
    const auto* said = cause.database();
    if (!said || said->message.empty())
        return cause.message();
    auto reason = fmt::format("{} (SQLSTATE {})", said->message, said->sqlstate);
    if (!said->detail.empty())
        reason += ". " + said->detail;
    if (!said->hint.empty())
        reason += ". " + said->hint;
    return reason;
}

// A statement of the migrator itself was refused: no rights on the schema, for example.
error own_failure(const error& cause)
{
    const bool no_schema = pg::is(cause.sqlstate(), pg::condition::invalid_schema_name);
    return error{cause.kind(),
                 fmt::format("The migrator's own statement \"{}\" was refused, nothing was changed: {}{}",
                             cause.database()->statement, reason_of(cause),
                             no_schema
                                 ? ". No schema of the search path exists: create the schema first (CREATE SCHEMA), "
                                   "or correct search_path"
                                 : "")}
        .with_database(*cause.database());
}

bool unreachable(const error& failure)
{
    return failure.kind() == error_kind::database_unavailable || failure.kind() == error_kind::pool_saturated ||
           failure.kind() == error_kind::overloaded || failure.kind() == error_kind::commit_in_doubt;
}

std::string indented(const std::string& lines)
{
    std::string made;
    for (const char c : lines) {
        made += c;
        made.append(c == '\n' ? 4 : 0, ' ');
    }
    return made;
}

// What was refused and why, then its line with a mark under the place.
migrate_error refused_statement(const std::string& what, const std::string& file,
                                const std::vector<migration_statement>& statements, std::size_t refused,
                                const error& cause)
{
    const auto* said = cause.database();
    const auto found = said ? place_of(statements, refused, *said) : statement_place{refused, 0, false, false};
    const auto& statement = statements[found.index];
    const auto line = line_at(statement.text, found.offset);
    auto place = file;
    if (statement.line > 0) // of C++, the line is that of the description
        place += fmt::format(":{}", statement.line + (file.ends_with(".sql") ? line.number : 0));
    auto message = fmt::format("{}: {}\n{}: {}", what, reason_of(cause), place, line.text);
    if (found.exact)
        message += "\n" + caret_line(place, line);
    else if (said && !said->context.empty() && !found.known) // a function that this file did not make
        message += "\nin: " + indented(said->context);
    error described{cause.kind(), std::move(message)};
    if (said)
        described = described.with_database(*said);
    return migrate_error{code_for(cause), std::move(described)};
}

} // namespace

migrate_error statement_failure(const migration& failed, bool up, std::size_t statement_index, const error& cause)
{
    const auto& statements = up ? failed.up : failed.down;
    return refused_statement(fmt::format("Migration {} ({}) failed at statement {} of {}, {}", failed.name,
                                         up ? "up" : "down", statement_index + 1, statements.size(),
                                         outcome_of(failed, statement_index)),
                             failed.file, statements, statement_index, cause);
}

migrate_error seed_failure(const std::string& file, const std::vector<migration_statement>& statements,
                           std::size_t refused, const error& cause)
{
    return refused_statement("The seed failed, nothing of it was kept", file, statements, refused, cause);
}

migrate_error change_failure(const migration& failed, bool up, const error& cause)
{
    error described{cause.kind(), fmt::format("Migration {} ({}) failed, nothing of it was kept: {} ({})", failed.name,
                                              up ? "up" : "down", reason_of(cause), failed.file)};
    if (cause.database())
        described = described.with_database(*cause.database());
    return migrate_error{code_for(cause), std::move(described)};
}

migrate_error lock_failure(std::chrono::milliseconds waited, const std::string& holder)
{
    return migrate_error{
        exit_code::locked,
        error{error_kind::lock_timeout,
              fmt::format("Another migrator has been at work on this database for the {} ms that this one waited{}{}. "
                          "Run the command again when it is done; its lock ends with its connection.",
                          waited.count(), holder.empty() ? "" : ": ", holder)}};
}

void rethrow_for_operator(const std::exception_ptr& failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const migrate_error&) {
        throw;
    } catch (const error& known) {
        if (known.kind() == error_kind::cancelled)
            throw;
        if (unreachable(known))
            throw migrate_error{exit_code::unreachable, known};
        if (known.database() && !known.database()->sqlstate.empty())
            throw migrate_error{exit_code::failed, own_failure(known)};
        throw migrate_error{exit_code::other, known};
    } catch (const boost::system::system_error& system) {
        if (system.code() == boost::asio::error::operation_aborted)
            throw error{error_kind::cancelled, "The migration was cancelled."};
        throw;
    }
}

} // namespace lightdash::migrate
