// The rules of dashboards, tabs and tiles, and a tile's properties as they are stored and told.
#include "modules/dashboards/model.hpp"

#include "unit/modules/model_support.hpp"

#include <gmock/gmock.h>

namespace lightdash::dashboards {
namespace {

using namespace lightdash::testing;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string some_id = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const std::string other_id = "0b8f1f0e-9c1a-4d52-8d0e-5d4a3b2c1d00";
const std::string heading = R"({"type": "heading", "x": 0, "y": 0, "w": 36, "h": 1, "properties": {"text": "Hi"}})";

std::string tile(std::string_view type, std::string_view properties)
{
    return R"({"type": ")" + std::string{type} + R"(", "x": 0, "y": 0, "w": 15, "h": 9, "properties": )" +
           std::string{properties} + "}";
}
std::vector<std::string> tile_faults(std::string_view type, std::string_view properties)
{
    return faults_of<new_tile>(tile(type, properties));
}
std::string settings(std::string_view type, std::string_view properties)
{
    return read_as<new_tile>(tile(type, properties)).settings();
}

std::string board(const std::string& tiles, const std::string& more = {})
{
    return R"({"name": "Sales", "tiles": [)" + tiles + "]" + more + "}";
}
std::string tab(const std::string& id, const std::string& name = "Tab")
{
    return R"({"uuid": ")" + id + R"(", "name": ")" + name + R"(", "order": 0})";
}

TEST(NewTile, LiesWithinTheGrid)
{
    const auto faults = [](std::string_view part, std::string_view instead) {
        return faults_of<new_tile>(with(heading, part, instead));
    };
    EXPECT_THAT(faults_of<new_tile>(heading), IsEmpty());
    EXPECT_THAT(faults(R"("x": 0)", R"("x": -1)"), Contains(StartsWith("/x: Must be between 0 and 35")));
    EXPECT_THAT(faults(R"("x": 0)", R"("x": 36)"), Contains(StartsWith("/x: Must be between 0 and 35")));
    EXPECT_THAT(faults(R"("x": 0)", R"("x": 1)"), ElementsAre(AllOf(StartsWith("/w: "), HasSubstr("36 columns"))));
    EXPECT_THAT(faults(R"("x": 0, "y": 0, "w": 36)", R"("x": 35, "y": 9999, "w": 1)"), IsEmpty());
    EXPECT_THAT(faults(R"("w": 36)", R"("w": 0)"), ElementsAre(StartsWith("/w: Must be between 1 and 36")));
    EXPECT_THAT(faults(R"("w": 36)", R"("w": 37)"), Contains(StartsWith("/w: Must be between 1 and 36")));
    EXPECT_THAT(faults(R"("y": 0)", R"("y": -1)"), ElementsAre(StartsWith("/y: Must be between 0 and 9999")));
    EXPECT_THAT(faults(R"("y": 0)", R"("y": 10000)"), ElementsAre(StartsWith("/y: Must be between 0 and 9999")));
    EXPECT_THAT(faults(R"("h": 1)", R"("h": 0)"), ElementsAre(StartsWith("/h: Must be between 1 and 500")));
    EXPECT_THAT(faults(R"("h": 1)", R"("h": 500)"), IsEmpty());
    EXPECT_THAT(faults(R"("h": 1)", R"("h": 501)"), ElementsAre(StartsWith("/h: Must be between 1 and 500")));
}

TEST(NewTile, OfAChartNamesItOrSaysWhatItWas)
{
    EXPECT_THAT(tile_faults("saved_chart", R"({"savedChartUuid": ")" + some_id + R"("})"), IsEmpty());
    EXPECT_THAT(tile_faults("saved_chart", R"({"savedChartUuid": null, "chartName": "Old"})"), IsEmpty());
    EXPECT_THAT(tile_faults("saved_chart", R"({"savedChartUuid": null, "title": "Old"})"), IsEmpty());
    EXPECT_THAT(tile_faults("saved_chart", R"({"savedChartUuid": null})"),
                ElementsAre(AllOf(StartsWith("/properties: "), HasSubstr("title or chartName"))));
    EXPECT_THAT(tile_faults("saved_chart", R"({"title": "T"})"), ElementsAre(HasSubstr("needs savedChartUuid")));
}

TEST(NewTile, NeedsWhatItsTypeShows)
{
    EXPECT_THAT(tile_faults("sql_chart", R"({"savedSqlUuid": null})"), IsEmpty());
    EXPECT_THAT(tile_faults("sql_chart", "{}"), ElementsAre(HasSubstr("needs savedSqlUuid")));
    EXPECT_THAT(tile_faults("markdown", R"({"title": "", "content": ""})"), IsEmpty());
    EXPECT_THAT(tile_faults("markdown", "{}"),
                ElementsAre("/properties/title: Is required.", "/properties/content: Is required."));
    EXPECT_THAT(tile_faults("heading", "{}"), ElementsAre("/properties/text: Is required."));
    EXPECT_THAT(tile_faults("loom", R"({"url": "https://www.loom.com/share/1"})"),
                ElementsAre("/properties/title: Is required."));
}

TEST(NewTile, OfAnotherTypeHasNoChart)
{
    EXPECT_THAT(tile_faults("heading", R"({"text": "Hi", "savedChartUuid": ")" + some_id + R"("})"),
                ElementsAre(HasSubstr("Only a saved_chart tile")));
    EXPECT_THAT(tile_faults("heading", R"({"text": "Hi", "savedChartUuid": null})"), IsEmpty());
}

TEST(NewTile, PlaysVideosOverHttpsOnly)
{
    const auto url = [](const std::string& text) {
        return tile_faults("loom", R"({"title": "T", "url": ")" + text + R"("})");
    };
    EXPECT_THAT(url("https://www.loom.com/share/1"), IsEmpty());
    for (const auto* bad : {"http://www.loom.com/share/1", "javascript:alert(1)", "", "//www.loom.com"})
        EXPECT_THAT(url(bad), ElementsAre(HasSubstr("begins with https://"))) << bad;
    EXPECT_THAT(tile_faults("loom", R"({"title": "T"})"), ElementsAre("/properties/url: Is required."));
}

TEST(NewTile, LimitsItsTexts)
{
    const auto markdown = [](std::size_t size) {
        return tile_faults("markdown", R"({"title": "T", "content": ")" + std::string(size, 'm') + R"("})");
    };
    EXPECT_THAT(markdown(64 * 1024), IsEmpty());
    EXPECT_THAT(markdown(64 * 1024 + 1), ElementsAre(HasSubstr("at most 64 KB")));
    EXPECT_THAT(tile_faults("sql_chart", R"({"savedSqlUuid": null, "title": ")" + std::string(1025, 't') + R"("})"),
                ElementsAre(HasSubstr("1,024 characters")));
}

TEST(NewTile, StoresTheMembersOfItsTypeOnly)
{
    EXPECT_EQ(settings("saved_chart", R"({"savedChartUuid": ")" + some_id +
                                          R"(", "title": "T", "hideTitle": true, "chartName": "C", "chartSlug": "c",
                                              "belongsToDashboard": false, "lastVersionChartKind": "line"})"),
              R"({"title":"T","hideTitle":true})");
    EXPECT_EQ(settings("saved_chart", R"({"savedChartUuid": null, "chartName": "Old"})"), R"({"chartName":"Old"})");
    EXPECT_EQ(settings("saved_chart", R"({"savedChartUuid": ")" + some_id + R"("})"), "{}");
    EXPECT_EQ(settings("sql_chart", R"({"savedSqlUuid": ")" + some_id + R"(", "chartName": "S", "content": "x"})"),
              R"({"savedSqlUuid":")" + some_id + R"(","chartName":"S"})");
    EXPECT_EQ(settings("markdown", R"({"title": "T", "content": "# \"x\"", "hideFrame": true, "url": "x"})"),
              R"({"title":"T","content":"# \"x\"","hideFrame":true})");
    EXPECT_EQ(settings("loom", R"({"title": "T", "url": "https://l", "hideTitle": false, "text": "x"})"),
              R"({"title":"T","url":"https://l","hideTitle":false})");
    EXPECT_EQ(settings("heading", R"({"text": "Hi", "showDivider": true, "title": "x"})"),
              R"({"text":"Hi","showDivider":true})");
}

TEST(NewDashboard, NamesAFaultyTileByItsPlaceInTheBody)
{
    EXPECT_THAT(faults_of<new_dashboard>(board(heading + "," + with(heading, R"("h": 1)", R"("h": 0)"))),
                ElementsAre(StartsWith("/tiles/1/h: ")));
}

TEST(NewDashboard, HasAtMostThreeHundredTiles)
{
    EXPECT_THAT(faults_of<new_dashboard>(board(repeated(heading, 300))), IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(board(repeated(heading, 301))),
                ElementsAre("/tiles: Must have at most 300 elements, not 301."));
}

TEST(NewDashboard, HasEveryTileAndTabOnce)
{
    const auto named = with(heading, R"("type")", R"("uuid": ")" + some_id + R"(", "type")");
    EXPECT_THAT(faults_of<new_dashboard>(board(named)), IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(board(named + "," + named)),
                ElementsAre("/tiles: Two tiles have the same uuid."));
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "tabs": [)" + tab(some_id) + "," + tab(other_id) + "]")),
                IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "tabs": [)" + tab(some_id) + "," + tab(some_id) + "]")),
                ElementsAre("/tabs: Two tabs have the same uuid."));
}

TEST(NewDashboard, LimitsItsTabs)
{
    const auto with_tabs = [](std::size_t count) {
        std::string tabs;
        for (std::size_t i = 0; i < count; ++i)
            (tabs += i ? "," : "") += tab(uuid::random().to_string());
        return faults_of<new_dashboard>(board("", R"(, "tabs": [)" + tabs + "]"));
    };
    EXPECT_THAT(with_tabs(50), IsEmpty());
    EXPECT_THAT(with_tabs(51), ElementsAre("/tabs: Must have at most 50 elements, not 51."));
    for (const auto& name : {std::string{}, std::string(256, 't')})
        EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "tabs": [)" + tab(some_id, name) + "]")),
                    ElementsAre(StartsWith("/tabs/0/name: Must have 1 to 255 characters")));
}

