// Which indexes are superfluous, and which are missing.
#include "lightdash/ops/inspect/indexes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::ops {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

index_row index(std::int64_t id, std::vector<std::int32_t> columns)
{
    index_row made;
    made.schema = "public";
    made.table_name = "t";
    made.name = "i" + std::to_string(id);
    made.table_id = 1;
    made.index_id = id;
    made.method = "btree";
    for (const auto column : columns)
        made.keys.push_back("c" + std::to_string(column) + " 1978 0 0");
    made.columns = std::move(columns);
    return made;
}

foreign_key_row key(std::vector<std::int32_t> columns)
{
    foreign_key_row made;
    made.schema = "public";
    made.table_name = "t";
    made.name = "k";
    made.table_id = 1;
    for (const auto column : columns)
        made.column_names.push_back("c" + std::to_string(column));
    made.columns = std::move(columns);
    return made;
}

template <class Found>
std::vector<std::string> names(const std::vector<Found>& found)
{
    std::vector<std::string> made;
    for (const auto& one : found)
        made.push_back(one.name);
    return made;
}

TEST(DuplicateIndexes, OneThatRefusesOtherRowsOrLaterIsNotTheSame)
{
    auto plain = index(1, {1}), strict = index(2, {1});
    plain.is_unique = strict.is_unique = true;
    strict.nulls_not_distinct = true;
    EXPECT_THAT(find_duplicates({plain, strict}), IsEmpty());

    auto immediate = index(1, {1}), deferrable = index(2, {1});
    immediate.is_unique = deferrable.is_unique = true;
    deferrable.constraint_name = "k";
    deferrable.immediate = false;
    EXPECT_THAT(find_duplicates({immediate, deferrable}), IsEmpty());
    deferrable.immediate = true;
    EXPECT_THAT(names(find_duplicates({immediate, deferrable})), ElementsAre("i1"));

    auto referenced = index(1, {1}), key = index(2, {1});
    referenced.is_unique = key.is_unique = true;
    referenced.is_referenced = true;
    key.constraint_name = "k";
    EXPECT_THAT(find_duplicates({referenced, key}), IsEmpty()) << "PostgreSQL would refuse to drop it";

    EXPECT_THAT(names(find_duplicates({strict, index(3, {1})})), ElementsAre("i3")) << "it guards nothing";
}

TEST(UnusedIndexes, ThoseOfATableWithoutRowsAreNotJudged)
{
    auto one = index(1, {1});
    EXPECT_THAT(names(find_unused({one}, {})), ElementsAre("i1"));
    one.table_is_empty = true;
    EXPECT_THAT(find_unused({one}, {}), IsEmpty());
}

TEST(UnusedIndexes, WhatGuardsSomethingIsNotUnused)
{
    auto unique = index(1, {1}), primary = index(2, {1}), excluding = index(3, {1}), identity = index(4, {1}),
         invalid = index(5, {1}), scanned = index(6, {1}), part = index(7, {1});
    unique.is_unique = true;
    primary.is_primary = true;
    excluding.constraint_name = "no_overlap";
    identity.replica_identity = true;
    invalid.is_valid = false;
    scanned.scans = 1;
    part.is_partition = true;
    EXPECT_THAT(names(find_unused({unique, primary, excluding, identity, invalid, scanned, part, index(8, {1})}, {})),
                ElementsAre("i8"));
}

TEST(UnusedIndexes, EachForeignKeyKeepsOne)
{
    EXPECT_THAT(find_unused({index(1, {5})}, {key({5})}), IsEmpty());
    EXPECT_THAT(names(find_unused({index(1, {5}), index(2, {5, 6})}, {key({5})})), ElementsAre("i1"));
    auto scanned = index(3, {5});
    scanned.scans = 9;
    EXPECT_THAT(names(find_unused({index(1, {5}), scanned}, {key({5})})), ElementsAre("i1"));
}

TEST(DuplicateIndexes, OfEqualOnesTheOlderStays)
{
    const auto found = find_duplicates({index(2, {1, 2}), index(1, {1, 2})});
    ASSERT_THAT(names(found), ElementsAre("i2"));
    EXPECT_EQ(found[0].covered_by, "i1");
    EXPECT_FALSE(found[0].prefix);
}

TEST(DuplicateIndexes, WhatGuardsSomethingStaysAlthoughItIsYounger)
{
    auto constraint = index(2, {1});
    constraint.is_unique = true;
    constraint.constraint_name = "t_c1_key";
    EXPECT_THAT(names(find_duplicates({index(1, {1}), constraint})), ElementsAre("i1"));
    // A unique index is no prefix to be dropped: it guards.
    auto longer = index(3, {1, 2});
    EXPECT_THAT(find_duplicates({constraint, longer}), IsEmpty());
}

TEST(DuplicateIndexes, APrefixIsFoundAndAnotherOrderIsNot)
{
    const auto found = find_duplicates({index(1, {1}), index(2, {1, 2}), index(3, {2})});
    ASSERT_THAT(names(found), ElementsAre("i1"));
    EXPECT_TRUE(found[0].prefix);
    auto descending = index(4, {2});
    descending.keys[0] = "c2 1978 0 3";
    EXPECT_THAT(find_duplicates({index(3, {2}), descending}), IsEmpty());
}

TEST(DuplicateIndexes, PredicateMethodTableAndIncludedColumnsMatter)
{
    auto partial = index(1, {1}), hash = index(2, {1}), other = index(3, {1}), including = index(4, {1});
    partial.predicate = "(c2 > 0)";
    hash.method = "hash";
    other.table_id = 2;
    including.included = {7};
    EXPECT_THAT(names(find_duplicates({partial, hash, other, including, index(5, {1})})), ElementsAre("i5"));
    EXPECT_THAT(names(find_duplicates({including, index(6, {1, 7})})), ElementsAre("i4"));
}

TEST(InvalidIndexes, OneThatIsBeingBuiltIsLeftAlone)
{
    auto broken = index(1, {1}), building = index(2, {1}), left = index(3, {1});
    broken.is_valid = building.is_valid = left.is_valid = false;
    building.building = true;
    left.name = "i1_ccnew";
    const auto found = find_invalid({broken, building, left});
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].mend, "REINDEX INDEX CONCURRENTLY \"public\".\"i1\";");
    EXPECT_EQ(found[1].mend, "");
    EXPECT_EQ(found[2].mend, "DROP INDEX CONCURRENTLY \"public\".\"i1_ccnew\";");
}

TEST(MissingIndexes, TheKeysColumnsMustComeFirstInAnyOrder)
{
    EXPECT_EQ(find_missing({index(1, {9, 5})}, {key({5})}).size(), 1u);
    EXPECT_THAT(find_missing({index(1, {5, 9})}, {key({5})}), IsEmpty());
    EXPECT_THAT(find_missing({index(1, {6, 5, 7})}, {key({5, 6})}), IsEmpty());
    EXPECT_EQ(find_missing({index(1, {5})}, {key({5, 6})}).size(), 1u);
}

TEST(MissingIndexes, APartialIndexServesOnlyWhenItLeavesOutNullAlone)
{
    auto partial = index(1, {5});
    partial.predicate = "(deleted = false)";
    EXPECT_EQ(find_missing({partial}, {key({5})}).size(), 1u);
    partial.predicate = "(c5 IS NOT NULL)";
    EXPECT_THAT(find_missing({partial}, {key({5})}), IsEmpty());
    auto invalid = index(2, {5});
    invalid.is_valid = false;
    EXPECT_EQ(find_missing({invalid}, {key({5})}).size(), 1u);
}

} // namespace
} // namespace lightdash::ops
