#include "lightdash/http/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>
#include <unordered_map>

namespace lightdash::http {

namespace {

// Seconds; OpenTelemetry's advice for http.server.request.duration.
constexpr std::array duration_bounds{.005, .01, .025, .05, .075, .1, .25, .5, .75, 1., 2.5, 5., 7.5, 10.};
constexpr std::array size_bounds{100., 1'000., 10'000., 100'000., 1'000'000., 10'000'000.}; // bytes

std::string_view type_name(metrics_writer::type kind) noexcept
{
    switch (kind) {
    case metrics_writer::type::counter:
        return "counter";
    case metrics_writer::type::gauge:
        return "gauge";
    case metrics_writer::type::histogram:
        return "histogram";
    }
    return "untyped";
}

void append_escaped(std::string& out, std::string_view text, bool quoted)
{
    for (char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && quoted)
            out += "\\\"";
        else
            out += c;
    }
}

} // namespace

void histogram::observe(double value) noexcept
{
    const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
    ++counts_[static_cast<std::size_t>(bucket)];
    ++count_;
    sum_ += value;
}

void metrics_writer::head(std::string_view name, type kind, std::string_view help)
{
    text_ += "# HELP ";
    text_ += name;
    text_ += ' ';
    append_escaped(text_, help, false);
    text_ += "\n# TYPE ";
    text_ += name;
    text_ += ' ';
    text_ += type_name(kind);
    text_ += '\n';
}

void metrics_writer::append_number(double value)
{
    if (std::isnan(value))
        text_ += "NaN";
    else if (std::isinf(value))
        text_ += value > 0 ? "+Inf" : "-Inf";
    else
        fmt::format_to(std::back_inserter(text_), "{}", value);
}

void metrics_writer::append_number(std::uint64_t value)
{
    fmt::format_to(std::back_inserter(text_), "{}", value);
}

// Everything of the line but its value.
void metrics_writer::begin_sample(std::string_view name, std::string_view suffix, metric_labels labels,
                                  std::string_view upper_bound)
{
    text_ += name;
    text_ += suffix;
    char before = '{';
    const auto add = [&](std::string_view label, std::string_view value) {
        text_ += std::exchange(before, ',');
        text_ += label;
        text_ += "=\"";
        append_escaped(text_, value, true);
        text_ += '"';
    };
    for (const auto& [label, value] : labels)
        add(label, value);
    if (!upper_bound.empty())
        add("le", upper_bound);
    text_ += before == ',' ? "} " : " ";
}

void metrics_writer::sample(std::string_view name, double value, metric_labels labels)
{
    begin_sample(name, "", labels);
    append_number(value);
    text_ += '\n';
}

void metrics_writer::sample(std::string_view name, std::uint64_t value, metric_labels labels)
{
    begin_sample(name, "", labels);
    append_number(value);
    text_ += '\n';
}

void metrics_writer::sample(std::string_view name, const histogram& value, metric_labels labels)
{
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i <= value.bounds().size(); ++i) {
        so_far += value.counts()[i];
        const auto bound = i < value.bounds().size() ? fmt::format("{}", value.bounds()[i]) : std::string{"+Inf"};
        begin_sample(name, "_bucket", labels, bound);
        append_number(so_far);
        text_ += '\n';
    }
    begin_sample(name, "_sum", labels);
    append_number(value.sum());
    text_ += '\n';
    begin_sample(name, "_count", labels);
    append_number(value.count());
    text_ += '\n';
}

void metrics_writer::counter(std::string_view name, std::string_view help, std::uint64_t value)
{
    head(name, type::counter, help);
    sample(name, value);
}

void metrics_writer::gauge(std::string_view name, std::string_view help, double value)
{
    head(name, type::gauge, help);
    sample(name, value);
}

struct http_metrics::series {
    std::string_view route;
    method verb;
    unsigned status;
    histogram duration{duration_bounds};
    histogram request_size{size_bounds};
    histogram response_size{size_bounds};
};

