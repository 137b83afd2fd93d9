// db slow and db suggest on the private PostgreSQL, out of the box and without a trace.
#include "lightdash/ops/embedded_postgres.hpp"
#include "support/backend_process.hpp"
#include "support/test_server.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace lightdash {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class PrivateStatistics : public ::testing::Test {
protected:
    PrivateStatistics()
    {
        std::string name = (fs::temp_directory_path() / "lightdash-statistics-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        fs::permissions(folder_, fs::perms::others_exec | fs::perms::others_read, fs::perm_options::add);
        server_.emplace(ops::embedded_postgres::start({.data_dir = folder_ / "data"}));
    }
    ~PrivateStatistics() override
    {
        server_.reset();
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    testing::backend_result type(std::vector<std::string> arguments) const
    {
        return testing::run_backend(std::move(arguments), {{"LIGHTDASH_DATA_DIR", (folder_ / "data").string()}});
    }
    testing::plain_connection psql() const { return testing::plain_connection{server_->conninfo()}; }

private:
    fs::path folder_;
    std::optional<ops::embedded_postgres> server_;
};

TEST_F(PrivateStatistics, SlowStatementsAndIndexesAreFoundAndNothingIsLeftBehind)
{
    ASSERT_EQ(type({"migrate"}).exit_code, 0);
    psql().execute("create schema apart; create table apart.big as select i, i % 5000 as n from generate_series(1, "
                   "50000) i; analyze apart.big");
    const auto slow = type({"db", "slow", "--json"});
    ASSERT_EQ(slow.exit_code, 0) << slow.err;
    const auto found = boost::json::parse(slow.out);
    EXPECT_TRUE(found.at("steps").as_array().empty());
    EXPECT_THAT(slow.out, HasSubstr("generate_series"));

    const auto one = type({"db", "suggest", "-c", "select * from apart.big where n = 5"});
    EXPECT_EQ(one.exit_code, 0) << one.err;
    EXPECT_THAT(one.out, HasSubstr("CREATE INDEX CONCURRENTLY ON \"apart\".\"big\" (\"n\");"));
    psql().execute("create table apart.parts (i int, n int) partition by hash (i);"
                   "create table apart.p0 partition of apart.parts for values with (modulus 3, remainder 0);"
                   "create table apart.p1 partition of apart.parts for values with (modulus 3, remainder 1);"
                   "create table apart.p2 partition of apart.parts for values with (modulus 3, remainder 2);"
                   "insert into apart.parts select * from apart.big; analyze apart.parts");
    const auto parts = type({"db", "suggest", "select * from apart.parts where n = 5"});
    EXPECT_EQ(parts.exit_code, 0) << parts.err;
    EXPECT_THAT(parts.out, HasSubstr("CREATE INDEX ON \"apart\".\"parts\" (\"n\");"));
    const auto all = type({"db", "suggest"});
    EXPECT_EQ(all.exit_code, 0) << all.err;

    psql().execute("drop schema apart cascade");
    EXPECT_EQ(psql().value("select string_agg(extname, ', ' order by extname) from pg_extension"),
              "plpgsql, uuid-ossp");
    const auto drift = type({"migrate:status", "--drift"});
    EXPECT_EQ(drift.exit_code, 0) << drift.out << drift.err;
}

} // namespace
} // namespace lightdash
