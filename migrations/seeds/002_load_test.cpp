// A project "Load test" in the demo organization: `scale` times 1,000 dashboards of five tiles over 200 charts. Adds
// what is missing up to that size, by COPY: the rows are made here, so that their number is known while they travel.
// Throws error_kind::usage without the demo organization. One transaction; 1,000 dashboards take well under a second.
#include "lightdash/migrate/code_seed.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <tuple>

namespace {

using lightdash::error;
using lightdash::error_kind;
using lightdash::to_iso8601;
using lightdash::utc_time;
using lightdash::uuid;
using lightdash::migrate::seed_progress;

constexpr std::size_t charts_per_unit = 200;
constexpr std::size_t dashboards_per_unit = 1000;
constexpr std::size_t tiles_per_dashboard = 5;
constexpr std::size_t rows_per_chunk = 500;
constexpr std::string_view metric_query =
    R"({"exploreName": "orders", "dimensions": ["orders_status"], "metrics": ["orders_unique_order_count"], "filters": {}, "sorts": [], "limit": 500, "tableCalculations": []})";

// Who owns it all, and since when.
struct load_test {
    std::string project;
    std::string owner;
    utc_time created;
};

std::string numbered_id(std::string_view kind, std::size_t number)
{
    return fmt::format("{}-0000-4000-8000-{:012x}", kind, number);
}

// The number of "dashboard-17", from 1; 0 when it is none.
std::size_t number_of(std::string_view slug)
{
    std::size_t number = 0;
    const auto digits = slug.substr(slug.rfind('-') + 1);
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return failed == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}

// Hands out the rows `make` appends for each number that is not there yet, some at a time.
template <class Make>
class row_feed {
public:
    row_feed(const std::vector<bool>& present, Make make, const seed_progress& tell)
        : present_(present), make_(std::move(make)), tell_(tell)
    {}

