#include "lightdash/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>

namespace other_room {

struct colour {
    std::string name;
};
bool read_json(const lightdash::json::reader& at, colour& into)
{
    if (!at.read_text(into.name))
        return false;
    if (!into.name.starts_with('#')) {
        at.fault("Must be a colour such as #aabbcc.");
        return false;
    }
    return true;
}

} // namespace other_room

namespace lightdash::json {
namespace {

using chart_id = strong_id<struct chart_tag>;

using testing::ElementsAre;
using testing::HasSubstr;

template <class T>
T read_text_as(std::string_view text)
{
    return read_body<T>(*value::parse(text));
}

// "pointer: message" of every fault.
template <class T>
std::vector<std::string> faults_of(std::string_view text)
{
    try {
        (void)read_text_as<T>(text);
        return {};
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::invalid_body);
        std::vector<std::string> found;
        for (const field_error& field : failure.fields())
            found.push_back(field.pointer + ": " + field.message);
        return found;
    }
}

enum class tile_type { saved_chart, markdown, delete_ };
LIGHTDASH_DESCRIBE_ENUM(tile_type, saved_chart, markdown, delete_)

struct tile {
    tile_type type = tile_type::markdown;
    std::int16_t x = 0, w = 1;
    std::optional<chart_id> chart_id_;
    omittable<raw> properties;
};
LIGHTDASH_DESCRIBE(tile, type, x, w, chart_id_, properties)

struct new_dashboard {
    std::string name;
    std::optional<std::string> description;
    std::vector<tile> tiles;
    omittable<std::map<std::string, std::vector<int>>> filters;

