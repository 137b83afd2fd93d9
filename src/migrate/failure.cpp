#include "migrate/failure.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>

namespace lightdash::migrate {

namespace {

struct sql_line {
    std::string_view text;
    int number = 0; // inside the statement, from 0
};

// `position` counts characters, not bytes, from 1; 0 is unknown and means the first line.
sql_line line_at(std::string_view sql, int position)
{
    std::size_t at = 0;
    for (int character = 1; at < sql.size() && character < position; ++character) {
        ++at;
        while (at < sql.size() && (static_cast<unsigned char>(sql[at]) & 0xC0) == 0x80)
            ++at;
    }
    sql_line found;
    std::size_t begin = 0;
    for (auto end = sql.find('\n'); end < at; end = sql.find('\n', begin)) {
        begin = end + 1;
        ++found.number;
    }
    found.text = sql.substr(begin, sql.find('\n', begin) - begin);
    return found;
}

std::string_view outcome_of(const migration& failed)
{
    return failed.transaction ? "nothing of it was kept" : "what its earlier statements did was kept";
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

bool unreachable(const error& failure)
{
    return failure.kind() == error_kind::database_unavailable || failure.kind() == error_kind::pool_saturated ||
           failure.kind() == error_kind::overloaded || failure.kind() == error_kind::commit_in_doubt;
}

} // namespace

migrate_error statement_failure(const migration& failed, bool up, std::size_t statement_index, const error& cause)
{
    const auto& statements = up ? failed.up : failed.down;
    const auto& statement = statements[statement_index];
    const auto line = line_at(statement.text, cause.database() ? cause.database()->position : 0);
    auto place = failed.file;
    if (statement.line > 0)
        place += fmt::format(":{}", statement.line + line.number);
    auto message =
        fmt::format("Migration {} ({}) failed at statement {} of {}, {}: {}\n{}: {}", failed.name, up ? "up" : "down",
                    statement_index + 1, statements.size(), outcome_of(failed), reason_of(cause), place, line.text);
    error described{cause.kind(), std::move(message)};
    if (cause.database())
        described = described.with_database(*cause.database());
    return migrate_error{code_for(cause), std::move(described)};
}

migrate_error lock_failure(std::chrono::milliseconds waited, const error& cause)
{
    return migrate_error{
        exit_code::locked,
        error{cause.kind(),
              fmt::format("Another migrator has been at work on this database for the {} ms that this one "
                          "waited. Run the command again when it is done; its lock ends with its connection.",
                          waited.count())}};
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
        throw migrate_error{unreachable(known) ? exit_code::unreachable : exit_code::other, known};
    } catch (const boost::system::system_error& system) {
        if (system.code() == boost::asio::error::operation_aborted)
            throw error{error_kind::cancelled, "The migration was cancelled."};
        throw;
    }
}

} // namespace lightdash::migrate
