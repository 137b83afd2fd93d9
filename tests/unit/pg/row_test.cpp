#include "lightdash/pg/row.hpp"

#include "pg/wire/result_access.hpp"
#include "unit/pg/codec_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using namespace lightdash::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct person {
    std::int32_t id = 0;
    std::string name;
    std::optional<std::string> email;
    friend bool operator==(const person&, const person&) = default;
};
LIGHTDASH_DESCRIBE(person, id, name, email)

struct column {
    const char* name;
    oid type;
};
using cell = std::optional<std::string>;

// An answer in binary format, made with libpq's own functions.
result_ptr answer(const std::vector<column>& columns, const std::vector<std::vector<cell>>& rows)
{
    result_ptr made{PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK)};
    std::vector<PGresAttDesc> described;
    for (const auto& each : columns)
        described.push_back({const_cast<char*>(each.name), 0, 0, 1, static_cast<Oid>(each.type), -1, -1});
    PQsetResultAttrs(made.get(), static_cast<int>(described.size()), described.data());
    for (std::size_t r = 0; r < rows.size(); ++r)
        for (std::size_t c = 0; c < columns.size(); ++c) {
            const auto& value = rows[r][c];
            PQsetvalue(made.get(), static_cast<int>(r), static_cast<int>(c),
                       value ? const_cast<char*>(value->data()) : nullptr,
                       value ? static_cast<int>(value->size()) : -1);
        }
    return made;
}

const std::vector<column> person_columns{{"id", oid::int4}, {"name", oid::text}, {"email", oid::text}};

result people(std::size_t count)
{
    std::vector<std::vector<cell>> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back({encoded(static_cast<std::int32_t>(i)), "name" + std::to_string(i), std::nullopt});
    return result_access::all(answer(person_columns, rows));
}

TEST(Row, MapsStructsTuplesAndSingleColumns)
{
    const auto rows =
        result_access::all(answer(person_columns, {{encoded(7), "Ada", "ada@example.com"}, {encoded(8), "Bob", {}}}));
    EXPECT_THAT(map_all<person>(rows), ElementsAre(person{7, "Ada", "ada@example.com"}, person{8, "Bob", {}}));
    using parts = std::tuple<std::int64_t, std::string, std::optional<std::string>>;
    EXPECT_EQ(map_row<parts>(rows, 1), (parts{8, "Bob", std::nullopt}));
    const auto ids = result_access::all(answer({{"count", oid::int8}}, {{encoded(std::int64_t{42})}}));
    EXPECT_EQ(map_one<std::int64_t>(ids, "count"), 42);
}

TEST(Row, NamesTheFirstColumnThatDiffers)
{
    const auto rows = result_access::all(answer({{"id", oid::int4}, {"email", oid::text}, {"name", oid::text}}, {}));
    const auto failure = thrown_by([&] { (void)map_all<person>(rows); });
    EXPECT_EQ(failure.kind(), error_kind::database_error);
    EXPECT_THAT(failure.message(), HasSubstr("Column 2 of the answer is \"email\""));
    EXPECT_THAT(failure.message(), HasSubstr("\"name\""));
}

TEST(Row, RefusesMissingAndSurplusColumns)
{
    const auto fewer = result_access::all(answer({{"id", oid::int4}, {"name", oid::text}}, {}));
    EXPECT_THAT(thrown_by([&] { check_shape<person>(fewer); }).message(), HasSubstr("2 columns, but 3"));
    EXPECT_THAT(thrown_by([&] { check_shape<std::int32_t>(fewer); }).message(), HasSubstr("2 columns, but 1"));
    EXPECT_THAT(thrown_by([&] { check_shape<std::tuple<int>>(fewer); }).message(), HasSubstr("2 columns, but 1"));
    auto more = person_columns;
    more.push_back({"extra", oid::int4});
    EXPECT_THAT(thrown_by([&] { check_shape<person>(result_access::all(answer(more, {}))); }).message(),
                HasSubstr("4 columns, but 3"));
}

TEST(Row, NamesTheColumnWhoseValueDoesNotFit)
{
    const auto rows = result_access::all(answer(person_columns, {{encoded(1), std::nullopt, std::nullopt}}));
    const auto failure = thrown_by([&] { (void)map_row<person>(rows, 0); });
    EXPECT_EQ(failure.kind(), error_kind::database_error);
    EXPECT_THAT(failure.message(), HasSubstr("Column 2 \"name\": A NULL of type text"));
}

TEST(Row, TellsNoneOneAndManyApart)
{
    EXPECT_EQ(map_maybe<person>(people(0), "people.by_id"), std::nullopt);
    EXPECT_EQ(map_maybe<person>(people(1), "people.by_id")->name, "name0");
    EXPECT_EQ(map_one<person>(people(1), "people.by_id").name, "name0");
    const auto none = thrown_by([] { (void)map_one<person>(people(0), "people.by_id"); });
    EXPECT_EQ(none.kind(), error_kind::no_rows);
    EXPECT_THAT(none.message(), HasSubstr("people.by_id"));
    const auto many = thrown_by([] { (void)map_one<person>(people(3), "people.by_id"); });
    EXPECT_EQ(many.kind(), error_kind::too_many_rows);
    EXPECT_THAT(many.message(), HasSubstr("3 rows"));
}

TEST(Result, HoldsNothingWhenMadeByItself)
{
    const result nothing;
    EXPECT_EQ(nothing.rows(), 0U);
    EXPECT_EQ(nothing.columns(), 0U);
    EXPECT_EQ(nothing.command_tag(), "");
}

TEST(Result, SharesARangeOfItsRows)
{
    result part;
    {
        const auto whole = people(5);
        part = result_access::range(result_access::range(whole, 1, 4), 1, 2);
    }
    const auto mapped = map_all<person>(part);
    ASSERT_EQ(mapped.size(), 2U);
    EXPECT_EQ(mapped[0].name, "name2");
    EXPECT_EQ(mapped[1].name, "name3");
}

TEST(Result, JoinsRowsThatCameOneByOne)
{
    std::vector<result_ptr> rows;
    rows.push_back(answer(person_columns, {{encoded(1), "Ada", std::nullopt}}));
    rows.push_back(answer(person_columns, {{encoded(2), "Bob", std::nullopt}}));
    const auto batch = result_access::batch(std::move(rows));
    EXPECT_THAT(map_all<person>(batch), ElementsAre(person{1, "Ada", {}}, person{2, "Bob", {}}));
    EXPECT_EQ(map_all<person>(result_access::range(batch, 1, 1)).front().name, "Bob");
    EXPECT_EQ(result_access::batch({}).rows(), 0U);
}

} // namespace
} // namespace lightdash::pg
