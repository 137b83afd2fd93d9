// A database of its own for a test suite, on the server of DATABASE_URL_TEST; dropped afterwards.
//
//     static inline std::optional<testing::test_database> db;
//     static void SetUpTestSuite() { db.emplace(testing::test_database::migrated()); }
//     static void TearDownTestSuite() { db.reset(); }
#pragma once

#include "lightdash/pg/options.hpp"
#include "support/test_server.hpp"

#include <string>
#include <vector>

namespace lightdash::testing {

class test_database {
public:
    static test_database empty();
    // With every migration of this program. They run once per build, in a template that all test programs share.
    static test_database migrated();

    test_database(test_database&& other) noexcept;
    test_database& operator=(test_database&&) = delete;
    ~test_database(); // drops it, open connections included

    const std::string& name() const noexcept { return name_; }
    const std::string& conninfo() const noexcept { return conninfo_; }
    pg::connection_options connection() const;

    // Beside the code under test, over a connection of their own. They throw std::runtime_error with the server's
    // words.
    void execute(const std::string& sql) const { plain().execute(sql); }
    std::string value(const std::string& sql) const { return plain().value(sql); }
    std::vector<std::string> column(const std::string& sql) const { return plain().column(sql); }
    plain_connection plain() const { return plain_connection{conninfo_}; }

    // pg_terminate_backend on every other connection to this database; returns how many there were.
    std::size_t terminate_connections() const;

private:
    explicit test_database(const std::string& template_name);

    std::string name_; // empty: moved from
    std::string conninfo_;
};

} // namespace lightdash::testing
