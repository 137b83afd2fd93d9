// What the tests of backup and restore share: a migrated database, a folder for files, and copies that are dropped.
#pragma once

#include "ops/postgres/cluster_files.hpp"
#include "support/backend_process.hpp"
#include "support/test_database.hpp"

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

namespace lightdash::testing {

inline std::string content_of(const std::filesystem::path& file)
{
    return ops::read_from(file, 0);
}

// Between pg_dump's first and last lines: line 4 is the first of `statements`.
inline std::string plain_dump_of(const std::string& statements)
{
    return "--\n-- PostgreSQL database dump\n--\n" + statements + "\n--\n-- PostgreSQL database dump complete\n--\n\n";
}

class backup_test : public ::testing::Test {
protected:
    backup_test()
    {
        std::string name = ::testing::TempDir() + "lightdash-backups-XXXXXX";
        folder = ::mkdtemp(name.data());
    }
    ~backup_test() override
    {
        for (const auto& copy : copies)
            plain_connection{test_server()}.execute("drop database if exists " + sql_name(copy) + " with (force)");
        ::umount((folder / "disk").c_str()); // of one test, however it ended
        std::filesystem::remove_all(folder);
    }

    std::map<std::string, std::string> environment(const std::string& database) const
    {
        return {{"DATABASE_URL", conninfo_with(test_server(), {{"dbname", database}})}};
    }
    backend_result run(std::vector<std::string> arguments) const { return run_on(db.name(), std::move(arguments)); }
    backend_result run_on(const std::string& database, std::vector<std::string> arguments) const
    {
        return run_backend(std::move(arguments), environment(database));
    }
    std::string file(const std::string& name) const { return (folder / name).string(); }
    std::vector<std::string> files() const
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator{folder})
            names.push_back(entry.path().filename().string());
        return names;
    }
    std::string copy_name(const std::string& ending)
    {
        copies.push_back(db.name() + ending);
        return copies.back();
    }
    static bool exists(const std::string& database)
    {
        return plain_connection{test_server()}.value("select 1 from pg_database where datname = " +
                                                     sql_literal(database)) == "1";
    }
    std::string value(const std::string& database, const std::string& sql) const
    {
        return plain_connection{environment(database).at("DATABASE_URL")}.value(sql);
    }
    const test_database db = test_database::migrated();
    std::filesystem::path folder;
    std::vector<std::string> copies;
};

} // namespace lightdash::testing
