#include "lightdash/http/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Histogram, CountsAValueOnABoundInThatBucket)
{
    static constexpr double bounds[] = {1, 2};
    histogram h{bounds};
    for (double value : {0.5, 1.0, 1.5, 2.0, 3.0})
        h.observe(value);
    EXPECT_THAT(h.counts(), ::testing::ElementsAre(2, 2, 1));
    EXPECT_EQ(h.count(), 5U);
    EXPECT_DOUBLE_EQ(h.sum(), 8.0);
}

TEST(MetricsWriter, WritesTheTextFormat)
{
    static constexpr double bounds[] = {0.5, 10};
    histogram h{bounds};
    h.observe(0.25);
    h.observe(100);
    metrics_writer out;
    out.counter("a_total", "How many.", 3);
    out.gauge("b", "Line\nbreak and \\.", 1.5);
    out.head("c_seconds", metrics_writer::type::histogram, "Long.");
    out.sample("c_seconds", h, {{"route", "/a\"b\\c\n"}});
    EXPECT_EQ(out.take(), "# HELP a_total How many.\n"
                          "# TYPE a_total counter\n"
                          "a_total 3\n"
                          "# HELP b Line\\nbreak and \\\\.\n"
                          "# TYPE b gauge\n"
                          "b 1.5\n"
                          "# HELP c_seconds Long.\n"
                          "# TYPE c_seconds histogram\n"
                          "c_seconds_bucket{route=\"/a\\\"b\\\\c\\n\",le=\"0.5\"} 1\n"
                          "c_seconds_bucket{route=\"/a\\\"b\\\\c\\n\",le=\"10\"} 1\n"
                          "c_seconds_bucket{route=\"/a\\\"b\\\\c\\n\",le=\"+Inf\"} 2\n"
                          "c_seconds_sum{route=\"/a\\\"b\\\\c\\n\"} 100.25\n"
                          "c_seconds_count{route=\"/a\\\"b\\\\c\\n\"} 2\n");
}

TEST(MetricsWriter, SpellsNumbersThatAreNone)
{
    metrics_writer out;
    out.sample("a", std::numeric_limits<double>::infinity());
    out.sample("b", std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(out.take(), "a +Inf\nb NaN\n");
}

void observe(http_metrics& to, method verb, std::string_view route, unsigned status, std::string_view target = "/x")
{
    request_account account;
    account.route = route;
    to.observe({.verb = verb,
                .target = target,
                .id = "",
                .client = "",
                .user_agent = "",
                .status = status,
                .request_bytes = 50,
                .response_bytes = 500,
                .time = std::chrono::milliseconds{20},
                .account = account,
                .client_left = false});
}

std::string page_of(const http_metrics& metrics, const server_stats& stats = {})
{
    metrics_writer out;
    metrics.write(out, stats);
    return out.take();
}

TEST(HttpMetrics, AreLabelledByMethodRouteAndStatus)
{
    http_metrics metrics;
    observe(metrics, method::get, "/a/{b}", 200);
    observe(metrics, method::get, "/a/{b}", 200);
    server_stats stats;
    stats.active_requests = 7;
    const auto page = page_of(metrics, stats);
    EXPECT_THAT(
        page, HasSubstr("http_server_request_duration_seconds_bucket{http_request_method=\"GET\",http_route=\"/a/{b}\","
                        "http_response_status_code=\"200\",le=\"0.025\"} 2\n"));
    EXPECT_THAT(page, HasSubstr("http_response_status_code=\"200\",le=\"0.01\"} 0\n"));
    EXPECT_THAT(page, HasSubstr("http_server_active_requests 7\n"));
}

TEST(HttpMetrics, DoNotGrowWithWhatClientsInvent)
{
    http_metrics metrics;
    std::vector<std::string> targets;
    for (int i = 0; i < 1000; ++i)
        targets.push_back("/random/" + std::to_string(i));
    observe(metrics, method::other, "", 404, "/first");
    const auto before = page_of(metrics).size();
    for (const auto& target : targets)
        observe(metrics, method::other, "", 404, target);
    const auto page = page_of(metrics);
    EXPECT_LT(page.size(), before + 200) << "only the figures got longer";
    EXPECT_THAT(page, HasSubstr("http_request_method=\"_OTHER\""));
    EXPECT_THAT(page, Not(HasSubstr("/random/")));
}

TEST(MetricsPage, HasEveryPartInOrder)
{
    metrics_page page;
    int scrapes = 0;
    page.add([&](metrics_writer& out) { out.gauge("first", "One.", ++scrapes); });
    page.add([](metrics_writer& out) { out.gauge("second", "Two.", 2); });
    (void)page.text();
    const auto answer = page.answer();
    EXPECT_THAT(answer.body, HasSubstr("first 2\n"));
    EXPECT_LT(answer.body.find("first"), answer.body.find("second"));
    EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
}

} // namespace
} // namespace lightdash::http
