// What a query costs to build and compile, and what a prepared one costs to fill. Allocations are counted: the design
// allows one per step of the builder, and none for text when a prepared statement is filled.
#include "lightdash/sql/builder.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};
} // namespace

void* operator new(std::size_t size)
{
    allocations.fetch_add(1, std::memory_order_relaxed);
    if (void* made = std::malloc(size))
        return made;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept
{
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept
{
    std::free(memory);
}

namespace lightdash::sql {
namespace {

const uuid project = uuid::random();

// Ten clauses in fourteen steps.
constexpr double steps = 14;

select ten_clauses()
{
    return select("d.id", "d.name", "d.description", "u.first_name", "u.last_name")
        .distinct()
        .with("recent", raw("select dashboard_id from views where seen_at > now() - interval '1 day'"))
        .from("dashboards as d")
        .left_join("users as u", "u.id", "d.created_by")
        .where("d.project_id", project)
        .where_null("d.deleted_at")
        .where("d.views_count", ">=", 10)
        .group_by("d.id", "u.id")
        .having("d.views_count", "<", 1000)
        .order_by("d.created_at", desc)
        .order_by("d.id")
        .limit(25)
        .offset(50);
}

class counted {
public:
    explicit counted(benchmark::State& state) : state_(state), before_(allocations) {}
    counted(const counted&) = delete;
    counted& operator=(const counted&) = delete;
    ~counted()
    {
        const auto made = static_cast<double>(allocations - before_) / static_cast<double>(state_.iterations());
        state_.counters["allocations"] = made;
    }

private:
    benchmark::State& state_;
    std::size_t before_;
};

void build_ten_clauses(benchmark::State& state)
{
    {
        const counted here{state};
        for (auto _ : state)
            benchmark::DoNotOptimize(ten_clauses());
    }
    state.counters["per_step"] = state.counters["allocations"] / steps;
}
BENCHMARK(build_ten_clauses);

void compile_ten_clauses(benchmark::State& state)
{
    const auto query = ten_clauses();
    const counted here{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(query.compile());
}
BENCHMARK(compile_ten_clauses);

void build_and_compile_ten_clauses(benchmark::State& state)
{
    const counted here{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(ten_clauses().compile());
}
BENCHMARK(build_and_compile_ten_clauses);

void fill_prepared(benchmark::State& state)
{
    const auto find = select("id", "name")
                          .from("dashboards")
                          .where("project_id", param<uuid>())
                          .limit(param<std::int64_t>())
                          .named<uuid, std::int64_t>("dashboards.list");
    const counted here{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(find(project, 25));
}
BENCHMARK(fill_prepared);

// The same values without a builder: what filling is compared with.
void encode_the_same_values(benchmark::State& state)
{
    const counted here{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(pg::params::of(project, std::int64_t{25}));
}
BENCHMARK(encode_the_same_values);

void write_ten_clauses_for_people(benchmark::State& state)
{
    const auto query = ten_clauses();
    const counted here{state};
    for (auto _ : state)
        benchmark::DoNotOptimize(query.to_string());
}
BENCHMARK(write_ten_clauses_for_people);

} // namespace
} // namespace lightdash::sql
