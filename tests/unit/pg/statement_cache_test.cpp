#include "pg/connection/statement_cache.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lightdash::pg {
namespace {

using lookup = statement_cache::lookup;

statement text(int number)
{
    return statement::trusted("test.many", "SELECT " + std::to_string(number));
}

// Finds or adds, in a round of its own.
lookup use(statement_cache& cache, const statement& what, const params& values = {})
{
    cache.begin_round();
    const prepared_name name{what, values};
    const auto found = cache.find(name, what, values);
    if (found == lookup::absent)
        cache.add(name, what, values);
    return found;
}

TEST(StatementCacheTest, FindsWhatWasAdded)
{
    statement_cache cache{4};
    EXPECT_EQ(use(cache, text(1)), lookup::absent);
    EXPECT_EQ(use(cache, text(1)), lookup::present);
    EXPECT_EQ(use(cache, text(2)), lookup::absent);
    EXPECT_EQ(cache.size(), 2U);
}

TEST(StatementCacheTest, TellsTheSameTextWithOtherTypesApart)
{
    statement_cache cache{4};
    EXPECT_EQ(use(cache, text(1), params::of(std::int32_t{1})), lookup::absent);
    EXPECT_EQ(use(cache, text(1), params::of(std::int64_t{1})), lookup::absent);
    EXPECT_EQ(use(cache, text(1), params::of(std::int32_t{2})), lookup::present);
}

TEST(StatementCacheTest, NoticesTwoTextsWithOneName)
{
    statement_cache cache{4};
    const prepared_name name{text(1), {}};
    cache.add(name, text(1), {});
    EXPECT_EQ(cache.find(name, text(2), {}), lookup::collides);
    EXPECT_EQ(cache.find(name, text(1), params::of(true)), lookup::collides);
    EXPECT_EQ(cache.find(name, text(1), {}), lookup::present);
}

TEST(StatementCacheTest, EvictsTheLeastRecentlyUsed)
{
    statement_cache cache{3};
    for (int i = 0; i < 3; ++i)
        use(cache, text(i));
    use(cache, text(0));
    cache.begin_round();
    EXPECT_EQ(cache.evict()->view(), (prepared_name{text(1), {}}.view()));
    EXPECT_EQ(cache.evict()->view(), (prepared_name{text(2), {}}.view()));
    EXPECT_EQ(cache.evict()->view(), (prepared_name{text(0), {}}.view()));
    EXPECT_FALSE(cache.evict());
}

TEST(StatementCacheTest, KeepsWhatThisRoundUses)
{
    statement_cache cache{2};
    use(cache, text(1));
    cache.begin_round();
    const prepared_name second{text(2), {}};
    cache.add(second, text(2), {});
    EXPECT_EQ(cache.evict()->view(), (prepared_name{text(1), {}}.view()));
    EXPECT_FALSE(cache.evict());
    EXPECT_EQ(cache.size(), 1U);
}

TEST(StatementCacheTest, ForgetsOneAndAll)
{
    statement_cache cache{4};
    for (int i = 0; i < 4; ++i)
        use(cache, text(i));
    const prepared_name name{text(2), {}};
    EXPECT_TRUE(cache.forget(name.hash()));
    EXPECT_FALSE(cache.forget(name.hash()));
    EXPECT_EQ(cache.size(), 3U);
    cache.clear();
    EXPECT_EQ(cache.size(), 0U);
    EXPECT_EQ(use(cache, text(0)), lookup::absent);
    cache.begin_round();
    EXPECT_TRUE(cache.evict());
}

} // namespace
} // namespace lightdash::pg
