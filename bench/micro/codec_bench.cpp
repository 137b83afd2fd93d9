// What a row costs between libpq and a struct, and what the parameters of a statement cost on their way out.
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/row.hpp"

#include "../../src/pg/wire/result_access.hpp"

#include <benchmark/benchmark.h>

namespace lightdash::pg {
namespace {

struct wide_row {
    uuid id;
    std::string name;
    std::optional<std::string> description;
    std::int32_t version = 0;
    std::int64_t views = 0;
    bool deleted = false;
    double score = 0;
    timestamptz created_at;
    timestamptz updated_at;
    json_text settings;
};
LIGHTDASH_DESCRIBE(wide_row, id, name, description, version, views, deleted, score, created_at, updated_at, settings)

template <class T>
std::string wire(const T& value)
{
    std::string out;
    codec<T>::encode(value, out);
    return out;
}

result wide_rows(int count)
{
    static constexpr oid types[] = {oid::uuid,    oid::text,   oid::text,        oid::int4,        oid::int8,
                                    oid::boolean, oid::float8, oid::timestamptz, oid::timestamptz, oid::jsonb};
    result_ptr made{PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK)};
    static constexpr auto names = member_names<wide_row>();
    std::vector<PGresAttDesc> columns;
    for (std::size_t i = 0; i < names.size(); ++i)
        columns.push_back({const_cast<char*>(names[i].data()), 0, 0, 1, static_cast<Oid>(types[i]), -1, -1});
    PQsetResultAttrs(made.get(), static_cast<int>(columns.size()), columns.data());
    const std::string values[] = {wire(uuid{}),
                                  "Quarterly revenue by region",
                                  "A text of the usual length for a description",
                                  wire(std::int32_t{3}),
                                  wire(std::int64_t{12345}),
                                  wire(true),
                                  wire(0.75),
                                  wire(timestamptz{}),
                                  wire(timestamptz{}),
                                  std::string{"\1{\"filters\": []}"}};
    for (int row = 0; row < count; ++row)
        for (int column = 0; column < static_cast<int>(names.size()); ++column) {
            const auto& value = values[column];
            PQsetvalue(made.get(), row, column, const_cast<char*>(value.data()), static_cast<int>(value.size()));
        }
    return result_access::all(std::move(made));
}

void decode_row_of_ten_columns(benchmark::State& state)
{
    const auto rows = wide_rows(1);
    for (auto _ : state)
        benchmark::DoNotOptimize(map_row<wide_row>(rows, 0));
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_row_of_ten_columns);

void decode_hundred_rows_of_ten_columns(benchmark::State& state)
{
    const auto rows = wide_rows(100);
    for (auto _ : state)
        benchmark::DoNotOptimize(map_all<wide_row>(rows));
    state.SetItemsProcessed(state.iterations() * 100);
}
BENCHMARK(decode_hundred_rows_of_ten_columns);

void encode_uuid_int_text(benchmark::State& state)
{
    const uuid id;
    const std::string text = "Quarterly revenue by region";
    for (auto _ : state)
        benchmark::DoNotOptimize(params::of(id, std::int32_t{20}, text));
}
BENCHMARK(encode_uuid_int_text);

} // namespace
} // namespace lightdash::pg
