// Prepared statements that the server forgets, invalidates or would otherwise pile up.
#include "connection_fixture.hpp"
#include "lightdash/sql/operand.hpp"

#include <tuple>

namespace lightdash::pg {
namespace {

class connection_statements_test : public connection_fixture {
protected:
    std::int64_t prepared(connection& on)
    {
        static const statement count{"test.prepared", "SELECT count(*) FROM pg_prepared_statements"};
        return value<std::int64_t>(on, count);
    }
};

const statement from_table{"test.from_table", "SELECT * FROM changing"};
const statement one{"test.one", "SELECT 1"};

TEST_F(connection_statements_test, PreparesAStatementOnce)
{
    auto line = open();
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(value<std::int32_t>(*line, one), 1);
    EXPECT_EQ(line->counters().prepares, 1U);
    EXPECT_EQ(line->counters().cache_hits, 4U);
}

TEST_F(connection_statements_test, SurvivesAChangedResultType)
{
    auto line = open();
    control(*line, "CREATE TEMPORARY TABLE changing AS SELECT 7 AS a");
    EXPECT_EQ(run(ask(*line, from_table)).columns(), 1U);
    control(*line, "ALTER TABLE changing ADD COLUMN b text DEFAULT 'x'");
    EXPECT_EQ(run(ask(*line, from_table)).columns(), 2U);
    EXPECT_EQ(line->counters().repairs, 1U);
    control(*line, "ALTER TABLE changing DROP COLUMN a");

    auto b = batch_of({&one, &from_table, &one}); // in the middle of others
    run(line->run(b, deadline::after(5s)));
    EXPECT_EQ(b->first_failure(), nullptr);
    EXPECT_EQ(b->commands[0].answer.rows(), 1U);
    EXPECT_EQ(b->commands[1].answer.columns(), 1U);
    EXPECT_EQ(line->counters().repairs, 2U);
}

TEST_F(connection_statements_test, SurvivesATypeThatIsDroppedAndMadeAgain)
{
    static const statement as_parameter{"test.mood", "SELECT ($1::pg_temp.mood)::text"};
    static const statement as_result{"test.moods", "SELECT feels FROM moody ORDER BY feels"};
    static const statement in_an_array{"test.mood_array", "SELECT cardinality($1::pg_temp.mood[])"};
    static const statement of_a_domain{"test.short", "SELECT length($1::pg_temp.short)"};
    static const statement of_a_row{"test.pair", "SELECT ($1::pg_temp.pair).a"};
    auto line = open();
    for (int round = 0; round < 3; ++round) {
        control(*line, "CREATE TYPE pg_temp.mood AS ENUM ('sad', 'ok')");
        control(*line, "CREATE DOMAIN pg_temp.short AS text CHECK (length(value) < 9)");
        control(*line, "CREATE TYPE pg_temp.pair AS (a int, b int)");
        control(*line, "CREATE TEMPORARY TABLE moody AS SELECT 'ok'::pg_temp.mood AS feels");
        for (int twice = 0; twice < 2; ++twice) {
            EXPECT_EQ(value<std::string>(*line, as_parameter, sql::untyped{"ok"}), "ok");
            EXPECT_EQ(value<std::string>(*line, as_result), "ok");
            EXPECT_EQ(value<std::int32_t>(*line, in_an_array, sql::untyped{"{ok,sad}"}), 2);
            EXPECT_EQ(value<std::int32_t>(*line, of_a_domain, sql::untyped{"abc"}), 3);
            EXPECT_EQ(value<std::int32_t>(*line, of_a_row, sql::untyped{"(7,8)"}), 7);
        }
        control(*line, "DROP TABLE moody");
        control(*line, "DROP TYPE pg_temp.mood, pg_temp.pair");
        control(*line, "DROP DOMAIN pg_temp.short");
    }
    EXPECT_GT(line->counters().repairs, 0U);
}

TEST_F(connection_statements_test, SurvivesDeallocateAll)
{
    auto line = open();
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
    control(*line, "DEALLOCATE ALL");
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
    EXPECT_EQ(line->counters().repairs, 1U);
    control(*line, "DISCARD ALL");
    auto b = batch_of({&one, &one});
    run(line->run(b, deadline::after(5s)));
    EXPECT_EQ(b->first_failure(), nullptr);
    EXPECT_EQ(line->counters().repairs, 2U);
}

TEST_F(connection_statements_test, TellsATransactionToRunAgain)
{
    auto line = open();
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
    control(*line, "DEALLOCATE ALL");
    control(*line, "BEGIN");
    EXPECT_EQ(kind_of([&] { run(ask(*line, one)); }), error_kind::statement_invalidated);
    control(*line, "ROLLBACK");
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
}

TEST_F(connection_statements_test, AnUnsupportedFeatureIsNotRepaired)
{
    static const statement unsupported{"test.unsupported", "SELECT max(x) FROM generate_series(1, 3) x FOR UPDATE"};
    auto line = open();
    EXPECT_EQ(kind_of([&] { run(ask(*line, unsupported)); }), error_kind::database_error);
    EXPECT_EQ(line->counters().repairs, 0U);
}

TEST_F(connection_statements_test, KeepsTenThousandDistinctStatementsToItsLimit)
{
    auto line = open();
    for (int round = 0; round < 157; ++round) {
        std::vector<statement> many;
        for (int i = 0; i < 64; ++i)
            many.push_back(statement::trusted("test.many", "SELECT " + std::to_string(round * 64 + i)));
        std::vector<const statement*> pointers;
        for (const auto& text : many)
            pointers.push_back(&text);
        auto b = batch_of(pointers);
        run(line->run(b, deadline::after(10s)));
        ASSERT_EQ(b->first_failure(), nullptr);
    }
    EXPECT_LE(prepared(*line), 256);
    EXPECT_LE(line->cached_statements(), 256U);
    EXPECT_GE(line->counters().prepares, 10'000U);
    EXPECT_EQ(line->counters().repairs, 0U);
}

TEST_F(connection_statements_test, PreparesNothingBehindATransactionPooler)
{
    connection_options options;
    options.conninfo = secret{test_dsn()};
    options.transaction_pooler = true;
    auto line = run(connection::open(context_, clocks_, blocking_, options, deadline::after(5s)));
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(value<std::int32_t>(*line, one), 1);
    EXPECT_EQ(prepared(*line), 0);
}

} // namespace
} // namespace lightdash::pg
