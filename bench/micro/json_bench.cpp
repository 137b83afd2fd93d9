// Writing and reading a dashboard of twenty tiles, and the worst bodies of promise J9 (to reach: 20 ms per MiB).
#include "lightdash/json/json.hpp"

#include <benchmark/benchmark.h>

namespace lightdash::json {
namespace {

using tile_id = strong_id<struct tile_tag>;
using chart_id = strong_id<struct chart_tag>;
using dashboard_id = strong_id<struct dashboard_tag>;
using organization_id = strong_id<struct organization_tag>;
using project_id = strong_id<struct project_tag>;

enum class tile_type { saved_chart, markdown, heading, loom };
LIGHTDASH_DESCRIBE_ENUM(tile_type, saved_chart, markdown, heading, loom)

struct tile {
    tile_id uuid;
    tile_type type = tile_type::saved_chart;
    int x = 0, y = 0, w = 15, h = 9;
    std::optional<std::string> tab_uuid;
    std::optional<chart_id> saved_chart_uuid;
    std::string title;
    raw properties;
};
LIGHTDASH_DESCRIBE(tile, uuid, type, x, y, w, h, tab_uuid, saved_chart_uuid, title, properties)

struct dashboard {
    dashboard_id uuid;
    organization_id organization_uuid;
    project_id project_uuid;
    std::string name;
    std::optional<std::string> description;
    std::chrono::sys_time<std::chrono::microseconds> created_at, updated_at;
    std::int64_t views = 0;
    double score = 0;
    std::vector<tile> tiles;
};
LIGHTDASH_DESCRIBE(dashboard, uuid, organization_uuid, project_uuid, name, description, created_at, updated_at, views,
                   score, tiles)

dashboard twenty_tiles()
{
    dashboard made;
    made.uuid.value = uuid::random();
    made.organization_uuid.value = uuid::random();
    made.project_uuid.value = uuid::random();
    made.name = "Monthly recurring revenue";
    made.description = "What the board looks at: \"net\" and gross revenue per région.";
    made.created_at = made.updated_at = std::chrono::sys_days{std::chrono::year{2026} / 11 / 22};
    made.views = 9007199254740993;
    made.score = 0.30000000000000004;
    for (int i = 0; i < 20; ++i) {
        tile t;
        t.uuid.value = uuid::random();
        t.saved_chart_uuid = chart_id{uuid::random()};
        t.x = i % 2 * 15;
        t.y = i / 2 * 9;
        t.title = "Revenue of the quarter by channel and region";
        t.properties.text = R"({"chartName":"Revenue","hideTitle":false,"belongsToDashboard":true})";
        made.tiles.push_back(std::move(t));
    }
    return made;
}

std::string text_of(const dashboard& d)
{
    std::string out;
    write(out, d);
    return out;
}

void count_bytes(benchmark::State& state, std::size_t bytes)
{
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes) * static_cast<std::int64_t>(state.iterations()));
}

void write_dashboard(benchmark::State& state)
{
    const auto d = twenty_tiles();
    std::size_t size = 0;
    for (auto _ : state) {
        std::string out;
        write(out, d);
        size = out.size();
        benchmark::DoNotOptimize(out.data());
    }
    count_bytes(state, size);
}
BENCHMARK(write_dashboard);

void parse_dashboard(benchmark::State& state)
{
    const auto text = text_of(twenty_tiles());
    for (auto _ : state)
        benchmark::DoNotOptimize(value::parse(text));
    count_bytes(state, text.size());
}
BENCHMARK(parse_dashboard);

void read_dashboard(benchmark::State& state)
{
    const auto text = text_of(twenty_tiles());
    for (auto _ : state)
        benchmark::DoNotOptimize(read_body<dashboard>(*value::parse(text)).tiles.size());
    count_bytes(state, text.size());
}
BENCHMARK(read_dashboard);

void write_plain_text(benchmark::State& state)
{
    const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
    std::string out;
    for (auto _ : state) {
        out.clear();
        write_text(out, text);
        benchmark::DoNotOptimize(out.data());
    }
    count_bytes(state, text.size());
}
BENCHMARK(write_plain_text)->Arg(16)->Arg(4096);

std::string repeated(std::string_view before, std::string_view piece, std::string_view after)
{
    std::string text{before};
    while (text.size() < 1024 * 1024)
        text += piece;
    return text += after;
}

std::string many_names()
{
    std::string text = "{";
    for (int i = 0; text.size() < 1024 * 1024; ++i)
        text += '"' + std::to_string(i) + "\":0,";
    return text + "\"z\":0}";
}

void parse_hostile(benchmark::State& state, const std::string& text)
{
    for (auto _ : state) {
        try {
            benchmark::DoNotOptimize(value::parse(text));
        } catch (const error& refused) {
            benchmark::DoNotOptimize(refused.what());
        }
    }
    count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(parse_hostile, brackets, repeated("", "[", ""))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_hostile, digits, repeated("", "7", ""))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_hostile, escapes, repeated("\"", "\\u00e4\\n", "\""))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_hostile, one_name, repeated("{\"", "k", "\":1}"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_hostile, many_names, many_names())->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse_hostile, zeros, repeated("[", "0,", "0]"))->Unit(benchmark::kMillisecond);

struct few_tiles {
    list<tile, 300> tiles;
};
LIGHTDASH_DESCRIBE(few_tiles, tiles)

// A list of more than the struct takes, parsed in the steps in which the server does.
void refuse_endless(benchmark::State& state, const std::string& text)
{
    for (auto _ : state) {
        parsing steps{text};
        while (!steps.step(64 * 1024)) {
        }
        const auto parsed = steps.result();
        faults found;
        few_tiles made;
        benchmark::DoNotOptimize(read(reader{*parsed, found}, made));
    }
    count_bytes(state, text.size());
}
BENCHMARK_CAPTURE(refuse_endless, ones, repeated("{\"tiles\":[", "1,", "1]}"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(refuse_endless, objects, repeated("{\"tiles\":[", "{},", "{}]}"))->Unit(benchmark::kMillisecond);

} // namespace
} // namespace lightdash::json
