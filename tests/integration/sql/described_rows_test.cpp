// Described structs written to a table and read back.
#include "integration/migrate/migrating.hpp"
#include "lightdash/sql/builder.hpp"
#include "support/test_database.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct place {
    std::int32_t x = 0, y = 0;
    friend bool operator==(const place&, const place&) = default;
};
LIGHTDASH_DESCRIBE(place, x, y)

struct tile {
    uuid id;
    std::string title;
    place at;
    std::optional<double> weight;
    bool wide = false;
    pg::json_text settings;
    friend bool operator==(const tile& a, const tile& b)
    {
        return a.id == b.id && a.title == b.title && a.at == b.at && a.weight == b.weight && a.wide == b.wide &&
               a.settings.text == b.settings.text;
    }
};
LIGHTDASH_DESCRIBE(tile, id, title, at, weight, wide, settings)

class described_rows : public ::testing::Test {
protected:
    static void SetUpTestSuite()
    {
        database_.emplace(lightdash::testing::test_database::empty());
        database_->execute("create table tiles (id uuid, title text, at_x int, at_y int, weight float8, wide bool, "
                           "settings jsonb)");
    }
    static void TearDownTestSuite() { database_.reset(); }
    void SetUp() override { database_->execute("truncate tiles"); }

    template <class Row, class Query>
    std::vector<Row> all(const Query& query)
    {
        const auto named = query.named("described_rows.test");
        return here_.run(session_->template all<Row>(named()));
    }

    static inline std::optional<lightdash::testing::test_database> database_;
    migrate::migrating here_{*database_};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(50s));
    const std::vector<tile> tiles_{{uuid::random(), "a'b\"", {1, 2}, 0.5, true, {R"({"a": [1]})"}},
                                   {uuid::random(), "", {-3, 4}, std::nullopt, false, {"null"}}};
};

TEST_F(described_rows, come_back_as_they_were_written_value_by_value)
{
    EXPECT_EQ(all<tile>(insert("tiles").rows(tiles_).returning(columns_of<tile>())), tiles_);
    EXPECT_EQ(all<tile>(select(columns_of<tile>("t")).from("tiles as t").order_by("at_x", desc)), tiles_);
}

TEST_F(described_rows, come_back_as_they_were_written_in_arrays)
{
    EXPECT_EQ(all<tile>(insert("tiles").unnest(tiles_).returning(columns_of<tile>())), tiles_);
    EXPECT_THAT(all<tile>(insert("tiles").unnest(std::vector<tile>{}).returning(columns_of<tile>())), ElementsAre());
}

TEST_F(described_rows, can_be_put_together_from_other_columns)
{
    all<tile>(insert("tiles").row(tiles_[0]).returning(columns_of<tile>()));
    const auto swapped = all<tile>(select(columns_of<tile>("t")
                                              .member("at", "p")
                                              .set("title", call("upper", ref("t.title")))
                                              .set("weight", std::string{"p.w"}))
                                       .from("tiles as t")
                                       .cross_join(raw("(values (7, 8, 1.5::float8)) as p(x, y, w)")));
    ASSERT_EQ(swapped.size(), 1U);
    EXPECT_EQ(swapped[0].at, (place{7, 8}));
    EXPECT_EQ(swapped[0].title, "A'B\"");
    EXPECT_EQ(swapped[0].weight, 1.5);
}

} // namespace
} // namespace lightdash::sql
