// What a scraper reads: Prometheus' text exposition format, version 0.0.4, and the figures of the HTTP server in it.
//
// One thread, no locks: observing is a hash lookup and a few additions.
#pragma once

#include "lightdash/http/response.hpp"
#include "lightdash/http/server.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::http {

using metric_label = std::pair<std::string_view, std::string_view>;
using metric_labels = std::initializer_list<metric_label>;

// Counts observations in fixed buckets; the last, +Inf, is implied.
class histogram {
public:
    // `bounds`: upper limits in rising order; must outlive the histogram.
    explicit histogram(std::span<const double> bounds) : bounds_(bounds), counts_(bounds.size() + 1) {}

    void observe(double value) noexcept;
    std::uint64_t count() const noexcept { return count_; }
    double sum() const noexcept { return sum_; }
    std::span<const double> bounds() const noexcept { return bounds_; }
    std::span<const std::uint64_t> counts() const noexcept { return counts_; } // per bucket, not cumulative

private:
    std::span<const double> bounds_;
    std::vector<std::uint64_t> counts_;
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

// Writes families one after the other: head() once, then its samples.
class metrics_writer {
public:
    enum class type : unsigned char { counter, gauge, histogram };

    // Names match [a-zA-Z_:][a-zA-Z0-9_:]*; `help` is one sentence.
    void head(std::string_view name, type kind, std::string_view help);
    void sample(std::string_view name, double value, metric_labels labels = {});
    void sample(std::string_view name, std::uint64_t value, metric_labels labels = {});
    void sample(std::string_view name, const histogram& value, metric_labels labels = {});

    // head() and one sample.
    void counter(std::string_view name, std::string_view help, std::uint64_t value);
    void gauge(std::string_view name, std::string_view help, double value);

    std::string take() noexcept { return std::move(text_); }

private:
    void begin_sample(std::string_view name, std::string_view suffix, metric_labels labels,
                      std::string_view upper_bound = {});
    void append_number(double value);
    void append_number(std::uint64_t value);

    std::string text_;
};

// Of every finished request (promises O1). Series are bounded by routes × methods × statuses: requests that matched no
// route share one, as do unknown methods.
class http_metrics {
public:
    http_metrics();
    http_metrics(const http_metrics&) = delete;
    http_metrics& operator=(const http_metrics&) = delete;
    ~http_metrics();

    // `done`'s route must outlive this: it is a route's pattern.
    void observe(const access_record& done);
    void write(metrics_writer& out, const server_stats& server) const;

private:
    struct series;
    struct content;
    std::unique_ptr<content> content_;
};

// What /metrics answers: each part appends its own families, in the order they were added.
class metrics_page {
public:
    using part = std::function<void(metrics_writer&)>;

    void add(part writes) { parts_.push_back(std::move(writes)); }
    std::string text() const;
    // As a handler's answer, with the format's own content type.
    response answer() const;
    // For route::produces.
    static constexpr std::string_view media_type = "text/plain";

private:
    std::vector<part> parts_;
};

} // namespace lightdash::http
