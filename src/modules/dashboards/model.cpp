#include "modules/dashboards/model.hpp"

#include "modules/shared/stored_json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace lightdash::dashboards {
namespace {

using json::faults;

// api.md 2.7
constexpr std::int32_t grid_width = 36;
constexpr std::int32_t lowest_row = 10'000;
constexpr std::int32_t tallest_tile = 500;
constexpr std::size_t longest_markdown = 64 * 1024;
constexpr std::size_t longest_title = 1024;
constexpr std::size_t largest_dashboard = 2 * 1024 * 1024;

void check_title(faults& faults, std::string_view title)
{
    faults.require(json::characters_in(title) <= longest_title, "title", "A title has at most 1,024 characters.");
}

void check_tabs(faults& faults, const std::vector<dashboard_tab>& tabs)
{
    std::unordered_set<uuid> seen;
    for (const auto& tab : tabs)
        faults.require(seen.insert(tab.uuid).second, "tabs", "Two tabs have the same uuid.");
}

// `tabs` null: they stay as they are, and only the database knows them.
void check_tiles(faults& faults, const std::vector<new_tile>& tiles, const std::vector<dashboard_tab>* tabs)
{
    std::unordered_set<uuid> seen;
    for (const auto& tile : tiles) {
        if (tile.uuid)
            faults.require(seen.insert(tile.uuid->value).second, "tiles", "Two tiles have the same uuid.");
        if (!tile.tab_uuid || !tabs)
            continue;
        const bool listed = std::any_of(tabs->begin(), tabs->end(),
                                        [&](const dashboard_tab& tab) { return tab.uuid == *tile.tab_uuid; });
        faults.require(listed, "tiles", "Every tabUuid must be one of the dashboard's tabs.");
    }
}

void check_name(faults& faults, std::string_view name)
{
    faults.text_length("name", name, 1, 255);
    faults.require(name.find_first_not_of(" \t\r\n") != std::string_view::npos, "name", "The name is blank.");
}

// Of what was sent: `parts` is a new dashboard or the changes of one.
template <class Parts>
void check_size(faults& faults, const Parts& parts, const std::vector<new_tile>& tiles)
{
    std::size_t size = 0;
    std::string_view largest;
    std::size_t of_largest = 0;
    const auto add = [&](std::string_view member, std::size_t bytes) {
        size += bytes;
        if (bytes >= of_largest)
            largest = member;
        of_largest = std::max(of_largest, bytes);
    };
    std::size_t of_tiles = 0;
    for (const auto& tile : tiles)
        of_tiles += stored_size(tile.settings());
    add("tiles", of_tiles);
    if (parts.filters)
        add("filters", stored_size_of(*parts.filters));
    if (parts.parameters)
        add("parameters", stored_size(parts.parameters->text));
    if (parts.config)
        add("config", stored_size(parts.config->text));
    if (size > largest_dashboard)
        faults.add(largest,
                   fmt::format("The dashboard's parts are {} bytes as the database stores them; at most {} are taken.",
                               size, largest_dashboard));
}

void append_members(std::string& out, std::string_view object)
{
    const auto first = object.find('{');
    const auto last = object.rfind('}');
    if (first == std::string_view::npos || last == std::string_view::npos)
        return;
    const auto members = object.substr(first + 1, last - first - 1);
    if (members.find_first_not_of(" \t\r\n") == std::string_view::npos)
        return;
    out += ',';
    append_as_written(out, members);
}

} // namespace

void write_json(std::string& out, const tile_properties& properties)
{
    if (!properties.chart_kind) { // no chart belongs to this type of tile
        append_as_written(out, properties.settings.text);
        return;
    }
    out += R"({"savedChartUuid":)";
    json::write(out, properties.saved_chart_uuid);
    out += R"(,"belongsToDashboard":)";
    json::write(out, properties.belongs_to_dashboard.value_or(false));
    if (properties.saved_chart_uuid) { // a deleted chart's name is among the settings
        out += R"(,"chartName":)";
        json::write(out, properties.chart_name);
        out += R"(,"chartSlug":)";
        json::write(out, properties.chart_slug);
        out += R"(,"lastVersionChartKind":)";
        json::write(out, properties.chart_kind);
    }
    append_members(out, properties.settings.text);
    out += '}';
}

