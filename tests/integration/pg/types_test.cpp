// Every type, there and back through a real server.
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/row.hpp"
#include "lightdash/pg/sqlstate.hpp"

#include "pg/sqlstate/connect_error.hpp"
#include "pg/wire/result_access.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace lightdash::pg {
namespace {

using project_id = strong_id<struct project_tag>;

using namespace std::chrono;
using ::testing::HasSubstr;

enum class mood : unsigned char { sad, content };
LIGHTDASH_DESCRIBE_ENUM(mood, sad, content)

// One blocking connection: these tests are about values, not about waiting.
class Types : public ::testing::Test {
protected:
    void SetUp() override
    {
        const char* conninfo = std::getenv("DATABASE_URL_TEST");
        ASSERT_NE(conninfo, nullptr) << "set DATABASE_URL_TEST to a PostgreSQL that tests may use";
        connection_.reset(PQconnectdb(conninfo));
        ASSERT_EQ(PQstatus(connection_.get()), CONNECTION_OK) << PQerrorMessage(connection_.get());
        ask("SET TimeZone = 'Asia/Kathmandu'"); // nothing may depend on the session's zone
    }

    result ask(const char* text, const params& values = {})
    {
        std::vector<Oid> types;
        std::vector<const char*> data;
        std::vector<int> lengths, formats;
        for (const auto& value : values.values()) {
            types.push_back(static_cast<Oid>(value.type));
            data.push_back(values.data(value));
            lengths.push_back(static_cast<int>(value.length));
            formats.push_back(value.binary ? 1 : 0);
        }
        result_ptr answer{PQexecParams(connection_.get(), text, static_cast<int>(types.size()), types.data(),
                                       data.data(), lengths.data(), formats.data(), 1)};
        const auto status = PQresultStatus(answer.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
            throw make_error(diagnostics_of(answer.get(), "types_test"));
        return result_access::all(std::move(answer));
    }

    template <class T>
    T one(const char* text)
    {
        return map_one<T>(ask(text), text);
    }

    template <class T>
    T echo(const char* text, const T& value)
    {
        return map_one<T>(ask(text, params::of(value)), text);
    }

    template <class Work>
    error refusal(Work work)
    {
        try {
            work();
        } catch (const error& failure) {
            return failure;
        }
        ADD_FAILURE() << "nothing was refused";
        return error{error_kind::usage, "nothing was refused"};
    }

    struct close {
        void operator()(PGconn* open) const noexcept { PQfinish(open); }
    };
    std::unique_ptr<PGconn, close> connection_;
};

TEST_F(Types, KeepIntegersAndBooleans)
{
    for (const auto value : {std::numeric_limits<std::int16_t>::min(), std::numeric_limits<std::int16_t>::max()})
        EXPECT_EQ(echo("SELECT $1::int2", value), value);
    for (const auto value : {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()})
        EXPECT_EQ(echo("SELECT $1::int4", value), value);
    for (const auto value : {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()})
        EXPECT_EQ(echo("SELECT $1::int8", value), value);
    EXPECT_TRUE(echo("SELECT $1", true));
    EXPECT_FALSE(echo("SELECT $1", false));
    EXPECT_EQ(one<std::int64_t>("SELECT 4294967295::oid"), 4294967295);
    EXPECT_EQ(echo("SELECT $1", 'x'), 'x');
    EXPECT_EQ(one<std::string>("SELECT relkind FROM pg_class WHERE relname = 'pg_class'"), "r");
}

TEST_F(Types, KeepFloatingPoint)
{
    for (const double value : {0.1, -0.0, 5e-324, 1.7976931348623157e308, -double{INFINITY}})
        EXPECT_EQ(echo("SELECT $1", value), value);
    EXPECT_TRUE(std::isnan(echo("SELECT $1", std::nan(""))));
    EXPECT_EQ(echo("SELECT $1", 1.1F), 1.1F);
    EXPECT_EQ(one<double>("SELECT 0.5::float4"), 0.5);
}

TEST_F(Types, KeepEveryDigitOfNumericAsTheServerWritesIt)
{
    for (const auto* text : {"0", "0.000", "-12.340", "10000", "10002.0", "0.0001", "0.00000001",
                             "99999999999999999999999999999.99999999999", "420000000000000000.0", "-0.5",
                             "1234567890123456789012345678901234567890", "NaN", "Infinity", "-Infinity", "100000000",
                             "0.10000", "9999.9999", "12345678.90", "-1"}) {
        EXPECT_EQ(echo("SELECT $1", numeric{text}).text, text);
        const auto both =
            map_one<std::tuple<numeric, std::string>>(ask("SELECT $1, $1::text", params::of(numeric{text})), "numeric");
        EXPECT_EQ(std::get<0>(both).text, std::get<1>(both));
    }
    const auto random = map_all<std::tuple<numeric, std::string>>(
        ask("SELECT n, n::text FROM (SELECT round(((random() - 0.5) * 10 ^ (i % 40 - 20))::numeric, i % 30) AS n "
            "FROM generate_series(1, 2000) i) t"));
    for (const auto& [decoded, shown] : random)
        ASSERT_EQ(decoded.text, shown);
}

TEST_F(Types, KeepTexts)
{
    for (const auto* text : {"", "Grüße, 世界 🌍", "'; DROP TABLE users; --", "back\\slash\nline"})
        EXPECT_EQ(echo("SELECT $1", std::string{text}), text);
    EXPECT_EQ(echo("SELECT $1::varchar(3)", std::string{"abc"}), "abc");
    EXPECT_EQ(echo("SELECT $1::char(3)", std::string{"a"}), "a  ");
    EXPECT_EQ(echo("SELECT $1::name", std::string{"abc"}), "abc");
    EXPECT_EQ(one<std::string>("SELECT current_database()::text"), one<std::string>("SELECT current_database()"));
    EXPECT_EQ(map_one<std::string>(ask("SELECT $1", params::of("literal")), "literal"), "literal");
    EXPECT_EQ(refusal([&] { ask("SELECT $1", params::of(std::string{"a\0b", 3})); }).kind(), error_kind::invalid_text);
    EXPECT_EQ(refusal([&] { ask("SELECT $1", params::of("\xff")); }).kind(), error_kind::invalid_text);
}

TEST_F(Types, KeepUuidsAndBytes)
{
    const auto id = project_id{uuid::random()};
    EXPECT_EQ(echo("SELECT $1", id), id);
    EXPECT_EQ(map_one<std::string>(ask("SELECT $1::text", params::of(id)), "uuid"), id.to_string());
    std::string all;
    for (int i = 0; i < 256; ++i)
        all.push_back(static_cast<char>(i));
    EXPECT_EQ(echo("SELECT $1", bytes{all}).data, all);
    EXPECT_EQ(echo("SELECT $1", bytes{}).data, "");
}

TEST_F(Types, KeepPointsInTimeWhateverTheZoneOfTheSession)
{
    for (const auto time : {timestamptz{sys_days{2024y / February / 29} + 23h + 59min + 59s + 999999us}, timestamptz{},
                            timestamptz{sys_days{1900y / 1 / 1} + 1us}, timestamptz{sys_days{9999y / 12 / 31}}}) {
        EXPECT_EQ(echo("SELECT $1", time), time);
        EXPECT_EQ(echo("SELECT $1", timestamp{time}), timestamp{time});
    }
    EXPECT_EQ(one<timestamptz>("SELECT '2024-02-29 12:00:00.000001+00'::timestamptz"),
              sys_days{2024y / February / 29} + 12h + 1us);
    EXPECT_EQ(one<timestamp>("SELECT '2024-02-29 12:00:00.000001'::timestamp").utc,
              sys_days{2024y / February / 29} + 12h + 1us);
    const auto now = floor<microseconds>(system_clock::now());
    EXPECT_EQ(echo("SELECT $1", sys_time<nanoseconds>{now}), sys_time<nanoseconds>{now});
}

TEST_F(Types, KeepDates)
{
    for (const auto day :
         {sys_days{2024y / February / 29}, sys_days{1y / 1 / 1}, sys_days{1970y / 1 / 1}, sys_days{9999y / 12 / 31}}) {
        EXPECT_EQ(echo("SELECT $1", day), day);
        EXPECT_EQ(echo("SELECT $1", year_month_day{day}), year_month_day{day});
    }
    EXPECT_EQ(map_one<std::string>(ask("SELECT $1::text", params::of(date{2024y / February / 29})), "date"),
              "2024-02-29");
}

TEST_F(Types, KeepInfiniteTimesAndTakeThoseThatAreTooFar)
{
    EXPECT_EQ(one<timestamptz>("SELECT 'infinity'::timestamptz"), timestamptz::max());
    EXPECT_EQ(one<timestamptz>("SELECT '-infinity'::timestamptz"), timestamptz::min());
    EXPECT_EQ(one<date>("SELECT 'infinity'::date"), date::max());
    EXPECT_EQ(map_one<std::string>(ask("SELECT $1::text", params::of(timestamptz::max())), "time"), "infinity");
    EXPECT_EQ(map_one<std::string>(ask("SELECT $1::text", params::of(date::min())), "date"), "-infinity");
    EXPECT_EQ(one<timestamptz>("SELECT '294276-12-31 23:59:59+00'::timestamptz"),
              timestamptz::max() - std::chrono::microseconds{1});
    EXPECT_EQ(refusal([&] { ask("SELECT $1", params::of(sys_days{2000y / 1 / 1} + days{2147483646})); }).kind(),
              error_kind::invalid_value);
}

TEST_F(Types, OfExtensionsAndUsersAreTheirTextOrRefusedWithTheRemedy)
{
    ask("BEGIN");
    for (const auto* make : {"CREATE EXTENSION IF NOT EXISTS ltree", "CREATE EXTENSION IF NOT EXISTS citext",
                             "CREATE EXTENSION IF NOT EXISTS hstore", "CREATE EXTENSION IF NOT EXISTS seg",
                             "CREATE TYPE texts AS RANGE (subtype = text)", "CREATE TYPE mood AS ENUM ('sad', 'ok')",
                             "CREATE TYPE pair AS (a int, b int)"})
        ask(make);
    EXPECT_EQ(one<std::string>("SELECT 'top.science'::ltree"), "top.science");
    EXPECT_EQ(one<std::string>("SELECT 'top.*{1}'::lquery"), "top.*{1}");
    EXPECT_EQ(one<std::string>("SELECT 'Ab\tc'::citext"), "Ab\tc");
    EXPECT_EQ(one<std::string>("SELECT 'ok'::mood"), "ok");
    EXPECT_EQ(one<std::vector<std::string>>("SELECT '{a.b,c}'::ltree[]"), (std::vector<std::string>{"a.b", "c"}));
    for (const auto* text : {"SELECT 'empty'::texts", "SELECT '(,)'::texts", "SELECT '[a,b]'::texts",
                             "SELECT 'a=>1'::hstore", "SELECT '(1,2)'::pair"})
        EXPECT_THAT(refusal([&] { one<std::string>(text); }).message(), HasSubstr("column::text")) << text;
    ask("SAVEPOINT s");
    for (const auto* text : {"SELECT '1..2'::seg", "SELECT 'postgres=r/postgres'::aclitem"}) {
        EXPECT_THAT(refusal([&] { one<std::string>(text); }).message(), HasSubstr("column::text")) << text;
        ask("ROLLBACK TO s");
    }
    ask("ROLLBACK");
}

TEST_F(Types, KeepJson)
{
    EXPECT_EQ(echo("SELECT $1", json_text{R"({"a": [1, "x\n"]})"}).text, R"({"a": [1, "x\n"]})");
    EXPECT_EQ(one<json_text>(R"(SELECT '{"a":  1}'::json)").text, R"({"a":  1})");
    EXPECT_EQ(refusal([&] { ask("SELECT $1", params::of(json_text{"{"})); }).kind(), error_kind::invalid_value);
    EXPECT_EQ(refusal([&] { ask("SELECT $1", params::of(json_text{R"("\u0000")"})); }).kind(),
              error_kind::invalid_text);
    ask("CREATE TEMP TABLE documents (plain json, compact jsonb)");
    ask("INSERT INTO documents VALUES ($1, $1)", params::of(json_text{R"({"k": null})"}));
    EXPECT_EQ(one<json_text>("SELECT plain FROM documents").text, R"({"k": null})");
}

TEST_F(Types, TakeEnumsInEnumColumnsAndInTextColumns)
{
    ask("BEGIN");
    ask("CREATE TYPE pg_temp.mood AS ENUM ('sad', 'content')");
    ask("CREATE TEMP TABLE moods (own pg_temp.mood, text text, many pg_temp.mood[]) ON COMMIT DROP");
    ask("INSERT INTO moods VALUES ($1, $2, $3)",
        params::of(mood::content, mood::sad, std::vector{mood::sad, mood::content}));
    const auto stored =
        map_one<std::tuple<mood, mood, std::vector<mood>>>(ask("SELECT own, text, many FROM moods"), "moods");
    EXPECT_EQ(std::get<0>(stored), mood::content);
    EXPECT_EQ(std::get<1>(stored), mood::sad);
    EXPECT_EQ(std::get<2>(stored), (std::vector{mood::sad, mood::content}));
    EXPECT_EQ(one<std::string>("SELECT own FROM moods"), "content");
    EXPECT_EQ(map_all<std::string>(ask("SELECT text FROM moods WHERE own = $1", params::of(mood::content))).size(), 1U);
    ask("ROLLBACK");
}

TEST_F(Types, KeepArraysWithNullsAndWithout)
{
    EXPECT_EQ(echo("SELECT $1", std::vector<std::int16_t>{1, -1}), (std::vector<std::int16_t>{1, -1}));
    EXPECT_EQ(echo("SELECT $1", std::vector<std::int32_t>{}), std::vector<std::int32_t>{});
    EXPECT_EQ(echo("SELECT $1", std::vector<std::int64_t>{1}), (std::vector<std::int64_t>{1}));
    EXPECT_EQ(echo("SELECT $1", std::vector<bool>{true, false}), (std::vector<bool>{true, false}));
    EXPECT_EQ(echo("SELECT $1", std::vector<float>{0.5F}), (std::vector<float>{0.5F}));
    EXPECT_EQ(echo("SELECT $1", std::vector<double>{0.1}), (std::vector<double>{0.1}));
    const std::vector<std::string> texts{"", "NULL", "a,b", "{\"q\\\"}", "ü"};
    EXPECT_EQ(echo("SELECT $1", texts), texts);
    const std::vector<std::optional<std::string>> holes{"a", std::nullopt, ""};
    EXPECT_EQ(echo("SELECT $1", holes), holes);
    const std::vector<uuid> ids{uuid::random(), uuid::random()};
    EXPECT_EQ(echo("SELECT $1", ids), ids);
    const std::vector<timestamptz> times{timestamptz{}, timestamptz{1us}};
    EXPECT_EQ(echo("SELECT $1", times), times);
    EXPECT_EQ(echo("SELECT $1", std::vector<timestamp>{{times[1]}}), (std::vector<timestamp>{{times[1]}}));
    EXPECT_EQ(echo("SELECT $1", std::vector<date>{date{}}), std::vector<date>{date{}});
    const std::vector<bytes> blobs{{std::string(2, '\0')}, {}};
    EXPECT_EQ(echo("SELECT $1", blobs), blobs);
    const std::vector<std::optional<numeric>> numbers{numeric{"1.50"}, std::nullopt, numeric{"NaN"}};
    EXPECT_EQ(echo("SELECT $1", numbers), numbers);
    const std::vector<json_text> documents{{R"({"a": "\"\\"})"}, {"[]"}};
    EXPECT_EQ(echo("SELECT $1", documents), documents);
    EXPECT_EQ(echo("SELECT $1", std::vector<char>{'a'}), std::vector<char>{'a'});
    EXPECT_EQ(one<std::vector<std::string>>("SELECT ARRAY['a']::varchar[]"), std::vector<std::string>{"a"});
    EXPECT_EQ(one<std::vector<int>>("SELECT '[5:6]={1,2}'::int[]"), (std::vector<int>{1, 2}));
    EXPECT_THAT(refusal([&] { one<std::vector<int>>("SELECT '{{1,2},{3,4}}'::int[]"); }).message(),
                HasSubstr("2 dimensions"));
}

TEST_F(Types, KeepNull)
{
    EXPECT_EQ(echo("SELECT $1", std::optional<int>{}), std::nullopt);
    EXPECT_EQ(echo("SELECT $1", std::optional<std::string>{"x"}), "x");
    EXPECT_EQ((map_one<std::optional<uuid>>(ask("SELECT $1::uuid", params::of(std::nullopt)), "null")), std::nullopt);
    EXPECT_THAT(refusal([&] { one<int>("SELECT NULL::int4 AS age"); }).message(), HasSubstr("\"age\""));
}

TEST_F(Types, RefuseCompositesAsText)
{
    EXPECT_EQ(refusal([&] { one<std::string>("SELECT ROW(1, 'a')"); }).kind(), error_kind::database_error);
    EXPECT_EQ(refusal([&] { one<std::string>("SELECT 1"); }).kind(), error_kind::database_error);
}

TEST_F(Types, CountTouchedRowsAndKeepTheTag)
{
    EXPECT_EQ(ask("SELECT generate_series(1, 3)").affected(), 3U);
    EXPECT_EQ(ask("BEGIN").command_tag(), "BEGIN");
    EXPECT_EQ(ask("ROLLBACK").affected(), 0U);
}

TEST_F(Types, SayWhatARealServerRefuses)
{
    ask("CREATE TEMP TABLE parents (id int PRIMARY KEY, email text NOT NULL UNIQUE, age int CONSTRAINT adult CHECK "
        "(age > 17), short varchar(2))");
    ask("CREATE TEMP TABLE children (parent int REFERENCES parents)");
    ask("INSERT INTO parents VALUES (1, 'ada@example.com')");
    ask("INSERT INTO children VALUES (1)");
    const auto refused = [&](const char* text) { return refusal([&] { ask(text); }); };

    const auto twice = refused("INSERT INTO parents VALUES (2, 'ada@example.com')");
    EXPECT_EQ(twice.kind(), error_kind::unique_violation);
    EXPECT_EQ(twice.message(), "A row with this value of \"email\" exists already.");
    EXPECT_EQ(twice.constraint(), "parents_email_key");
    EXPECT_EQ(refused("INSERT INTO children VALUES (9)").message(),
              "The row that \"parent\" refers to does not exist.");
    EXPECT_EQ(refused("DELETE FROM parents").kind(), error_kind::foreign_key_in_use);
    EXPECT_EQ(refused("INSERT INTO parents VALUES (3, NULL)").message(), "\"email\" must have a value.");
    EXPECT_EQ(refused("INSERT INTO parents VALUES (3, 'x', 17)").message(), "A value breaks the rule \"adult\".");
    EXPECT_EQ(refused("INSERT INTO parents VALUES (3, 'x', 18, 'abc')").kind(), error_kind::invalid_value);
    EXPECT_EQ(refused("SELECT nothing FROM parents").kind(), error_kind::not_ready);
    EXPECT_EQ(refused("SELEC 1").kind(), error_kind::database_error);
    EXPECT_EQ(refused("SELECT '2024-13-01'::date").kind(), error_kind::invalid_value);
}

TEST_F(Types, SayWhyNoConnectionCouldBeMadeByItsSqlstate)
{
    const char* const keywords[] = {"dbname", "dbname",
                                    nullptr}; // the first is expanded, the second replaces its database
    const char* const values[] = {std::getenv("DATABASE_URL_TEST"), "no_such_database", nullptr};
    std::unique_ptr<PGconn, close> failing{PQconnectStartParams(keywords, values, 1)};
    PQsetErrorVerbosity(failing.get(), PQERRORS_VERBOSE);
    auto state = PGRES_POLLING_WRITING;
    for (int i = 0; i < 100000 && state != PGRES_POLLING_FAILED && state != PGRES_POLLING_OK; ++i)
        state = PQconnectPoll(failing.get());
    const auto said = make_connect_error(PQerrorMessage(failing.get()));
    EXPECT_EQ(said.kind(), error_kind::configuration);
    EXPECT_EQ(said.sqlstate(), "3D000");
    EXPECT_THAT(said.message(), HasSubstr("does not exist on the server"));
}

} // namespace
} // namespace lightdash::pg
