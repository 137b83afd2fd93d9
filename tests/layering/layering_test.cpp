// Every #include of the house goes down.
#include "layering/include_rules.hpp"
#include "layering/module_rules.hpp"
#include "layering/waiting_rules.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::layering {
namespace {

TEST(IncludeRules, AllowWhatTheTableAllows)
{
    const std::pair<const char*, const char*> cases[] = {
        {"src/core/error.cpp", "lightdash/core/error.hpp"},
        {"src/core/log.cpp", "core/log_line.hpp"},
        {"src/core/log.cpp", "fmt/format.h"},
        {"src/pg/wire/result.cpp", "libpq-fe.h"},
        {"src/pg/connection/connection.cpp", "pg/wire/libpq_wire.hpp"},
        {"src/pg/connection/exchange.cpp", "pg/wire/wire.hpp"},
        {"src/pg/pool/pool.hpp", "pg/connection/connection.hpp"},
        {"src/pg/lane/lane.hpp", "pg/pool/pooled_connection.hpp"},
        {"src/pg/sqlstate/connect_error.cpp", "pg/wire/connect_text.hpp"},
        {"src/pg/database.cpp", "pg/lane/lane_group.hpp"},
        {"src/pg/connection/prepared_name.cpp", "pg/fnv1a.hpp"},
        {"include/lightdash/pg/database.hpp", "lightdash/async/task.hpp"},
        {"src/sql/tree/tree.cpp", "sql/text/name.hpp"},
        {"src/sql/builders/select.cpp", "sql/tree/clauses.hpp"},
        {"src/app/server/service.cpp", "app/server/probes/probes.hpp"},
        {"src/app/server/workers/workers.hpp", "app/runtime/stop_signals.hpp"},
        {"include/lightdash/sql/select.hpp", "lightdash/pg/statement.hpp"},
        {"src/json/parse.cpp", "boost/json.hpp"},
        {"src/separate/boost_json.cpp", "boost/json/src.hpp"},
        {"src/modules/charts/store.cpp", "modules/charts/store.hpp"},
        {"src/modules/charts/store.cpp", "modules/users/model.hpp"},
        {"src/modules/charts/store.cpp", "modules/access/service.hpp"},
        {"src/modules/charts/routes.cpp", "lightdash/api/routes.hpp"},
        {"src/modules/slices.cpp", "modules/charts/routes.hpp"},
        {"src/modules/charts/store.cpp", "modules/access/condition.hpp"},
        {"include/lightdash/api/routes.hpp", "lightdash/pg/database.hpp"},
        {"src/modules/charts/store.cpp", "modules/charts/rows.hpp"},
        {"src/app/services.cpp", "modules/charts/routes.hpp"},
        {"src/app/cli/cli11.cpp", "CLI/CLI.hpp"},
        {"src/main.cpp", "lightdash/app/cli.hpp"},
        {"migrations/001_x.cpp", "lightdash/sql/schema/table.hpp"},
        {"migrations/001_x.cpp", "lightdash/sql/select.hpp"},
        {"migrations/001_x.cpp", "lightdash/migrate/migration.hpp"},
        {"src/ops/backup.cpp", "vector"},
    };
    for (const auto& [file, target] : cases)
        EXPECT_EQ(fault_of(file, target), "") << file << " includes " << target;
}

TEST(IncludeRules, RefuseWhatTheTableForbids)
{
    const std::pair<const char*, const char*> cases[] = {
        {"include/lightdash/core/error.hpp", "lightdash/async/task.hpp"},
        {"src/core/config.cpp", "lightdash/pg/options.hpp"},
        {"src/core/config.cpp", "boost/asio/io_context.hpp"},
        {"include/lightdash/core/log.hpp", "spdlog/spdlog.h"},
        {"include/lightdash/core/log.hpp", "fmt/format.h"},
        {"src/async/offload.cpp", "lightdash/pg/database.hpp"},
        {"include/lightdash/pg/options.hpp", "libpq-fe.h"},
        {"src/ops/inspect.cpp", "libpq-fe.h"},
        {"src/pg/connection/connection_open.cpp", "libpq-fe.h"},
        {"src/pg/connection/connection.cpp", "pg/pool/pool.hpp"},
        {"src/pg/wire/wire.hpp", "pg/connection/batch.hpp"},
        {"src/pg/wire/libpq_wire.cpp", "pg/codec/codec_bytes.hpp"},
        {"src/pg/pool/pool.cpp", "pg/lane/lane_group.hpp"},
        {"src/pg/connection/exchange.hpp", "pg/connection/connection.hpp"},
        {"src/pg/connection/exchange.cpp", "pg/wire/libpq_wire.hpp"},
        {"src/pg/pool/pool_plan.hpp", "pg/pool/pool.hpp"},
        {"src/pg/lane/lane_plan.cpp", "pg/lane/lane_group.hpp"},
        {"src/pg/connection.cpp", "lightdash/http/server.hpp"},
        {"src/pg/connection.cpp", "lightdash/sql/raw.hpp"},
        {"src/sql/text/name.cpp", "sql/tree/tree.hpp"},
        {"src/sql/tree/clauses.cpp", "sql/compiler/compiler.hpp"},
        {"src/app/server/workers/worker_figures.cpp", "app/server/telemetry/metrics.hpp"},
        {"src/sql/select.cpp", "lightdash/pg/database.hpp"},
        {"src/sql/select.cpp", "lightdash/async/task.hpp"},
        {"src/sql/select.cpp", "boost/asio.hpp"},
        {"include/lightdash/json/json.hpp", "boost/json.hpp"},
        {"include/lightdash/http/server.hpp", "boost/beast/core.hpp"},
        {"src/api/routes.cpp", "boost/beast/http.hpp"},
        {"src/http/router.cpp", "lightdash/pg/database.hpp"},
        {"src/http/router.cpp", "pg/pool.hpp"},
        {"src/modules/charts/store.cpp", "boost/json/value.hpp"},
        {"src/modules/charts/store.cpp", "boost/asio/post.hpp"},
        {"src/modules/charts/store.cpp", "modules/users/store.hpp"},
        {"src/modules/charts/store.cpp", "modules/users/rows.hpp"},
        {"src/modules/slices.cpp", "modules/charts/store.hpp"},
        {"src/modules/charts/store.cpp", "lightdash/migrate/migration.hpp"},
        {"src/modules/charts/store.cpp", "lightdash/app/services.hpp"},
        {"src/api/routes.cpp", "modules/access/service.hpp"},
        {"include/lightdash/http/router.hpp", "lightdash/api/routes.hpp"},
        {"src/ops/backup.cpp", "lightdash/migrate/migrator.hpp"},
        {"src/ops/backup.cpp", "lightdash/app/cli.hpp"},
        {"src/ops/backup.cpp", "CLI/CLI.hpp"},
        {"src/app/commands/serve.cpp", "CLI/CLI.hpp"},
        {"src/app/cli/command.hpp", "CLI/CLI.hpp"},
        {"src/main.cpp", "lightdash/http/server.hpp"},
        {"src/separate/boost_asio.cpp", "lightdash/core/error.hpp"},
        {"migrations/001_x.cpp", "modules/users/model.hpp"},
        {"migrations/001_x.cpp", "lightdash/pg/database.hpp"},
        {"migrations/001_x.cpp", "boost/asio.hpp"},
        {"include/lightdash/pg/row.hpp", "pg/connection.hpp"},
        {"src/helpers/text.cpp", "vector"},
        {"src/pg/connection.cpp", "gtest/gtest.h"},
    };
    for (const auto& [file, target] : cases)
        EXPECT_NE(fault_of(file, target), "") << file << " includes " << target;
}

TEST(ModuleRules, FindTheTablesThatSqlNames)
{
    const auto uses =
        tables_named_in("select(\"name\").from(\"charts as c\");\n"
                        "raw(\"exists (select FROM projects p where p.id = c.id)\"); say(\"charts are\");\n"
                        "update(\"dashboards\")");
    ASSERT_EQ(uses.size(), 3U);
    EXPECT_EQ(uses[0].line, 1);
    EXPECT_EQ(uses[0].table, "charts");
    EXPECT_EQ(uses[1].line, 2);
    EXPECT_EQ(uses[1].table, "projects");
    EXPECT_EQ(uses[2].table, "dashboards");
}

TEST(ModuleRules, KnowWhoseTablesAre)
{
    EXPECT_EQ(fault_of_table("charts", "charts"), "");
    EXPECT_EQ(fault_of_table("dashboards", "charts"), "");
    EXPECT_NE(fault_of_table("projects", "charts"), "");
    EXPECT_NE(fault_of_table("users", "personal_access_tokens"), "");
}

TEST(ModuleRules, FindACircle)
{
    EXPECT_TRUE(circle_in({{"a", {"b", "c"}}, {"b", {"c"}}}).empty());
    EXPECT_EQ(circle_in({{"a", {"b"}}, {"b", {"c"}}, {"c", {"b"}}}), (std::vector<std::string>{"b", "c", "b"}));
}

TEST(WaitingRules, RefuseALoopThatOnlySleeps)
{
    EXPECT_EQ(lines_of_endless_waits("while (busy())\n    std::this_thread::sleep_for(1ms);\n"), std::vector{1});
    EXPECT_EQ(lines_of_endless_waits("int i;\nwhile (!f(a(), b)) {\n    // not yet\n    usleep(10);\n}\n"),
              std::vector{2});
    EXPECT_EQ(lines_of_endless_waits("for (; !done; std::this_thread::sleep_for(1ms))\n    ;\n"), std::vector{1});
    EXPECT_EQ(lines_of_endless_waits("while (busy() && clock::now() < until)\n    sleep_for(1ms);"),
              std::vector<int>{});
    EXPECT_EQ(
        lines_of_endless_waits("while (busy()) {\n    if (late())\n        return false;\n    sleep_for(1ms);\n}"),
        std::vector<int>{});
    EXPECT_EQ(lines_of_endless_waits("for (int i = 0; i < 100 && busy(); ++i)\n    sleep_for(1ms);"),
              std::vector<int>{});
}

std::vector<std::filesystem::path> sources(std::initializer_list<const char*> roots = {"include", "src", "migrations"})
{
    std::vector<std::filesystem::path> found;
    for (const char* root : roots) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator{root}) {
            const auto extension = entry.path().extension();
            if (entry.is_regular_file() &&
                (extension == ".hpp" || extension == ".cpp" || extension == ".h" || extension == ".ipp"))
                found.push_back(entry.path());
        }
    }
    return found;
}