TEST(NewDashboard, CountsCharactersNotBytes)
{
    const auto many = [](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i)
            text += "\u00E9";
        return text;
    };
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "tabs": [)" + tab(some_id, many(255)) + "]")), IsEmpty());
    EXPECT_THAT(tile_faults("loom", R"({"url": "https://x", "title": ")" + many(1024) + R"("})"), IsEmpty());
    EXPECT_THAT(tile_faults("loom", R"({"url": "https://x", "title": ")" + many(1025) + R"("})"),
                ElementsAre(HasSubstr("1,024 characters")));
}

TEST(NewDashboard, TakesWhatLightdashsOwnClientsSend)
{
    const auto sent = read_as<new_dashboard>(
        board("", R"(, "filters": {"dimensions": [], "metrics": []}, "version": 1, "dateZoomGranularities": ["Day"])"));
    EXPECT_EQ(json_of(*sent.filters), R"({"dimensions":[],"metrics":[],"tableCalculations":[]})");
    EXPECT_EQ(more_config(sent.date_zoom_granularities)->text, R"({"dateZoomGranularities":["Day"]})");
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"filters": {}, "version": 1, "dateZoomGranularities": []})"),
                IsEmpty());
}

TEST(NewDashboard, IsAtMostTwoMegabytesAsTheDatabaseStoresIt)
{
    const auto parameters = [](const std::string& value) { return board("", R"(, "parameters": [)" + value + "]"); };
    EXPECT_THAT(faults_of<new_dashboard>(parameters('"' + std::string(2'000'000, 'x') + '"')), IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(parameters(repeated("1e-16383", 120'000))),
                ElementsAre(AllOf(StartsWith("/parameters: "), HasSubstr("2160000"), HasSubstr("2097152"))));
    EXPECT_THAT(faults_of<new_dashboard>(parameters(repeated("1e-16383", 110'000))), IsEmpty());
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"config": {"a": ")" + std::string(1'100'000, 'x') +
                                             R"("}, "parameters": {"a": ")" + std::string(1'050'000, 'x') + R"("}})"),
                ElementsAre(StartsWith("/config: ")))
        << "together";
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"config": ")" + std::string(2'100'000, 'x') + R"("})"),
                ElementsAre("/config: Must be at most 2097152 bytes of JSON."));
}

TEST(NewDashboard, PutsTilesOnItsOwnTabsOnly)
{
    const auto placed = with(heading, R"("type")", R"("tabUuid": ")" + some_id + R"(", "type")");
    EXPECT_THAT(faults_of<new_dashboard>(board(placed, R"(, "tabs": [)" + tab(some_id) + "]")), IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(board(placed, R"(, "tabs": [)" + tab(other_id) + "]")),
                ElementsAre(StartsWith("/tiles: Every tabUuid")));
    EXPECT_THAT(faults_of<new_dashboard>(board(placed)), ElementsAre(StartsWith("/tiles: Every tabUuid")));
}

TEST(NewDashboard, ChecksNameSlugAndSpace)
{
    EXPECT_THAT(faults_of<new_dashboard>(with(board(""), "Sales", " ")), ElementsAre("/name: The name is blank."));
    EXPECT_THAT(faults_of<new_dashboard>(with(board(""), "Sales", std::string(256, 'n'))),
                ElementsAre(StartsWith("/name: Must have 1 to 255")));
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "slug": "")")), ElementsAre(StartsWith("/slug: ")));
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "spaceUuid": null)")), IsEmpty());
    EXPECT_THAT(faults_of<new_dashboard>(board("", R"(, "spaceUuid": 7)")), ElementsAre(StartsWith("/spaceUuid: ")));
}

