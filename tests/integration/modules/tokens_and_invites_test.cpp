// Tokens and invites by themselves: what is written is what lets somebody in, once.
#include "lightdash/core/time.hpp"
#include "modules/invites/service.hpp"
#include "modules/invites/store.hpp"
#include "modules/tokens/store.hpp"
#include "modules/users/store.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gtest/gtest.h>

namespace lightdash {
namespace {

using namespace std::chrono_literals;

class WaysIn : public ::testing::Test {
protected:
    static void SetUpTestSuite() { database_.emplace(testing::test_database::migrated()); }
    static void TearDownTestSuite() { database_.reset(); }

    void SetUp() override
    {
        database_->execute("truncate organizations cascade");
        const users::new_user me{"me@x.test", "Ada", "Lovelace", "hash", organization_role::admin};
        who_.user = run(users::store::create(*session_, "Ours", me));
        who_.organization = run(users::store::profile(*session_, who_)).organization_uuid;
        who_.role = organization_role::admin;
        who_.email = "me@x.test";
    }

    // Whatever the result is, it need not be made before it is there.
    template <class T>
    static task<std::optional<T>> held(task<T> work)
    {
        co_return std::optional<T>{co_await std::move(work)};
    }
    template <class T>
    T run(task<T> work)
    {
        return std::move(*here_.run(held(std::move(work))));
    }
    // What `work` writes, committed.
    template <class Work>
    auto write(Work work)
    {
        return run(here_.database.transact({}, deadline::after(20s), std::move(work)));
    }
    invites::invite invite(const std::string& email, std::string_view code, organization_role role)
    {
        const mail::message letter{email, "Come", "in"};
        const invites::new_invite draft{email, utc_now() + 1h, role};
        return write([&](pg::transaction& tx) { return invites::store::create(tx, who_, from_, draft, code, letter); });
    }
    bool activate(const caller& holder, std::string_view code)
    {
        pg::statement_batch whole;
        const auto used = invites::activate(whole, holder, from_, code, {"Grace", "Hopper", "new hash"});
        return write([&](pg::transaction& tx) -> task<bool> {
            co_await tx.finish(whole);
            co_return whole.maybe<user_id>(used).has_value();
        });
    }
    template <class Work>
    error_kind refused(Work work)
    {
        try {
            (void)work();
        } catch (const error& failure) {
            return failure.kind();
        }
        ADD_FAILURE() << "it was allowed";
        return error_kind::internal;
    }

    static inline std::optional<testing::test_database> database_;
    testing::test_pool here_{database_->connection()};
    std::unique_ptr<pg::session> session_ = here_.database.exclusive(deadline::after(1min));
    caller who_;
    audit::origin from_{"r"}; // kept, as what is below: a store's task refers to it
};

TEST_F(WaysIn, ATokenIsStoredAsItsDigestRotatedAndDeleted)
{
    const tokens::new_token draft{"of a script", std::nullopt, true};
    const auto made =
        write([&](pg::transaction& tx) { return tokens::store::create(tx, who_, from_, draft, "ldpat_1"); });
    EXPECT_TRUE(made.auto_generated);
    const auto digest = "select encode(token_hash, 'hex') = encode(sha256('ldpat_";
    EXPECT_EQ(database_->value(digest + std::string{"1'), 'hex') from personal_access_tokens"}), "t");
    const auto end = utc_now() + 1h;
    const tokens::rotation moved{{true, end}}, stays;
    const auto turned =
        write([&](pg::transaction& tx) { return tokens::store::rotate(tx, who_, from_, made.uuid, moved, "ldpat_2"); });
    EXPECT_EQ(turned.expires_at, end);
    EXPECT_TRUE(turned.rotated_at);
    EXPECT_EQ(database_->value(digest + std::string{"2'), 'hex') from personal_access_tokens"}), "t");
    const auto kept =
        write([&](pg::transaction& tx) { return tokens::store::rotate(tx, who_, from_, made.uuid, stays, "ldpat_3"); });
    EXPECT_EQ(kept.expires_at, end);

    auto other = who_;
    other.user = user_id{uuid::random()};
    const auto remove = [&](const caller& as, token_id id) {
        return write([&](pg::transaction& tx) -> task<bool> {
            co_await tokens::store::remove(tx, as, from_, id);
            co_return true;
        });
    };
    EXPECT_EQ(refused([&] { return remove(other, made.uuid); }), error_kind::forbidden);
    EXPECT_EQ(refused([&] { return remove(who_, token_id{uuid::random()}); }), error_kind::not_found);
    EXPECT_TRUE(remove(who_, made.uuid));
    EXPECT_EQ(database_->value("select count(*) from personal_access_tokens"), "0");
    EXPECT_EQ(database_->value("select string_agg(action, ' ' order by created_at) from audit_log"),
              "create update update delete");
}

TEST_F(WaysIn, AnInviteIsUsedOnceByItsNewestCode)
{
    const auto first = invite("New@x.test", "one", organization_role::member);
    const auto second = invite("new@x.test", "two", organization_role::editor);
    EXPECT_EQ(first.user_uuid, second.user_uuid);
    EXPECT_EQ(refused([&] { return run(invites::holder_of(*session_, "one")); }), error_kind::not_found);
    const auto holder = run(invites::holder_of(*session_, "two"));
    EXPECT_EQ(holder.user, second.user_uuid);
    EXPECT_EQ(holder.role, organization_role::editor);
    EXPECT_EQ(run(invites::store::by_code(*session_, "two")).email, "new@x.test");

    EXPECT_FALSE(activate(holder, "one"));
    EXPECT_TRUE(activate(holder, "two"));
    EXPECT_FALSE(activate(holder, "two"));
    EXPECT_EQ(database_->value("select first_name || ' ' || password_hash from users where email = 'new@x.test'"),
              "Grace new hash");
    EXPECT_EQ(refused([&] { return run(invites::holder_of(*session_, "two")); }), error_kind::not_found);
    EXPECT_EQ(refused([&] { return invite("new@x.test", "three", organization_role::admin); }),
              error_kind::invalid_parameter);
    EXPECT_EQ(refused([&] { return invite("me@x.test", "three", organization_role::member); }),
              error_kind::invalid_parameter);
}

TEST_F(WaysIn, AnInviteThatIsOverIsToldOnceAndThenGone)
{
    (void)invite("late@x.test", "late", organization_role::member);
    database_->execute("update invite_links set expires_at = now()");
    EXPECT_EQ(refused([&] { return run(invites::store::by_code(*session_, "late")); }), error_kind::not_acceptable);
    EXPECT_EQ(refused([&] { return run(invites::store::by_code(*session_, "late")); }), error_kind::not_found);
}

} // namespace
} // namespace lightdash
