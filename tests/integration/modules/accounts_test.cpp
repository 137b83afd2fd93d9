// The statements of accounts by themselves, where several meet at the same moment.
#include "modules/accounts/service.hpp"
#include "modules/accounts/store.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using namespace accounts;

class AccountsStore : public ::testing::Test {
protected:
    static caller somebody(const std::string& email)
    {
        return {user_id{uuid::random()}, organization_id{uuid::random()}, organization_role::admin, email};
    }
    static new_session session_named(std::string_view id) { return {access::digest_of(id), 1h}; }

    task<bool> register_as(caller who, bool multiple)
    {
        const auto db = pool.database.exclusive(deadline::after(20s));
        const audit::origin from{"request"};
        const new_account account{"A", "B", "a hash", "An organization"};
        co_return co_await store::create(*db, who, from, account, session_named(who.email), multiple);
    }
    template <class Work>
    auto on_database(Work work)
    {
        return pool.run(borrowed(std::move(work)));
    }

    testing::test_database database = testing::test_database::migrated();
    testing::test_pool pool{database.connection()};

private:
    template <class Work>
    auto borrowed(Work work) -> decltype(work(std::declval<pg::session&>()))
    {
        const auto db = pool.database.exclusive(deadline::after(20s));
        co_return co_await work(*db);
    }
};

TEST_F(AccountsStore, OfTwoWhoRegisterFirstAtTheSameMomentOneIsAnswered)
{
    const auto rival = somebody("rival@example.com");
    std::optional<bool> other;
    asio::co_spawn(pool.context, register_as(rival, false), [&](std::exception_ptr, bool made) { other = made; });
    const bool first = pool.run(register_as(somebody("first@example.com"), false));
    while (!other)
        pool.context.run_one_for(100ms);
    EXPECT_NE(first, *other);
    EXPECT_EQ(database.value("select count(*) from organizations"), "1");
    EXPECT_EQ(database.value("select count(*) from sessions"), "1");
    EXPECT_FALSE(pool.run(register_as(somebody("late@example.com"), false)));
    EXPECT_TRUE(pool.run(register_as(somebody("other@example.com"), true)));
    EXPECT_EQ(database.value("select count(*) from audit_log"), "2");
}

TEST_F(AccountsStore, ARightPasswordThatComesAfterTheLockOutStartsNoSession)
{
    const auto who = somebody("guessed@example.com");
    ASSERT_TRUE(pool.run(register_as(who, false)));
    for (int i = 0; i < 5; ++i)
        on_database([](pg::session& db) { return attempts::failed(db, "guessed@example.com", "::1"); });
    const auto made = on_database([&](pg::session& db) {
        return store::begin_session(db, who.user, "a hash", std::nullopt, session_named("another"));
    });
    EXPECT_FALSE(made.started);
    EXPECT_GT(made.account, 1700);
}

TEST_F(AccountsStore, TheAddressesOfOneNetworkOfTheSixthProtocolAreOneClient)
{
    for (const auto* address : {"2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1"})
        on_database([&](pg::session& db) { return attempts::count(db, address); });
    EXPECT_EQ(
        database.value("select string_agg(subject || ' ' || attempts, ', ' order by subject) from login_attempts"),
        "2001:db8:0:1:: 1, 2001:db8:: 2");
}

TEST_F(AccountsStore, WhatIsOverIsSwept)
{
    ASSERT_TRUE(pool.run(register_as(somebody("swept@example.com"), false)));
    on_database([](pg::session& db) { return attempts::count(db, "127.0.0.1"); });
    EXPECT_EQ(on_database([](pg::session& db) { return accounts::sweep(db); }), 0U);
    database.execute("update sessions set expires_at = now() - interval '1 second';"
                     "update login_attempts set since = now() - interval '2 hours';"
                     "insert into password_reset_links (code_hash, user_id, expires_at) "
                     "select sha256('x'), id, now() - interval '2 days' from users");
    EXPECT_EQ(on_database([](pg::session& db) { return accounts::sweep(db); }), 1U);
    EXPECT_EQ(database.value("select (select count(*) from sessions) + (select count(*) from login_attempts) + "
                             "(select count(*) from password_reset_links)"),
              "0");
}

} // namespace
} // namespace lightdash