void new_tile::validate(json::faults& faults) const
{
    faults.range("x", x, 0, grid_width - 1);
    faults.range("w", w, 1, grid_width);
    faults.require(std::int64_t{x} + w <= grid_width, "w", "The tile must end within the grid's 36 columns (x + w).");
    faults.range("y", y, 0, lowest_row - 1);
    faults.range("h", h, 1, tallest_tile);
}

std::optional<chart_id> new_tile::chart() const
{
    const auto* shown = std::get_if<chart_tile>(&properties);
    return shown != nullptr ? shown->saved_chart_uuid.value : std::nullopt;
}

std::string new_tile::settings() const
{
    std::string text;
    if (const auto* shown = std::get_if<chart_tile>(&properties))
        json::write(text, shown->kept());
    else
        json::write(text, properties);
    make_stored(text);
    return text;
}

void chart_tile::validate(json::faults& faults) const
{
    faults.require(saved_chart_uuid.present, "",
                   "A saved_chart tile needs savedChartUuid (null when its chart was deleted).");
    faults.require(saved_chart_uuid.value || title || chart_name, "",
                   "A tile whose chart was deleted needs its title or chartName.");
    check_title(faults, title.value_or(""));
}

chart_settings chart_tile::kept() const
{
    chart_settings made = *this;
    if (saved_chart_uuid.value)
        made.chart_name.reset();
    return made;
}

bool read_json(const json::reader& at, no_chart& /*into*/)
{
    at.fault("Only a saved_chart tile has a savedChartUuid.");
    return false;
}

void sql_chart_tile::validate(json::faults& faults) const
{
    faults.require(saved_sql_uuid.present, "", "An sql_chart tile needs savedSqlUuid.");
    check_title(faults, title.value_or(""));
}

void markdown_tile::validate(json::faults& faults) const
{
    faults.require(content.size() <= longest_markdown, "content", "Markdown has at most 64 KB.");
    check_title(faults, title);
}

void loom_tile::validate(json::faults& faults) const
{
    faults.require(url.starts_with("https://"), "url", "A loom tile needs a url that begins with https://.");
    check_title(faults, title);
}

void dashboard_tab::validate(json::faults& faults) const
{
    faults.text_length("name", name, 1, 255);
}

std::optional<json::raw> more_config(const json::omittable<std::vector<std::string>>& zoom_granularities)
{
    if (!zoom_granularities)
        return std::nullopt;
    json::raw made{R"({"dateZoomGranularities":)"};
    json::write(made.text, *zoom_granularities);
    made.text += '}';
    return made;
}

void new_dashboard::validate(json::faults& faults) const
{
    static const dashboard_tabs no_tabs;
    check_name(faults, name);
    faults.require(!slug || !slug->empty(), "slug", "It is empty: leave it out to have one made.");
    if (tabs)
        check_tabs(faults, *tabs);
    check_tiles(faults, tiles, tabs ? &*tabs : &no_tabs);
    if (faults.empty()) // a tile with a fault may have no settings
        check_size(faults, *this, tiles);
}

void dashboard_changes::validate(json::faults& faults) const
{
    if (name)
        check_name(faults, *name);
    if (tabs)
        check_tabs(faults, *tabs);
    if (tiles)
        check_tiles(faults, *tiles, tabs ? &*tabs : nullptr);
    static const new_tiles no_tiles;
    if (faults.empty())
        check_size(faults, *this, tiles ? *tiles : no_tiles);
}

void dashboard_copy::validate(json::faults& faults) const
{
    if (!dashboard_name)
        return;
    faults.text_length("dashboardName", *dashboard_name, 1, 255);
    faults.require(dashboard_name->find_first_not_of(" \t\r\n") != std::string::npos, "dashboardName",
                   "The name is blank.");
}

bool read_json(const json::reader& at, dashboard_request& into)
{
    bool names_copy = at.kind() == json::node_kind::object && at.children() == 0;
    if (!names_copy && at.kind() == json::node_kind::object)
        at.each_member([&](std::string_view name, const json::reader&) {
            names_copy = names_copy || name == "dashboardName" || name == "dashboardDesc";
        });
    return names_copy ? json::read(at, into.copy.emplace()) : json::read(at, into.dashboard.emplace());
}

void dashboard_request::write_schema(std::string& out, api::schemas& known, api::direction way)
{
    out += R"({"anyOf":[)";
    api::write_schema<new_dashboard>(out, known, way);
    out += ',';
    api::write_schema<dashboard_copy>(out, known, way);
    out += "]}";
}

} // namespace lightdash::dashboards