// Tests run in the project's folder.
TEST(Layering, EveryIncludeIsAllowed)
{
    const auto files = sources();
    ASSERT_GT(files.size(), 50U) << "run this in the project's folder";
    static const std::regex include{R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])"};
    for (const auto& path : files) {
        std::ifstream file{path};
        std::string text;
        for (int line = 1; std::getline(file, text); ++line) {
            std::smatch match;
            if (!std::regex_search(text, match, include))
                continue;
            const std::string fault = fault_of(path.generic_string(), match[1].str());
            EXPECT_EQ(fault, "") << path.generic_string() << ":" << line << ": " << text;
        }
    }
}

std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

// "src/modules/charts/store.cpp" is of the slice charts; files beside the slices, and what they share, are of none.
std::string slice_of(const std::filesystem::path& path)
{
    const auto inside = path.lexically_relative("src/modules");
    const std::string first = inside.begin()->string();
    return first == ".." || first == "shared" || ++inside.begin() == inside.end() ? "" : first;
}

TEST(Layering, TheSqlOfASliceNamesItsOwnTables)
{
    for (const auto& path : sources({"src/modules"})) {
        if (const std::string slice = slice_of(path); !slice.empty())
            for (const auto& [line, table] : tables_named_in(text_of(path))) {
                const std::string fault = fault_of_table(slice, table);
                EXPECT_EQ(fault, "") << path.generic_string() << ":" << line;
            }
    }
}