TEST(DashboardChanges, ChecksTabsOfTilesOnlyWhenBothAreReplaced)
{
    const auto placed = with(heading, R"("type")", R"("tabUuid": ")" + some_id + R"(", "type")");
    EXPECT_THAT(faults_of<dashboard_changes>("{}"), IsEmpty());
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"tiles": [)" + placed + "]}"), IsEmpty());
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"tiles": [)" + placed + R"(], "tabs": []})"),
                ElementsAre(StartsWith("/tiles: Every tabUuid")));
    EXPECT_THAT(faults_of<dashboard_changes>(R"({"name": " "})"), ElementsAre("/name: The name is blank."));
}

TEST(TileProperties, OfAChartTellWhatIsKnownOfItNow)
{
    const tile_properties shown{{R"({"title":"T"})"}, chart_id::parse(some_id), "Revenue", "revenue", "line", {}};
    EXPECT_EQ(json_of(shown), R"({"savedChartUuid":")" + some_id +
                                  R"(","belongsToDashboard":false,"chartName":"Revenue","chartSlug":"revenue",)"
                                  R"("lastVersionChartKind":"line","title":"T"})");
    const tile_properties plain{{"{ }"}, chart_id::parse(some_id), "Revenue", "revenue", "line", {}};
    EXPECT_THAT(json_of(plain), ::testing::EndsWith(R"("lastVersionChartKind":"line"})"));
}

TEST(TileProperties, OfADeletedChartTellWhatItWasCalled)
{
    const tile_properties gone{{R"({"chartName":"Old"})"}, std::nullopt, std::nullopt, std::nullopt, "table", {}};
    EXPECT_EQ(json_of(gone), R"({"savedChartUuid":null,"belongsToDashboard":false,"chartName":"Old"})");
}

TEST(TileProperties, OfOtherTilesAreTheirSettings)
{
    const tile_properties text{{R"({"title":"T","content":"# Hi"})"}, {}, {}, {}, {}, {}};
    EXPECT_EQ(json_of(text), R"({"title":"T","content":"# Hi"})");
}

} // namespace
} // namespace lightdash::dashboards
