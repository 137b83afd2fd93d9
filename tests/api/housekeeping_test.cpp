// What nobody needs any more disappears from a running server without a request.
#include "api/api_server.hpp"
#include "support/eventually.hpp"

namespace lightdash {
namespace {

using namespace std::chrono_literals;

TEST(Housekeeping, RemovesWhatIsPastItsTimeInEveryRoundAndNothingElse)
{
    testing::api_server server{false, {.seed = true, .between_chores = 200ms}};
    const auto& db = server.database();
    const auto past_and_present = [&] {
        const std::string of_demo = " from users u, generate_series(1, 1500) n where u.email = 'demo@lightdash.com'";
        db.execute("insert into sessions (id_hash, user_id, expires_at) "
                   "select sha256((n || random()::text)::bytea), u.id, now() - interval '1 second'" +
                   of_demo);
        db.execute("insert into sessions (id_hash, user_id, expires_at) "
                   "select sha256(random()::text::bytea), id, now() + interval '1 hour' from users");
        db.execute("insert into idempotency_keys (user_id, route, key, fingerprint, status, body, created_at) "
                   "select u.id, 'r', n::text, '', 200, '', now() - interval '25 hours'" +
                   of_demo);
        db.execute("insert into idempotency_keys (user_id, route, key, fingerprint, status, body) "
                   "select id, 'kept', gen_random_uuid()::text, '', 200, '' from users");
        db.execute("insert into password_reset_links (code_hash, user_id, expires_at) "
                   "select sha256(random()::text::bytea), id, now() - interval '2 days' from users");
        db.execute("update charts set deleted_at = now() - interval '31 days' where deleted_at is not null");
        db.execute("update dashboards set deleted_at = now() - interval '31 days' where slug = 'start-here'");
    };
    const auto old_ones = [&] {
        return db.value("select (select count(*) from sessions where expires_at < now()) + "
                        "(select count(*) from idempotency_keys where route = 'r') + "
                        "(select count(*) from password_reset_links) + "
                        "(select count(*) from charts where deleted_at < now() - interval '30 days') + "
                        "(select count(*) from dashboards where deleted_at < now() - interval '30 days')");
    };
    const auto kept = db.value("select count(*) from charts where deleted_at is null");
    for (int round = 1; round <= 2; ++round) {
        past_and_present();
        EXPECT_TRUE(testing::eventually(30s, [&] { return old_ones() == "0"; })) << old_ones() << " are left";
        EXPECT_EQ(
            db.value("select count(*) = " + std::to_string(round) + " * (select count(*) from users) from sessions"),
            "t");
        EXPECT_EQ(db.value("select count(*) = " + std::to_string(round) +
                           " * (select count(*) from users) from idempotency_keys"),
                  "t");
    }
    EXPECT_EQ(db.value("select count(*) from charts where deleted_at is null"), kept);
}

} // namespace
} // namespace lightdash