    std::optional<std::string> operator()()
    {
        std::string chunk;
        std::size_t rows = 0;
        for (; at_ < present_.size() && rows < rows_per_chunk; ++at_)
            if (!present_[at_]) {
                make_(chunk, at_ + 1);
                ++rows;
            }
        if (tell_)
            tell_("adding dashboards", at_, present_.size());
        if (chunk.empty())
            return std::nullopt;
        return chunk;
    }

private:
    const std::vector<bool>& present_;
    Make make_;
    const seed_progress& tell_;
    std::size_t at_ = 0;
};

template <class Make>
task<std::uint64_t> copy_missing(pg::transaction& tx, const pg::statement& copy, const std::vector<bool>& present,
                                 Make make, const seed_progress& tell)
{
    return pg::copy_in(tx, copy, row_feed<Make>{present, std::move(make), tell});
}

template <std::size_t Size>
void append_row(std::string& out, const std::array<std::string, Size>& fields)
{
    std::array<std::optional<std::string_view>, Size> views;
    for (std::size_t i = 0; i < Size; ++i)
        if (!fields[i].empty()) // an empty one stands for NULL
            views[i] = fields[i];
    pg::append_copy_row(out, views);
}

std::string seconds_after(utc_time begin, std::size_t number)
{
    return to_iso8601(begin + std::chrono::seconds{number});
}

task<load_test> find_project(pg::transaction& tx, std::uint64_t& added)
{
    static const pg::statement insert{"seed.scale_project", R"(
        insert into projects (id, name, organization_id, dbt_project_type, created_by)
        select '0c000000-0000-4000-8000-00000000000f', 'Load test', u.organization_id, 'none', u.id
        from users u where u.email = 'demo@lightdash.com'
        on conflict do nothing)"};
    static const pg::statement find{"seed.scale_owner", R"(
        select id, created_by, created_at at time zone 'UTC' from projects
        where id = '0c000000-0000-4000-8000-00000000000f')"};
    added = co_await tx.execute(insert);
    const auto found = co_await tx.maybe<std::tuple<uuid, uuid, pg::timestamptz>>(find);
    if (!found)
        throw error{error_kind::usage, "The load test needs the demo data's organization: run 'seed' first."};
    const auto& [project, owner, created] = *found;
    co_return load_test{project.to_string(), owner.to_string(), created};
}

// Which charts are there, and the id of each, whoever gave it.
task<std::vector<bool>> present_charts(pg::transaction& tx, std::vector<std::string>& ids)
{
    static const pg::statement list{"seed.scale_charts_present", R"(
        select slug, id from charts where project_id = '0c000000-0000-4000-8000-00000000000f' and slug like 'chart-%')"};
    std::vector<bool> present(ids.size());
    auto rows = co_await tx.rows<std::tuple<std::string, uuid>>(list);
    for (;;) {
        const auto row = co_await rows.next();
        if (!row)
            break;
        const auto number = number_of(std::get<0>(*row));
        if (number < 1 || number > present.size())
            continue;
        present[number - 1] = true;
        ids[number - 1] = std::get<1>(*row).to_string();
    }
    co_return present;
}

task<std::vector<bool>> present_dashboards(pg::transaction& tx, std::size_t count)
{
    static const pg::statement list{"seed.scale_dashboards_present", R"(
        select slug from dashboards
        where project_id = '0c000000-0000-4000-8000-00000000000f' and slug like 'dashboard-%')"};
    std::vector<bool> present(count);
    auto rows = co_await tx.rows<std::string>(list);
    for (;;) {
        const auto row = co_await rows.next();
        if (!row)
            break;
        const auto number = number_of(*row);
        if (number >= 1 && number <= count)
            present[number - 1] = true;
    }
    co_return present;
}

void append_tiles(std::string& out, std::size_t dashboard, const std::vector<std::string>& charts)
{
    for (std::size_t i = 0; i < tiles_per_dashboard; ++i) {
        const bool note = i + 1 == tiles_per_dashboard;
        append_row<9>(out, {numbered_id("0f0d0000", dashboard * 8 + i), numbered_id("0e0d0000", dashboard),
                            note ? "markdown" : "saved_chart", note ? "" : charts[(dashboard * 4 + i) % charts.size()],
                            std::to_string(i % 2 * 18), std::to_string(i / 2 * 9), "18", "9",
                            note ? R"({"title": "Notes", "content": "Nothing to see here."})" : "{}"});
    }
}

task<seed_counts> grow_load_test(seed_run run)
{
    static const pg::statement copy_charts{
        "seed.copy_charts",
        "copy charts (id, project_id, name, table_name, metric_query, chart_config, slug, created_by, "
        "created_at) from stdin"};
    static const pg::statement copy_dashboards{
        "seed.copy_dashboards",
        "copy dashboards (id, project_id, name, description, slug, created_by, created_at) from stdin"};
    static const pg::statement copy_tiles{
        "seed.copy_tiles",
        "copy dashboard_tiles (id, dashboard_id, tile_type, chart_id, position_x, position_y, width, "
        "height, properties) from stdin"};
    // A load test without statistics would measure the planner's guesses.
    static const pg::statement analyze{"seed.analyze", "analyze projects, charts, dashboards, dashboard_tiles"};

    if (run.scale == 0)
        co_return seed_counts{};
    std::uint64_t projects = 0;
    auto tx = co_await run.db.begin({}, run.until);
    const auto test = co_await find_project(tx, projects);

    std::vector<std::string> charts(run.scale * charts_per_unit);
    const auto charts_there = co_await present_charts(tx, charts);
    for (std::size_t n = 1; n <= charts.size(); ++n)
        if (!charts_there[n - 1])
            charts[n - 1] = numbered_id("0d0d0000", n);
    const auto chart = [&](std::string& out, std::size_t n) {
        append_row<9>(out, {charts[n - 1], test.project, fmt::format("Chart {}", n), "orders",
                            std::string{metric_query}, R"({"type": "table", "config": {}})", fmt::format("chart-{}", n),
                            test.owner, seconds_after(test.created, n)});
    };
    const auto charts_added = co_await copy_missing(tx, copy_charts, charts_there, chart, {});

    const auto there = co_await present_dashboards(tx, run.scale * dashboards_per_unit);
    const auto dashboard = [&](std::string& out, std::size_t n) {
        append_row<7>(out,
                      {numbered_id("0e0d0000", n), test.project, fmt::format("Dashboard {}", n), "Made for load tests",
                       fmt::format("dashboard-{}", n), test.owner, seconds_after(test.created, n)});
    };
    const auto dashboards_added = co_await copy_missing(tx, copy_dashboards, there, dashboard, {});
    const auto tiles = [&](std::string& out, std::size_t n) { append_tiles(out, n, charts); };
    const auto tiles_added = co_await copy_missing(tx, copy_tiles, there, tiles, run.on_progress);

    co_await tx.execute(analyze);
    co_await tx.commit();
    co_return seed_counts{
        {"project", projects}, {"chart", charts_added}, {"dashboard", dashboards_added}, {"tile", tiles_added}};
}

} // namespace

LIGHTDASH_SEED(grow_load_test);
