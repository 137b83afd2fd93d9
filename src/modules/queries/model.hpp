// Queries of a warehouse: what is told and taken of them.
#pragma once

#include "lightdash/api/gate.hpp"
#include "lightdash/core/deadline.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/json/json.hpp"
#include "modules/explores/model.hpp"
#include "modules/queries/row_text.hpp"
#include "modules/shared/ids.hpp"
#include "modules/shared/values.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::queries {

inline constexpr std::int32_t usual_rows = 500, most_rows = explores::most_query_rows;
inline constexpr std::int64_t usual_page = 500, largest_page = 2500;
inline constexpr std::size_t most_waiting = 100; // for one connection, of all processes

enum class query_status : unsigned char { pending, queued, executing, ready, error, cancelled, expired };
LIGHTDASH_DESCRIBE_ENUM(query_status, pending, queued, executing, ready, error, cancelled, expired)

// A value of a statement, in PostgreSQL's text format.
struct query_argument {
    std::uint32_t type; // its OID, 0 for what the statement says itself
    std::optional<std::string> value;
};
LIGHTDASH_DESCRIBE(query_argument, type, value)

// One statement for the warehouse of a project, and what is known of its answer.
struct question {
    std::string statement;
    std::vector<query_argument> arguments;
    std::vector<result_column> columns; // none: as the rows come
    std::string timezone = "UTC";
    std::int32_t row_limit = usual_rows;
    std::string context;
    std::optional<std::string> explore_name, explore_etag;
    std::optional<chart_id> chart;
    std::optional<std::string> metric_query; // JSON
    std::string fields = "{}";               // JSON
    std::vector<std::string> warnings;       // for people
    bool invalidate_cache = false;
};

struct cache_metadata {
    bool cache_hit;
    json::omittable<pg::timestamptz> cache_updated_time, cache_expires_at;
    json::omittable<std::string> cache_key;
};
LIGHTDASH_DESCRIBE(cache_metadata, cache_hit, cache_updated_time, cache_expires_at, cache_key)

// What is told when a query was begun.
struct begun_query {
    query_id query_uuid;
    cache_metadata cache_metadata;
    json::omittable<json::raw> metric_query;
    json::raw fields;
    std::vector<std::string> warnings;
    std::vector<std::string> parameter_references;
    json::raw used_parameters_values;
};
LIGHTDASH_DESCRIBE(begun_query, query_uuid, cache_metadata, metric_query, fields, warnings, parameter_references,
                   used_parameters_values)

// The body of POST /api/v2/projects/{project}/query/sql.
struct sql_query {
    std::string sql;
    std::optional<std::int32_t> limit;
    std::optional<std::string> context;
    std::optional<bool> invalidate_cache;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(sql_query, sql, limit, context, invalidate_cache)

// A metric query, and the text of it.
struct asked_query : explores::metric_query {
    static constexpr std::string_view json_schema =
        R"({"type":"object","required":["exploreName","dimensions","metrics"],"properties":{)"
        R"("exploreName":{"type":"string"},"dimensions":{"type":"array","items":{"type":"string"}},)"
        R"("metrics":{"type":"array","items":{"type":"string"}},"filters":{"type":"object"},)"
        R"("sorts":{"type":"array","items":{"type":"object"}},"limit":{"type":"integer"},)"
        R"("tableCalculations":{"type":"array","items":{"type":"object"}}}})";
    json::raw text;
};
bool read_json(const json::reader& at, asked_query& into);

// The body of POST /api/v2/projects/{project}/query/metric-query.
struct metric_query_request {
    asked_query query;
    std::optional<std::string> context;
    std::optional<bool> invalidate_cache;
    std::optional<json::raw> parameters; // of this version's explores there are none
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(metric_query_request, query, context, invalidate_cache, parameters)

// The body of POST /api/v2/projects/{project}/query/chart.
struct chart_query_request {
    chart_id chart_uuid;
    std::optional<std::int32_t> limit;
    std::optional<std::string> context;
    std::optional<bool> invalidate_cache;
    std::optional<json::raw> parameters;
    void validate(json::faults& faults) const;
};
LIGHTDASH_DESCRIBE(chart_query_request, chart_uuid, limit, context, invalidate_cache, parameters)

// GET /api/v2/projects/{project}/query/{query}: a page, or why there is none.
struct query_answer {
    query_id query_uuid;
    query_status status;
    json::omittable<std::string> error;
    json::omittable<json::raw> rows, columns;
    json::omittable<std::int64_t> page, page_size, next_page, previous_page, total_results, total_page_count,
        initial_query_execution_ms, results_page_execution_ms;
    json::omittable<json::raw> pivot_details; // null
};
LIGHTDASH_DESCRIBE(query_answer, query_uuid, status, error, rows, columns, page, page_size, next_page, previous_page,
                   total_results, total_page_count, initial_query_execution_ms, results_page_execution_ms,
                   pivot_details)

// The query string of it.
struct results_query {
    std::optional<std::string> page, page_size, wait;
};
LIGHTDASH_DESCRIBE(results_query, page, page_size, wait)

} // namespace lightdash::queries
