// The PostgreSQL that the tests use, asked with plain blocking libpq so that the code under test is never its own
// witness.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace lightdash::testing {

// DATABASE_URL_TEST. Throws std::runtime_error with what to do when it is not set: a missing server is a failure, never
// a skip.
std::string test_server();

// `conninfo` (URL or keywords) with some keywords replaced, as a keyword string.
std::string conninfo_with(const std::string& conninfo,
                          const std::vector<std::pair<std::string, std::string>>& replaced);

// Text as a keyword's value, an SQL literal and an SQL name.
std::string conninfo_value(std::string_view text);
std::string sql_literal(std::string_view text);
std::string sql_name(std::string_view text);

// One blocking connection.
class plain_connection {
public:
    explicit plain_connection(const std::string& conninfo); // throws std::runtime_error
    ~plain_connection();
    plain_connection(plain_connection&&) noexcept;
    plain_connection& operator=(plain_connection&&) = delete;

    // Runs one or several statements; throws std::runtime_error with the server's words.
    void execute(const std::string& sql);
    // The first column of the first row; "" when there is no row, or a NULL.
    std::string value(const std::string& sql);
    // The first column of every row.
    std::vector<std::string> column(const std::string& sql);
    int backend_pid() const;

private:
    pg_conn* connection_;
};

} // namespace lightdash::testing
