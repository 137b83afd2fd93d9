#include "support/test_server.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace lightdash::testing {
namespace {

using result_handle = std::unique_ptr<PGresult, decltype(&PQclear)>;

result_handle run(PGconn* connection, const std::string& sql)
{
    result_handle answer{PQexec(connection, sql.c_str()), &PQclear};
    const auto status = PQresultStatus(answer.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
        throw std::runtime_error("the test server refused \"" + sql + "\": " + PQerrorMessage(connection));
    return answer;
}

std::string escaped(std::string_view text, char quote, char escape)
{
    std::string made{quote};
    for (const char c : text) {
        if (c == quote || c == escape)
            made += escape;
        made += c;
    }
    return made + quote;
}

} // namespace

std::string test_server()
{
    const char* set = std::getenv("DATABASE_URL_TEST");
    if (!set || !*set)
        throw std::runtime_error(
            "DATABASE_URL_TEST is not set: run the tests with scripts/test, which starts a PostgreSQL for them, or "
            "set it to a server where this account may create databases");
    return set;
}

std::string conninfo_value(std::string_view text)
{
    return escaped(text, '\'', '\\');
}
std::string sql_literal(std::string_view text)
{
    return escaped(text, '\'', '\'');
}
std::string sql_name(std::string_view text)
{
    return escaped(text, '"', '"');
}

std::string conninfo_with(const std::string& conninfo, const std::vector<std::pair<std::string, std::string>>& replaced)
{
    char* complaint = nullptr;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
        PQconninfoParse(conninfo.c_str(), &complaint), &PQconninfoFree};
    if (!options) {
        std::string said = complaint ? complaint : "out of memory";
        PQfreemem(complaint);
        throw std::runtime_error("not a connection string: " + said);
    }
    std::string made;
    for (auto* option = options.get(); option->keyword; ++option) {
        const std::string_view keyword = option->keyword;
        const bool kept =
            option->val && *option->val &&
            std::none_of(replaced.begin(), replaced.end(), [&](const auto& r) { return r.first == keyword; });
        if (kept)
            made += std::string{keyword} + '=' + conninfo_value(option->val) + ' ';
    }
    for (const auto& [keyword, value] : replaced)
        made += keyword + '=' + conninfo_value(value) + ' ';
    return made;
}

plain_connection::plain_connection(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str()))
{
    if (PQstatus(connection_) == CONNECTION_OK) {
        PQsetNoticeProcessor(connection_, [](void*, const char*) {}, nullptr);
        return;
    }
    const std::string said = PQerrorMessage(connection_);
    PQfinish(connection_);
    throw std::runtime_error("cannot connect to the test server: " + said);
}

plain_connection::~plain_connection()
{
    PQfinish(connection_);
}

plain_connection::plain_connection(plain_connection&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr))
{}

void plain_connection::execute(const std::string& sql)
{
    run(connection_, sql);
}

std::string plain_connection::value(const std::string& sql)
{
    const auto answer = run(connection_, sql);
    return PQntuples(answer.get()) > 0 ? PQgetvalue(answer.get(), 0, 0) : std::string{};
}

std::vector<std::string> plain_connection::column(const std::string& sql)
{
    const auto answer = run(connection_, sql);
    std::vector<std::string> made;
    for (int row = 0; row < PQntuples(answer.get()); ++row)
        made.emplace_back(PQgetvalue(answer.get(), row, 0));
    return made;
}

int plain_connection::backend_pid() const
{
    return PQbackendPID(connection_);
}

} // namespace lightdash::testing