TEST(Layering, SlicesIncludeEachOtherInNoCircle)
{
    static const std::regex include{R"re("modules/(\w+)/\w+\.hpp")re"};
    std::map<std::string, std::set<std::string>> includes;
    for (const auto& path : sources({"src/modules"})) {
        const std::string slice = slice_of(path), text = text_of(path);
        for (auto found = std::sregex_iterator{text.begin(), text.end(), include}; found != std::sregex_iterator{};
             ++found)
            if (const auto other = (*found)[1].str(); !slice.empty() && other != slice && other != "shared")
                includes[slice].insert(other);
    }
    EXPECT_GT(includes.size(), 1U);
    EXPECT_THAT(circle_in(includes), testing::IsEmpty())
        << "move what both need into a slice below them, or into modules/shared";
}

TEST(Layering, ReadmesMapShowsEveryRoom)
{
    const std::string readme = text_of("README.md");
    const auto at = readme.find("## The map of the house");
    ASSERT_NE(at, readme.npos);
    const std::string map = readme.substr(at);
    static const std::regex room{R"re(\n\| `(src/\w+|[a-z]+)` \|)re"};
    std::set<std::string> named;
    for (auto found = std::sregex_iterator{map.begin(), map.end(), room}; found != std::sregex_iterator{}; ++found)
        named.insert((*found)[1].str());
    for (const std::string& name : named)
        EXPECT_TRUE(std::filesystem::is_directory(name)) << "README.md's map names " << name << ", which is not there";
    for (const auto& entry : std::filesystem::directory_iterator{"src"})
        if (entry.is_directory() && entry.path().filename() != "separate") // libraries, compiled
            EXPECT_TRUE(named.contains(entry.path().generic_string()))
                << "README.md's map leaves out " << entry.path().generic_string();
}

