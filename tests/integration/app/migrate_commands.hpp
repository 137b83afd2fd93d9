// The migration commands on an empty database, with a folder for files of SQL.
#pragma once

#include "integration/app/live_server.hpp"
#include "support/sql_folder.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::testing {

class migrate_commands : public ::testing::Test {
protected:
    backend_result run(std::vector<std::string> arguments, std::map<std::string, std::string> more = {}) const
    {
        more["DATABASE_URL"] = db.conninfo();
        return run_backend(std::move(arguments), std::move(more));
    }
    backend_result run_in(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.end(), {"--dir", folder.path()});
        return run(std::move(arguments));
    }
    bool untouched() const
    {
        return db.value("select count(*) from pg_class where relnamespace = 'public'::regnamespace") == "0";
    }
    bool sleeping(const std::string& query) const
    {
        return db.value("select count(*) from pg_stat_activity where state = 'active' and query like '" + query +
                        "%'") != "0";
    }

    const sql_folder folder;
    const test_database db = test_database::empty();
};

} // namespace lightdash::testing
