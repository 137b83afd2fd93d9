// The database of tests/golden/sql/knex-fixture.sql, on which statements run and leave no trace.
#pragma once

#include "lightdash/pg/params.hpp"
#include "support/knex_case.hpp"
#include "support/test_database.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::testing {

// A statement with its values as the program sends them: encoded, with their types.
struct sql_statement {
    std::string text;
    pg::params values;
};

// What the last of some statements answered, and what all of them left behind.
struct sql_outcome {
    std::string sqlstate; // "" when the server took them all
    std::string message;
    std::string command; // "SELECT", "UPDATE", "CREATE"
    std::optional<std::size_t> count;
    std::vector<sql_row> rows;
    std::vector<std::string> state; // each table's rows and the catalog, when asked for

    bool accepted() const { return sqlstate.empty(); }
    // "1|ada@acme.test", a line each, NULL as null; of statements without rows their command and count: "UPDATE 2".
    std::string shown() const;
};

class knex_fixture {
public:
    enum class state : unsigned char { ignored, compared };

    knex_fixture();
    ~knex_fixture();

    // In one transaction, rolled back, in UTC, with search_path app. Serial columns count from the fixture's values.
    sql_outcome run(const std::vector<sql_statement>& statements, state after = state::ignored);
    // As Knex's driver sends them: values as text without a type.
    sql_outcome run(const std::vector<knex_statement>& statements, state after = state::ignored);

    // "" when both are the same value in the type that ours has; else what is not.
    std::string difference(const pg::params& ours, const std::vector<knex_binding>& knexs);
    // Each value as PostgreSQL prints it.
    sql_row texts(const pg::params& values);

private:
    struct session;
    void rename_database(std::vector<sql_row>& rows) const;
    bool same(pg::oid type, const sql_value& ours, const knex_binding& knexs);
    template <class Statement>
    sql_outcome run_all(const std::vector<Statement>& statements, state after);

    test_database database_;
    std::unique_ptr<session> session_;
};

} // namespace lightdash::testing
