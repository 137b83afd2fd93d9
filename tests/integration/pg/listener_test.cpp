#include "connection_fixture.hpp"

#include "lightdash/pg/listener.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <functional>
#include <utility>

namespace lightdash::pg {
namespace {

class listener_test : public connection_fixture {
protected:
    using heard_list = std::vector<std::pair<std::string, std::string>>;

    listener_test()
    {
        options_.conninfo = secret{test_dsn()};
        options_.application_name = "listener under test";
    }
    void start(std::vector<std::string> channels)
    {
        listener_ = std::make_unique<listener>(
            context_, clocks_, blocking_, options_, std::move(channels),
            [this](std::string_view channel, std::string_view payload) { heard_.emplace_back(channel, payload); });
        asio::co_spawn(context_, listener_->run(),
                       asio::bind_cancellation_slot(stop_.slot(), [this](std::exception_ptr) { ended_ = true; }));
    }
    void wait_until(const std::function<bool()>& reached)
    {
        for (int i = 0; i < 500 && !reached(); ++i)
            turn(10ms);
    }
    void stop()
    {
        asio::post(context_, [this] { stop_.emit(asio::cancellation_type::terminal); });
        wait_until([&] { return ended_; });
        EXPECT_TRUE(ended_);
    }

    connection_options options_;
    asio::cancellation_signal stop_;
    std::unique_ptr<listener> listener_;
    heard_list heard_;
    bool ended_ = false;
};

const statement notify{"test.notify", "SELECT pg_notify('tests \"quoted\"', $1::text)"};

TEST_F(listener_test, HearsNotificationsInOrder)
{
    start({"tests \"quoted\"", "another"});
    wait_until([&] { return heard_.size() == 2; });
    EXPECT_EQ(heard_, (heard_list{{"tests \"quoted\"", ""}, {"another", ""}})) << "told that it is connected";
    heard_.clear();
    auto other = open();
    run(ask(*other, notify, std::string{"a"}));
    run(ask(*other, notify, std::string{"b"}));
    wait_until([&] { return heard_.size() == 2; });
    EXPECT_EQ(heard_, (heard_list{{"tests \"quoted\"", "a"}, {"tests \"quoted\"", "b"}}));
    stop();
}

TEST_F(listener_test, ConnectsAgainAndSaysSoWhenItsBackendIsTerminated)
{
    static const statement kill{"test.kill", "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                             "WHERE application_name = 'listener under test'"};
    start({"tests \"quoted\""});
    wait_until([&] { return heard_.size() == 1; });
    ASSERT_EQ(heard_.size(), 1U);
    auto other = open();
    for (std::size_t times = 2; times <= 4; ++times) {
        EXPECT_EQ(value<std::int64_t>(*other, kill), 1);
        wait_until([&] { return heard_.size() == times; });
        ASSERT_EQ(heard_.size(), times);
        EXPECT_EQ(heard_.back().second, "");
    }
    run(ask(*other, notify, std::string{"after"}));
    wait_until([&] { return heard_.back().second == "after"; });
    EXPECT_EQ(heard_.back().second, "after");
    stop();
}

TEST_F(listener_test, EndsWhenCancelledWhileTheServerIsAway)
{
    options_.conninfo = secret{"host=127.0.0.1 port=1 dbname=x"};
    start({"tests"});
    turn(100ms);
    EXPECT_FALSE(ended_);
    EXPECT_TRUE(heard_.empty());
    stop();
}

} // namespace
} // namespace lightdash::pg
