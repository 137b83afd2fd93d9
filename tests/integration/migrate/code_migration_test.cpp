// Migrations described in C++ through the schema builder, with an index that is built concurrently: up, killed,
// finished by the next run, down, and up again.
#include "integration/migrate/catalog_reading.hpp"
#include "integration/migrate/forked_migrator.hpp"
#include "lightdash/migrate/code_migration.hpp"

#include <gmock/gmock.h>

#include <csignal>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

void create_events(schema_builder& schema)
{
    schema.create_table("events", [](table& t) {
        t.increments("id");
        t.string("kind").not_null();
        t.timestamps();
    });
    schema.raw("insert into events (kind) select 'kind ' || n % 7 from generate_series(1, 1000) n");
}
void drop_events(schema_builder& schema)
{
    schema.drop_table("events");
}

void index_kinds(schema_builder& schema)
{
    schema.alter_table("events", [](table& t) { t.index("kind", "idx_events_kind").concurrently(); });
}
void drop_index_of_kinds(schema_builder& schema)
{
    schema.alter_table("events", [](table& t) { t.drop_index("kind", "idx_events_kind", {.concurrently = true}); });
}

void add_source(schema_builder& schema)
{
    schema.alter_table("events", [](table& t) { t.string("source").nullable(); });
}
void drop_source(schema_builder& schema)
{
    schema.alter_table("events", [](table& t) { t.drop_column("source"); });
}

class CodeMigration : public migrating_test {
protected:
    static registry known()
    {
        return known_as({describe_migration("migrations/001_create_events.cpp", create_events, drop_events),
                         describe_migration("migrations/002_index_kinds.cpp", index_kinds, drop_index_of_kinds),
                         describe_migration("migrations/003_add_source.cpp", add_source, drop_source)});
    }
    bool building() const
    {
        return db.value("select count(*) from pg_stat_activity a, pg_index i where not i.indisvalid and a.datname = "
                        "current_database() and a.state = 'active' and a.query ilike 'create index concurrently%'") !=
               "0";
    }
};

TEST_F(CodeMigration, WithAConcurrentIndexIsFinishedAfterAKillAndGoesDownAndUpAgain)
{
    const auto all = known();
    ASSERT_FALSE(all.all()[1].transaction) << "nothing but a concurrent index: no transaction, without saying so";
    ASSERT_EQ(up(all, {.steps = 1}), 1U);
    const auto before = described(db);

    auto reader = db.plain(); // the build waits for its snapshot
    reader.execute("begin isolation level repeatable read; select count(*) from events");
    const pid_t child = start_migrating(db, all, true);
    for (const auto until = std::chrono::steady_clock::now() + 20s; !building(); std::this_thread::sleep_for(5ms))
        ASSERT_LT(std::chrono::steady_clock::now(), until) << "the index is not being built";
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);

    auto rows = here.status(all);
    EXPECT_EQ(rows[1].state, migration_state::interrupted);
    EXPECT_THAT(rows[1].detail, HasSubstr("the invalid index public.idx_events_kind"));
    EXPECT_EQ(rows[2].state, migration_state::pending);

    reader.execute("rollback");
    EXPECT_EQ(here.up(all), 2U);
    EXPECT_EQ(db.value("select indisvalid from pg_index where indexrelid = 'idx_events_kind'::regclass"), "t");
    EXPECT_THAT(history(), ElementsAre("001_create_events", "002_index_kinds", "003_add_source"));
    const auto whole = described(db);

    EXPECT_EQ(here.down(all, 2), 2U);
    EXPECT_EQ(described(db), before);
    EXPECT_EQ(here.down(all), 1U);
    EXPECT_THAT(history(), IsEmpty());
    EXPECT_FALSE(there("events"));
    EXPECT_EQ(here.up(all), 3U);
    EXPECT_EQ(described(db), whole);
}

} // namespace
} // namespace lightdash::migrate
