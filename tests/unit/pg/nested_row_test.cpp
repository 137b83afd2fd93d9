// Rows of joins: described structs inside described structs.
#include "lightdash/pg/row.hpp"

#include "pg/wire/result_access.hpp"
#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct author {
    std::int32_t id = 0;
    std::optional<std::string> email;
    friend bool operator==(const author&, const author&) = default;
};
LIGHTDASH_DESCRIBE(author, id, email)

struct chapter {
    std::string title;
    std::optional<author> editor;
    friend bool operator==(const chapter&, const chapter&) = default;
};
LIGHTDASH_DESCRIBE(chapter, title, editor)

struct book {
    std::int32_t id = 0;
    author by;
    std::optional<chapter> first;
    std::optional<std::string> note;
    friend bool operator==(const book&, const book&) = default;
};
LIGHTDASH_DESCRIBE(book, id, by, first, note)

struct column {
    std::string name;
    oid type;
};
using cell = std::optional<std::string>;

const std::vector<column> book_columns{
    {"id", oid::int4},          {"by_id", oid::int4},           {"by_email", oid::text},
    {"first_title", oid::text}, {"first_editor_id", oid::int4}, {"first_editor_email", oid::text},
    {"note", oid::text}};

result answer(std::vector<column> columns, const std::vector<std::vector<cell>>& rows)
{
    result_ptr made{PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK)};
    std::vector<PGresAttDesc> described;
    for (auto& each : columns)
        described.push_back({each.name.data(), 0, 0, 1, static_cast<Oid>(each.type), -1, -1});
    PQsetResultAttrs(made.get(), static_cast<int>(described.size()), described.data());
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < rows[r].size(); ++c) {
            auto value = rows[r][c];
            PQsetvalue(made.get(), static_cast<int>(r), static_cast<int>(c), value ? value->data() : nullptr,
                       value ? static_cast<int>(value->size()) : -1);
        }
    return result_access::all(std::move(made));
}

std::string number(std::int32_t value)
{
    return encoded(value);
}

TEST(NestedRow, CountsTheColumnsOfWhatItHolds)
{
    EXPECT_EQ(column_count<author>, 2U);
    EXPECT_EQ(column_count<chapter>, 3U);
    EXPECT_EQ(column_count<book>, 7U);
    EXPECT_EQ((column_count<std::tuple<int, std::string>>), 2U);
    EXPECT_EQ(column_count<std::int32_t>, 1U);
}

TEST(NestedRow, NamesItsColumnsAfterTheMembersOnTheWay)
{
    EXPECT_THAT(described_columns<book>(),
                ElementsAre("id", "by_id", "by_email", "first_title", "first_editor_id", "first_editor_email", "note"));
}

TEST(NestedRow, FillsEveryLevel)
{
    const auto rows = answer(book_columns, {{number(1), number(2), "ada@x", "Intro", number(3), "bob@x", "good"}});
    const book expected{1, {2, "ada@x"}, chapter{"Intro", author{3, "bob@x"}}, "good"};
    EXPECT_EQ(map_one<book>(rows, "books.by_id"), expected);
}

TEST(NestedRow, LeavesWhatAnOuterJoinDidNotFindEmptyAndReadsOnBehindIt)
{
    const auto rows = answer(book_columns, {{number(1), number(2), {}, {}, {}, {}, "no chapter"},
                                            {number(4), number(5), {}, "Intro", {}, {}, "no editor"}});
    EXPECT_THAT(map_all<book>(rows), ElementsAre(book{1, {2, {}}, std::nullopt, "no chapter"},
                                                 book{4, {5, {}}, chapter{"Intro", std::nullopt}, "no editor"}));
}

TEST(NestedRow, IsThereWhenOnlyItsFirstColumnIs)
{
    const auto rows = answer(book_columns, {{number(1), number(2), {}, "Intro", number(3), {}, {}}});
    EXPECT_EQ(map_row<book>(rows, 0).first, (chapter{"Intro", author{3, std::nullopt}}));
}

TEST(NestedRow, BeginsAtAnyColumn)
{
    const auto rows = answer(book_columns, {{number(1), number(2), "ada@x", "Intro", number(3), {}, {}}});
    EXPECT_EQ(map_row<author>(rows, 0, 1), (author{2, "ada@x"}));
    EXPECT_EQ(map_row<chapter>(rows, 0, 3), (chapter{"Intro", author{3, {}}}));
    EXPECT_EQ(map_row<author>(rows, 0, 4), (author{3, {}}));
}

TEST(NestedRow, NamesTheNestedColumnThatDiffersOrDoesNotFit)
{
    auto renamed = book_columns;
    renamed[4].name = "editor_id";
    EXPECT_THAT(thrown_by([&] { (void)map_all<book>(answer(renamed, {})); }).message(),
                HasSubstr("Column 5 of the answer is \"editor_id\", but the described struct has \"first_editor_id\""));
    // A member that is no optional has no way to be absent.
    const auto rows = answer(book_columns, {{number(1), {}, {}, {}, {}, {}, {}}});
    const auto failure = thrown_by([&] { (void)map_row<book>(rows, 0); });
    EXPECT_EQ(failure.kind(), error_kind::database_error);
    EXPECT_THAT(failure.message(), HasSubstr("Column 2 \"by_id\""));
}

} // namespace
} // namespace lightdash::pg