    void validate(faults& found) const
    {
        found.text_length("name", name, 1, 5);
        found.require(!tiles.empty(), "tiles", "Must have at least one tile.");
    }
};
LIGHTDASH_DESCRIBE(new_dashboard, name, description, tiles, filters)

struct dashboard_changes {
    omittable<std::string> name;
    patch<std::string> description;
};
LIGHTDASH_DESCRIBE(dashboard_changes, name, description)

struct tolerant {
    static constexpr auto unknown_members = unknown_members::ignore;
    int used = 0;
};
LIGHTDASH_DESCRIBE(tolerant, used)

struct checked_part {
    int low = 0, high = 0;
    void validate(faults& found) const { found.require(low <= high, "", "Must have low no higher than high."); }
};
LIGHTDASH_DESCRIBE(checked_part, low, high)

struct whole {
    std::vector<checked_part> parts;
};
LIGHTDASH_DESCRIBE(whole, parts)

struct nothing {};
LIGHTDASH_DESCRIBE(nothing)

struct bounded {
    list<std::vector<int>, 3> rows;
    or_default<std::vector<int>> more;
};
LIGHTDASH_DESCRIBE(bounded, rows, more)

TEST(JsonRead, RefusesALongListByItsLengthBeforeItReadsIt)
{
    EXPECT_EQ(read_text_as<bounded>(R"({"rows": [[1], [2], [3]]})").rows.size(), 3U);
    EXPECT_THAT(faults_of<bounded>(R"({"rows": ["x", "y", "z", 1]})"),
                ElementsAre("/rows: Must have at most 3 elements, not 4."));
    std::string many = "[0";
    for (std::size_t i = 0; i < most_elements; ++i)
        many += ",0";
    EXPECT_THAT(faults_of<bounded>(R"({"rows": [)" + many + "]]}"),
                ElementsAre("/rows/0: Must have at most 10000 elements, not 10001."));
}

TEST(JsonRead, LeavesAnAbsentMemberThatHasADefaultAsItIsMade)
{
    const auto made = read_text_as<bounded>(R"({"rows": []})");
    EXPECT_TRUE(made.more.empty());
    std::string written;
    write(written, made);
    EXPECT_EQ(written, R"({"rows":[],"more":[]})");
    EXPECT_EQ(read_text_as<bounded>(R"({"rows": [], "more": [7]})").more.at(0), 7);
    EXPECT_THAT(faults_of<bounded>(R"({"rows": [], "more": null})"), ElementsAre(HasSubstr("Must be an array")));
}

TEST(JsonRead, DoesNothingBeyondTheFaultsThatItTells)
{
    std::string wrong = R"({"rows": [[0)";
    for (int i = 0; i < 9'000; ++i)
        wrong += R"(,"x")";
    EXPECT_THAT(faults_of<bounded>(wrong + "]]}"), ::testing::SizeIs(faults::limit));
    std::string unknown = "{";
    for (int i = 0; i < 9'000; ++i)
        unknown += '"' + std::to_string(i) + "\":0,";
    EXPECT_THAT(faults_of<bounded>(unknown + R"("z":0})"), ::testing::SizeIs(faults::limit));
}

TEST(JsonRead, KeepsTheSignOfZero)
{
    EXPECT_TRUE(std::signbit(read_text_as<double>("-0")));
    EXPECT_TRUE(std::signbit(read_text_as<double>("-0.0")));
    EXPECT_EQ(read_text_as<raw>("[-0,-0.0,0]").text, "[-0,-0.0,0]");
    std::string written;
    write(written, -0.0);
    EXPECT_EQ(written, "-0");
    EXPECT_EQ(read_text_as<int>("-0"), 0);
}

TEST(JsonRead, ReadsADescribedStruct)
{
    const auto made = read_text_as<new_dashboard>(R"({
        "name": "Sales", "tiles": [
          {"type": "saved_chart", "x": 3, "w": 15.0, "chartId": "3fa85f64-5717-4562-b3fc-2c963f66afa6", "properties": {"a": [1]}},
          {"w": 2, "x": -1, "type": "delete", "chartId": null}],
        "filters": {"one": [1, 2], "none": []}})");
    EXPECT_EQ(made.name, "Sales");
    EXPECT_EQ(made.description, std::nullopt);
    ASSERT_EQ(made.tiles.size(), 2U);
    EXPECT_EQ(made.tiles[0].type, tile_type::saved_chart);
    EXPECT_EQ(made.tiles[0].w, 15);
    EXPECT_EQ(made.tiles[0].chart_id_, chart_id::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6"));
    EXPECT_EQ(made.tiles[0].properties->text, R"({"a":[1]})");
    EXPECT_EQ(made.tiles[1].type, tile_type::delete_);
    EXPECT_EQ(made.tiles[1].x, -1);
    EXPECT_FALSE(made.tiles[1].properties.has_value());
    EXPECT_THAT(made.filters->at("one"), ElementsAre(1, 2));
    EXPECT_TRUE(made.filters->at("none").empty());
}

TEST(JsonRead, CollectsEveryFaultWithItsPointer)
{
    EXPECT_THAT(
        faults_of<new_dashboard>(R"({
        "nme": "Sales", "description": 5, "tiles": [
          {"type": "chart", "x": 40000, "w": 1.5, "chartId": "none"},
          17,
          {"type": "markdown", "x": "1", "w": true, "properties": null, "zebra": 1}],
        "filters": {"one": [1, "two"], "a/b": {}}})"),
        ElementsAre("/nme: Is not a known member; did you mean name?", "/description: Must be a string, not a number.",
                    "/tiles/0/type: Must be one of saved_chart, markdown, delete.",
                    "/tiles/0/x: Must be a whole number between -32768 and 32767, not 40000.",
                    "/tiles/0/w: Must be a whole number between -32768 and 32767, not 1.5.",
                    "/tiles/0/chartId: Must be a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6.",
                    "/tiles/1: Must be an object, not a number.", "/tiles/2/x: Must be a whole number, not a string.",
                    "/tiles/2/w: Must be a whole number, not a boolean.", "/tiles/2/zebra: Is not a known member.",
                    "/filters/one/1: Must be a whole number, not a string.",
                    "/filters/a~1b: Must be an array, not an object.", "/name: Is required."));
}

TEST(JsonRead, NamesTheFirstFaultAndCountsTheOthersInItsMessage)
{
    try {
        (void)read_text_as<new_dashboard>("{}");
        FAIL();
    } catch (const error& failure) {
        EXPECT_EQ(failure.message(), "The body does not fit: /name: Is required. (1 more)");
    }
}

TEST(JsonRead, ReportsFiftyFaultsAtMost)
{
    std::string text = "[";
    for (int i = 0; i < 1000; ++i)
        text += "true,";
    EXPECT_EQ(faults_of<std::vector<std::string>>(text + "1]").size(), 50U);
}

TEST(JsonRead, RefusesABodyOfAnotherKind)
{
    EXPECT_THAT(faults_of<new_dashboard>("[]"), ElementsAre(": Must be an object, not an array."));
    EXPECT_THAT(faults_of<std::vector<int>>("null"), ElementsAre(": Must be an array, not null."));
}

TEST(JsonRead, TellsAbsentFromNullFromAValue)
{
    const auto absent = read_text_as<dashboard_changes>("{}");
    EXPECT_FALSE(absent.name.has_value());
    EXPECT_FALSE(absent.description.present);

    const auto null = read_text_as<dashboard_changes>(R"({"description":null})");
    EXPECT_TRUE(null.description.present);
    EXPECT_EQ(null.description.value, std::nullopt);

    const auto set = read_text_as<dashboard_changes>(R"({"name":"n","description":"d"})");
    EXPECT_EQ(*set.name, "n");
    EXPECT_EQ(set.description.value, "d");

    EXPECT_THAT(faults_of<dashboard_changes>(R"({"name":null})"), ElementsAre("/name: Must be a string, not null."));
}

TEST(JsonRead, KeepsIntegersExact)
{
    EXPECT_EQ(read_text_as<std::int64_t>("9007199254740993"), 9007199254740993);
    EXPECT_EQ(read_text_as<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(read_text_as<std::uint64_t>("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(read_text_as<int>("-0"), 0);
    EXPECT_EQ(read_text_as<unsigned>("-0"), 0U);
}

TEST(JsonRead, TakesWholeNumbersWrittenAsDoubles)
{
    EXPECT_EQ(read_text_as<int>("5.0"), 5);
    EXPECT_EQ(read_text_as<int>("1.000000"), 1);
    EXPECT_EQ(read_text_as<int>("5e2"), 500);
    EXPECT_EQ(read_text_as<unsigned>("5.0"), 5U);
    EXPECT_EQ(faults_of<int>("5.5").size(), 1U);
    EXPECT_EQ(faults_of<std::int64_t>("9007199254740993.0").size(), 1U) << "a double may have lost its last digit";
}

TEST(JsonRead, RefusesIntegersOutOfRange)
{
    EXPECT_EQ(faults_of<std::int8_t>("128").size(), 1U);
    EXPECT_EQ(faults_of<std::uint8_t>("-1").size(), 1U);
    EXPECT_EQ(faults_of<std::uint8_t>("256").size(), 1U);
    EXPECT_EQ(faults_of<std::uint8_t>("-1.0").size(), 1U);
    EXPECT_EQ(faults_of<std::int64_t>("9223372036854775808").size(), 1U);
    EXPECT_EQ(faults_of<std::uint64_t>("18446744073709551616").size(), 1U);
    EXPECT_THAT(faults_of<std::int64_t>(std::string(100, '9')),
                ElementsAre(": Must be a whole number between -9223372036854775808 and 9223372036854775807, not " +
                            std::string(40, '9') + "…."));
}

TEST(JsonRead, ReadsDoubles)
{
    EXPECT_EQ(read_text_as<double>("0.1"), 0.1);
    EXPECT_EQ(read_text_as<double>("3"), 3.0);
    EXPECT_EQ(read_text_as<double>("1e-400"), 0.0);
    EXPECT_EQ(read_text_as<double>("2.2250738585072014e-308"), 2.2250738585072014e-308);
    EXPECT_EQ(read_text_as<double>("5e-324"), 5e-324);
    EXPECT_EQ(read_text_as<double>("123456789012345678901234567890"), 123456789012345678901234567890.0);
    EXPECT_EQ(read_text_as<float>("0.5"), 0.5F);
    EXPECT_EQ(faults_of<float>("1e39").size(), 1U);
    EXPECT_THAT(faults_of<double>("\"1\""), ElementsAre(": Must be a number, not a string."));
}

TEST(JsonRead, ReadsTimes)
{
    using namespace std::chrono;
    using time = sys_time<microseconds>;
    const time base = sys_days{2026y / November / 22} + 21h;
    EXPECT_EQ(read_text_as<time>(R"("2026-11-22T21:00:00Z")"), base);
    EXPECT_EQ(read_text_as<time>(R"("2026-11-22T21:00:00.123Z")"), base + 123ms);
    EXPECT_EQ(read_text_as<time>(R"("2026-11-22T21:00:00.1234567Z")"), base + 123456us);
    EXPECT_EQ(read_text_as<time>(R"("2026-11-22T23:30:00+02:30")"), base);
    EXPECT_EQ(read_text_as<time>(R"("2026-11-22T20:00:00-01:00")"), base);
    EXPECT_EQ(read_text_as<sys_seconds>(R"("2026-11-22T21:00:00.9Z")"), base);
    EXPECT_EQ(read_text_as<sys_days>(R"("2024-02-29")"), sys_days{2024y / February / 29});
}

TEST(JsonRead, RefusesWhatIsNoTime)
{
    using time = std::chrono::sys_time<std::chrono::microseconds>;
    for (const auto* text :
         {"", "2026-11-22", "2026-11-22T21:00:00", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z",
          "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T21:60:00Z",
          "2026-11-22T21:00:60Z", "2026-11-22T21:00Z", "2026-11-22T21:00:00.Z",

          "2026-11-22T21:00:00Zx", "2026-11-22T21:00:00+0100", "2026-11-22T21:00:00+24:00", "26-11-22T21:00:00Z",
          "2026-1-22T21:00:00Z", "+026-11-22T21:00:00Z", "now"}) {
        EXPECT_EQ(faults_of<time>('"' + std::string{text} + '"').size(), 1U) << text;
    }
    EXPECT_EQ(faults_of<time>("1234567890").size(), 1U);
    EXPECT_EQ(faults_of<std::chrono::sys_days>("\"2026-02-29\"").size(), 1U);
    EXPECT_EQ(faults_of<std::chrono::sys_days>("\"2026-02-28T\"").size(), 1U);
}

TEST(JsonRead, ReadsFlagsAndNothingElseAsFlags)
{
    EXPECT_THAT(read_text_as<std::vector<bool>>("[true,false]"), ElementsAre(true, false));
    EXPECT_THAT(faults_of<bool>("1"), ElementsAre(": Must be true or false, not a number."));
    EXPECT_THAT(faults_of<bool>("\"true\""), ElementsAre(": Must be true or false, not a string."));
}

TEST(JsonRead, AsksValidateOnceItsMembersFit)
{
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":"","tiles":[]})"),
                ElementsAre("/name: Must have 1 to 5 characters, not 0.", "/tiles: Must have at least one tile."));
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":"äöüäöü","tiles":[]})"),
                testing::Contains("/name: Must have 1 to 5 characters, not 6."));
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":1,"tiles":[]})"),
                ElementsAre("/name: Must be a string, not a number."));
}