// A wait without an end hangs a whole run, and says nothing.
TEST(Layering, EveryWaitHasAnEnd)
{
    for (const auto& path : sources({"src", "tests", "bench"})) {
        const std::string text = text_of(path);
        if (path.filename() == "layering_test.cpp") // which shows what is refused
            continue;
        for (const int line : lines_of_endless_waits(text))
            ADD_FAILURE()
                << path.generic_string() << ":" << line
                << ": this loop only sleeps: give it an end, in tests with testing::eventually(limit, condition)";
    }
}

// Two characters of a class of PostgreSQL manual, appendix A, and three more.
TEST(Layering, SqlstatesStandWherePgExplainsThem)
{
    static const std::regex sqlstate{
        R"re("(0[0-9ABFLPZ]|2[0-8BDF]|3[4-9BDF]|4[024]|5[3-8]|72|F0|HV|P0|XX)[0-9A-Z]{3}")re"};
    for (const auto& path : sources({"include", "src"})) {
        if (path.generic_string().starts_with("src/pg/sqlstate/"))
            continue;
        std::ifstream file{path};
        std::string text;
        for (int line = 1; std::getline(file, text); ++line)
            EXPECT_FALSE(std::regex_search(text, sqlstate))
                << path.generic_string() << ":" << line << ": " << text
                << "\nname the condition in lightdash/pg/sqlstate.hpp and ask pg::is() for it";
    }
}

TEST(Layering, EveryHeaderSaysWhatItIsForAndIsReadOnce)
{
    for (const auto& path : sources()) {
        if (path.extension() != ".hpp")
            continue;
        const std::string text = text_of(path);
        EXPECT_TRUE(text.starts_with("// "))
            << path.generic_string() << ":1: begin with a line that says what the header is for";
        EXPECT_NE(text.find("#pragma once\n"), std::string::npos)
            << path.generic_string() << ": #pragma once is missing";
    }
}

} // namespace
} // namespace lightdash::layering
