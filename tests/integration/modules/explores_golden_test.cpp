// Metric queries over the four explores of tests/golden/explores: what each compiles to, and that PostgreSQL answers it
// with the rows of a statement that somebody wrote by hand. A case of a .cases file is
//
//     ## what is asked
//     {"dimensions": […], …}            the metric query; dimensions and metrics always
//     -- by hand
//     SELECT …                          the same question, with other means
//     -- compiled
//     SELECT …                          then "-- $1 type: value" and "-- warning: …" lines
//
// With LIGHTDASH_WRITE_GOLDEN=1 the last parts are written anew: to be read before they are committed.
#include "modules/explores/compiler/compiler.hpp"
#include "support/test_database.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

namespace lightdash::explores {
namespace {

const std::filesystem::path folder{"tests/golden/explores"};

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream from{file};
    return {std::istreambuf_iterator<char>{from}, {}};
}

struct golden_case {
    std::string title, query, by_hand, compiled;
};

std::vector<golden_case> cases_in(const std::string& text)
{
    std::vector<golden_case> made;
    std::string* into = nullptr;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("## ")) {
            made.push_back({line.substr(3), {}, {}, {}});
            into = &made.back().query;
        } else if (line == "-- by hand") {
            into = &made.back().by_hand;
        } else if (line == "-- compiled") {
            into = &made.back().compiled;
        } else if (into && !line.empty()) {
            *into += line + '\n';
        }
    }
    return made;
}

std::string told(const compiled_query& made)
{
    std::string text = made.sql + '\n';
    for (std::size_t i = 0; i < made.parameters.size(); ++i)
        text += fmt::format("-- ${} {}: {}\n", i + 1, made.parameters[i].type.name(), made.parameters[i].value);
    for (const auto& warning : made.warnings)
        text += fmt::format("-- warning: {}\n", warning.message);
    return text;
}

std::string names(std::size_t count)
{
    std::string made;
    for (std::size_t i = 1; i <= count; ++i)
        made += fmt::format("{}c{}", i > 1 ? ", " : "", i);
    return made;
}

// A Friday.
compile_options at_noon()
{
    return {.now = std::chrono::sys_days{std::chrono::year{2025} / 1 / 3} + std::chrono::hours{12}};
}

class ExploresGolden : public ::testing::TestWithParam<std::string> {
protected:
    static void SetUpTestSuite()
    {
        db.emplace(testing::test_database::empty());
        db->execute(content_of(folder / "schema.sql"));
    }
    static void TearDownTestSuite() { db.reset(); }

    // Rows that one of the two has and the other has not, in their order where the query gives one.
    static std::string difference(const compiled_query& made, const std::string& by_hand, bool ordered)
    {
        auto session = db->plain();
        std::string types, values;
        for (const auto& each : made.parameters) {
            types +=
                (types.empty() ? "" : ", ") + (each.type.sent() == pg::oid::unknown ? "unknown" : each.type.name());
            values += (values.empty() ? "" : ", ") + testing::sql_literal(each.value);
        }
        session.execute("SET timezone = 'UTC'");
        session.execute(fmt::format("PREPARE asked{} AS {}", types.empty() ? "" : '(' + types + ')', made.sql));
        const auto columns = names(made.columns.size());
        session.execute(fmt::format("CREATE TEMP TABLE compiled({}) AS EXECUTE asked{}", columns,
                                    values.empty() ? "" : '(' + values + ')'));
        session.execute(fmt::format("CREATE TEMP TABLE hand({}) AS {}", columns, by_hand));
        const std::string place = ordered ? "row_number() OVER () AS place, " : "";
        const auto rows = [&](std::string_view table) {
            return fmt::format("SELECT {}to_jsonb(t) FROM {} AS t", place, table);
        };
        const auto [compiled, hand] = std::pair{rows("compiled"), rows("hand")};
        std::string text;
        for (const auto& row : session.column(fmt::format(
                 "SELECT 'only compiled: ' || x::text FROM ({} EXCEPT ALL {}) AS x LIMIT 3", compiled, hand)))
            text += row + '\n';
        for (const auto& row : session.column(fmt::format(
                 "SELECT 'only by hand: ' || x::text FROM ({} EXCEPT ALL {}) AS x LIMIT 3", hand, compiled)))
            text += row + '\n';
        return text;
    }

    static inline std::optional<testing::test_database> db;
};

TEST_P(ExploresGolden, CompilesAsWrittenAndAnswersAsByHand)
{
    const auto over = json::read_body<explore>(*json::value::parse(content_of(folder / (GetParam() + ".json"))));
    const auto file = folder / (GetParam() + ".cases");
    const bool writes = std::getenv("LIGHTDASH_WRITE_GOLDEN") != nullptr;
    std::string written;
    const auto cases = cases_in(content_of(file));
    ASSERT_FALSE(cases.empty());
    for (const auto& each : cases) {
        SCOPED_TRACE(each.title);
        try {
            const auto asked = json::read_body<metric_query>(*json::value::parse(each.query));
            const auto made = compile(over, asked, at_noon());
            if (!writes)
                EXPECT_EQ(told(made), each.compiled);
            EXPECT_EQ(difference(made, each.by_hand, !asked.sorts.empty()), "");
            written += fmt::format("## {}\n{}-- by hand\n{}-- compiled\n{}\n", each.title, each.query, each.by_hand,
                                   told(made));
        } catch (const std::exception& failure) {
            ADD_FAILURE() << failure.what();
            written += fmt::format("## {}\n{}-- by hand\n{}-- compiled\n\n", each.title, each.query, each.by_hand);
        }
    }
    if (writes)
        std::ofstream{file} << written;
}

INSTANTIATE_TEST_SUITE_P(Explores, ExploresGolden, ::testing::Values("orders", "customers", "payments", "events"),
                         [](const auto& each) { return each.param; });

} // namespace
} // namespace lightdash::explores