TEST(JsonRead, NamesTheObjectThatBreaksARuleOfItsOwn)
{
    EXPECT_THAT(faults_of<whole>(R"({"parts":[{"low":1,"high":2},{"low":3,"high":2},{"low":"x","high":2}]})"),
                ElementsAre("/parts/1: Must have low no higher than high.",
                            "/parts/2/low: Must be a whole number, not a string."));
}

TEST(JsonRead, LimitsRanges)
{
    faults found;
    found.range("w", 1, 1, 36);
    found.range("w", 36, 1, 36);
    EXPECT_TRUE(found.empty());
    EXPECT_NO_THROW(found.throw_if_any());
    found.range("w", 37, 1, 36);
    ASSERT_EQ(found.found().size(), 1U);
    EXPECT_EQ(found.found()[0].pointer, "/w");
    EXPECT_EQ(found.found()[0].message, "Must be between 1 and 36, not 37.");
}

TEST(JsonRead, MayIgnoreUnknownMembers)
{
    EXPECT_EQ(read_text_as<tolerant>(R"({"unused":[{}],"used":4,"other":null})").used, 4);
    EXPECT_THAT(faults_of<nothing>(R"({"a":1})"), ElementsAre("/a: Is not a known member."));
}

TEST(JsonRead, SuggestsNearNames)
{
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":"n","tiles":[],"descripton":""})").at(0),
                HasSubstr("did you mean description?"));
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":"n","tiles":[],"Filters":{}})").at(0),
                HasSubstr("did you mean filters?"));
    EXPECT_THAT(faults_of<std::vector<tile>>(R"([{"chart_id":null}])").at(0), HasSubstr("did you mean chartId?"));
    EXPECT_THAT(faults_of<new_dashboard>(R"({"name":"n","tiles":[],"zzzzzz":{}})").at(0),
                testing::Not(HasSubstr("mean")));
}