struct http_metrics::content {
    struct key {
        const char* route; // patterns are compared by address: each route has one
        method verb;
        unsigned status;
        bool operator==(const key&) const = default;
    };
    struct key_hash {
        std::size_t operator()(const key& k) const noexcept
        {
            const auto mixed = static_cast<std::size_t>(k.verb) * 1000 + k.status;
            return std::hash<const char*>{}(k.route) ^ (mixed * 0x9e3779b97f4a7c15ULL);
        }
    };
    std::unordered_map<key, series, key_hash> of;
};

http_metrics::http_metrics() : content_(std::make_unique<content>()) {}
http_metrics::~http_metrics() = default;

void http_metrics::observe(const access_record& done)
{
    const auto route = done.account.route;
    const content::key key{route.empty() ? nullptr : route.data(), done.verb, done.status};
    auto at = content_->of.find(key);
    if (at == content_->of.end())
        at = content_->of.emplace(key, series{.route = route, .verb = done.verb, .status = done.status}).first;
    auto& found = at->second;
    found.duration.observe(std::chrono::duration<double>(done.time).count());
    found.request_size.observe(static_cast<double>(done.request_bytes));
    found.response_size.observe(static_cast<double>(done.response_bytes));
}

void http_metrics::write(metrics_writer& out, const server_stats& server) const
{
    // A stable order, so that two scrapes can be compared.
    std::map<std::tuple<std::string_view, method, unsigned>, const series*> sorted;
    for (const auto& [key, each] : content_->of)
        sorted.emplace(std::tuple{each.route, each.verb, each.status}, &each);
    const auto family = [&](std::string_view name, std::string_view help, const histogram series::* which) {
        out.head(name, metrics_writer::type::histogram, help);
        for (const auto& [key, each] : sorted)
            out.sample(name, each->*which,
                       {{"http_request_method", to_string(each->verb)},
                        {"http_route", each->route},
                        {"http_response_status_code", fmt::format_int{each->status}.c_str()}});
    };
    family("http_server_request_duration_seconds", "Time from the complete header to the complete answer.",
           &series::duration);
    family("http_server_request_size_bytes", "Header and body of requests.", &series::request_size);
    family("http_server_response_size_bytes", "Header and body of responses.", &series::response_size);

    out.gauge("http_server_active_requests", "Requests being handled now.",
              static_cast<double>(server.active_requests));
    out.gauge("http_server_connections", "Connections open now.", static_cast<double>(server.connections));
    out.counter("http_server_accepted_connections_total", "Connections accepted.", server.accepted);
    out.counter("http_server_refused_connections_total", "Connections beyond the limit: answered 503 and closed.",
                server.refused);
    out.counter("http_server_accept_pauses_total", "Times that accepting paused 100 ms for want of descriptors.",
                server.accept_pauses);
    out.counter("http_server_evicted_connections_total",
                "Connections of unknown clients, closed to make room for others.", server.evicted);
    out.head("http_server_overload_refusals_total", metrics_writer::type::counter,
             "Requests answered 503 before they were read, by what was used up.");
    out.sample("http_server_overload_refusals_total", server.overloaded, {{"reason", "database_queue"}});
    out.sample("http_server_overload_refusals_total", server.too_many_bodies, {{"reason", "body_memory"}});
    out.gauge("http_server_body_bytes", "Bytes of request bodies held now.", static_cast<double>(server.body_bytes));
    out.counter("http_server_bad_requests_total", "Requests refused without a handler, their connection closed.",
                server.bad_requests);
    out.counter("http_server_clients_left_total", "Clients that left before they had their whole answer.",
                server.client_left);
}

std::string metrics_page::text() const
{
    metrics_writer out;
    for (const auto& part : parts_)
        part(out);
    return out.take();
}

response metrics_page::answer() const
{
    response made;
    made.body = text();
    made.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return made;
}

} // namespace lightdash::http