TEST(JsonRead, CutsVeryLongNamesInPointers)
{
    const auto found = faults_of<nothing>("{\"" + std::string(100'000, 'k') + "\":1}");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_LT(found[0].size(), 200U);
    const auto accents = faults_of<nothing>("{\"x" + [] {
        std::string text;
        for (int i = 0; i < 100; ++i)
            text += "ä";
        return text;
    }() + "\":1}");
    EXPECT_NO_THROW(value::parse([&] {
        std::string out;
        write(out, accents);
        EXPECT_EQ(out.find("\xEF\xBF\xBD"), std::string::npos) << "cut inside a character";
        return out;
    }()));
}

TEST(JsonRead, AsksTheTypesOwnRoomFirst)
{
    EXPECT_EQ(read_text_as<std::vector<other_room::colour>>(R"(["#fff"])").at(0).name, "#fff");
    EXPECT_THAT(faults_of<std::vector<other_room::colour>>(R"(["#fff","red",1])"),
                ElementsAre("/1: Must be a colour such as #aabbcc.", "/2: Must be a string, not a number."));
}

TEST(JsonRead, WritesBackWhatItRead)
{
    const auto text = R"({"name":"Sales","description":null,"tiles":[{"type":"markdown","x":0,"w":1,"chartId":null}]})";
    std::string out;
    write(out, read_text_as<new_dashboard>(text));
    EXPECT_EQ(out, text);
}

enum class shape : unsigned char { circle, square };
LIGHTDASH_DESCRIBE_ENUM(shape, circle, square)

struct circle {
    int radius = 0;
    omittable_or_null<std::string> title;
    void validate(faults& found) const { found.require(radius > 0, "radius", "Must be positive."); }
};
LIGHTDASH_DESCRIBE(circle, radius, title)

struct square {
    int side = 0;
    read_only<int> area;
};
LIGHTDASH_DESCRIBE(square, side, area)

struct drawing {
    shape kind = shape::circle;
    tagged<shape, "kind", circle, square> form;
};
LIGHTDASH_DESCRIBE(drawing, kind, form)

TEST(ReadTagged, TakesTheAlternativeThatTheMemberBesideItNames)
{
    const auto square_one = read_text_as<drawing>(R"({"form":{"side":2,"area":4},"kind":"square"})"); // in any order
    EXPECT_EQ(std::get<square>(square_one.form).side, 2);
    std::string out;
    write(out, square_one);
    EXPECT_EQ(out, R"({"kind":"square","form":{"side":2}})") << "what is read-only is never written";
    const auto round = read_text_as<drawing>(R"({"kind":"circle","form":{"radius":1,"title":null}})");
    out.clear();
    write(out, round);
    EXPECT_EQ(out, R"({"kind":"circle","form":{"radius":1}})");
}

TEST(ReadTagged, IgnoresWhatBelongsToOtherAlternativesOnly)
{
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle","form":{"radius":1,"side":"x"}})"), ElementsAre());
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle","form":{"radius":1,"sides":1}})"),
                ElementsAre(testing::StartsWith("/form/sides: Is not a known member")));
}

TEST(ReadTagged, ChecksTheAlternativeAndLeavesTheTagToItsOwnMember)
{
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle","form":{}})"), ElementsAre("/form/radius: Is required."));
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle","form":{"radius":0}})"),
                ElementsAre("/form/radius: Must be positive."));
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"square","form":{"side":1,"area":"x"}})"),
                ElementsAre("/form/area: Must be a whole number, not a string."));
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"star","form":{"radius":1}})"),
                ElementsAre("/kind: Must be one of circle, square."));
    EXPECT_THAT(faults_of<drawing>(R"({"form":{"radius":1}})"), ElementsAre("/kind: Is required."));
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle"})"), ElementsAre("/form: Is required."));
    EXPECT_THAT(faults_of<drawing>(R"({"kind":"circle","form":[]})"),
                ElementsAre("/form: Must be an object, not an array."));
}

} // namespace
} // namespace lightdash::json
