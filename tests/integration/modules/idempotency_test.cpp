// Requests with an Idempotency-Key in a real database: carried out once, whatever becomes of the first one.
#include "modules/idempotency/service.hpp"

#include "lightdash/api/routes.hpp"
#include "modules/shared/caller.hpp"
#include "support/eventually.hpp"
#include "support/fault_proxy.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include "http/request/request_builder.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

namespace lightdash {
namespace {

using namespace std::chrono_literals;
using testing::fault_proxy;
using ::testing::HasSubstr;

struct draft {
    std::int32_t number = 0;
};
LIGHTDASH_DESCRIBE(draft, number)

const pg::statement add_number{"test.add_number", "insert into numbers values ($1) returning id::text"};
const pg::statement note_failure{"test.note_failure", "insert into failures values ($1)"};

task<std::string> add(pg::transaction& tx, const draft& given)
{
    pg::statement_batch whole;
    const auto made = whole.add(add_number, given.number);
    co_await tx.finish(whole);
    co_return whole.one<std::string>(made);
}
task<api::created<std::string>> add_somewhere(pg::transaction& tx, const draft& given)
{
    auto made = co_await add(tx, given);
    co_return api::created<std::string>{made, "/numbers/" + made};
}
// As a login that counts its failures.
task<void> refuse_and_count(pg::transaction& tx, const draft& given)
{
    pg::statement_batch whole;
    whole.add(note_failure, given.number);
    co_await tx.finish(whole);
    throw error{error_kind::forbidden, "No."};
}
task<void> refuse(pg::transaction& tx, const draft& given)
{
    co_await tx.execute(add_number, given.number);
    throw error{error_kind::forbidden, "No."};
}

struct known_caller final : api::gate {
    bool admit_known(http::request&, std::uint16_t) override { return true; }
    task<void> admit_unknown(http::request&, std::uint16_t) override { co_return; }
    std::string name_of(std::uint16_t) const override { return {}; }
};

constexpr api::need right{.right = 1};

struct told {
    unsigned status = 0;
    std::string body;
    std::optional<std::string> location;
    bool replayed = false;
};

std::optional<std::string> header_of(const http::response& answer, std::string_view name)
{
    for (const auto& [known, value] : answer.headers)
        if (known == name)
            return value;
    return std::nullopt;
}

// The table's own loop, pool and routes on a connection that may be broken.
class writer {
public:
    writer(const testing::test_database& db, pg::connection_options connection) : pool_(std::move(connection))
    {
        who_ = std::make_shared<const caller>(
            caller{user_id{*uuid::parse(db.value("select id from users"))},
                   organization_id{*uuid::parse(db.value("select id from organizations"))}, organization_role::admin,
                   "ada@example.com"});
        all_.post("/numbers", right, add, "Adds one");
        all_.post("/located", right, add_somewhere, "Adds one somewhere");
        all_.post("/secrets", right, add, "Tells a secret").told_once();
        all_.post("/serializable", right, add, "Adds one at SERIALIZABLE").serializable();
        all_.post("/counted", right, refuse_and_count, "Counts a failure");
        all_.post("/refused", right, refuse, "Refuses");
        all_.post("/open", api::open, add, "Adds one for everybody");
        all_.serve(router_);
    }

    told ask(std::string_view path, std::string_view key, std::string_view body = R"({"number":1})",
             std::chrono::milliseconds within = 10s)
    {
        std::vector<std::pair<std::string_view, std::string_view>> headers{{"Content-Type", "application/json"}};
        if (!key.empty())
            headers.emplace_back(api::key_header, key);
        http::request rq;
        http::request_builder fill{rq};
        fill.line(http::method::post, path, path, {});
        fill.swap_headers(headers);
        fill.body(body);
        fill.until(deadline::after(within));
        rq.set_identity(who_);
        const auto match = router_.find(rq);
        try {
            const auto answer = pool_.run(match.found->handle(rq));
            return {answer.status, answer.body, header_of(answer, "Location"),
                    header_of(answer, api::replayed_header).has_value()};
        } catch (const error& failure) {
            const auto answer = http::error_response(failure, "r");
            return {answer.status, answer.body, {}, false};
        }
    }
    pg::pool_stats stats() const { return pool_.database.stats(); }
    std::uint64_t sweep()
    {
        const auto session = pool_.database.exclusive(deadline::after(10s));
        return pool_.run(idempotency::sweep(*session));
    }

private:
    testing::test_pool pool_;
    known_caller gate_;
    idempotency::kept_answers kept_{pool_.clocks};
    api::routes all_{pool_.database, gate_, [] {}, &kept_};
    http::router router_;
    std::shared_ptr<const caller> who_;
};

class Idempotency : public ::testing::Test {
protected:
    Idempotency()
    {
        db_.execute("create table numbers (number int, id uuid not null default gen_random_uuid());"
                    "create table failures (number int);"
                    "insert into organizations (name) values ('One');"
                    "insert into users (organization_id, email, first_name, last_name, password_hash) "
                    "select id, 'ada@example.com', 'Ada', 'L', 'x' from organizations");
    }
    std::string rows(const std::string& table = "numbers") { return db_.value("select count(*) from " + table); }

    testing::test_database db_ = testing::test_database::migrated();
};

TEST_F(Idempotency, CarriesARequestOutOnceAndTellsItsAnswerAgain)
{
    writer here{db_, db_.connection()};
    const auto first = here.ask("/located", "k-1");
    EXPECT_EQ(first.status, 201U) << first.body;
    EXPECT_FALSE(first.replayed);
    for (const auto* key : {"k-1", "\"k-1\""}) {
        const auto again = here.ask("/located", key);
        EXPECT_EQ(again.status, 201U);
        EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(again.location, first.location);
        EXPECT_TRUE(again.replayed);
    }
    EXPECT_EQ(rows(), "1");
    EXPECT_NE(here.ask("/located", "k-2").body, first.body);
    EXPECT_EQ(here.ask("/numbers", "k-1").status, 200U) << "another route's keys are others";
    EXPECT_EQ(rows(), "3");
    EXPECT_EQ(here.ask("/serializable", "k-1").status, 200U);
    EXPECT_TRUE(here.ask("/serializable", "k-1").replayed);
    EXPECT_EQ(rows(), "4");
}

TEST_F(Idempotency, IsNotForRequestsWithoutAKeyNorForThoseOfNobody)
{
    writer here{db_, db_.connection()};
    here.ask("/numbers", "");
    here.ask("/numbers", "");
    here.ask("/open", "k-1");
    here.ask("/open", "k-1");
    EXPECT_EQ(rows(), "4");
    EXPECT_EQ(rows("idempotency_keys"), "0");
}

TEST_F(Idempotency, RefusesAKeyThatWasUsedForAnotherRequest)
{
    writer here{db_, db_.connection()};
    here.ask("/numbers", "k-1");
    const auto other = here.ask("/numbers", "k-1", R"({"number":2})");
    EXPECT_EQ(other.status, 422U);
    EXPECT_THAT(other.body, HasSubstr(R"("Idempotency-Key":{"message":"was used for another request."})"));
    EXPECT_EQ(rows(), "1");
}

TEST_F(Idempotency, RefusesWhatIsNoKey)
{
    writer here{db_, db_.connection()};
    for (const auto& key : {std::string{"\"\""}, std::string{"a b"}, std::string{"\xC3\xA9"}, std::string(256, 'k')})
        EXPECT_EQ(here.ask("/numbers", key).status, 400U) << key;
    EXPECT_EQ(here.ask("/numbers", std::string(255, 'k')).status, 200U);
    EXPECT_EQ(rows(), "1");
}

TEST_F(Idempotency, KeepsNothingOfARequestThatWasRefused)
{
    writer here{db_, db_.connection()};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(here.ask("/refused", "k-1").status, 403U) << "and the key is free again at once";
    EXPECT_EQ(rows(), "0");
    EXPECT_EQ(rows("idempotency_keys"), "0");
}

TEST_F(Idempotency, LeavesWhatAHandlerCommitsAboutItsRefusal)
{
    writer here{db_, db_.connection()};
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(here.ask("/counted", "k-1").status, 403U);
    EXPECT_EQ(rows("failures"), "3") << "a key does not let anybody off being counted";
}

TEST_F(Idempotency, StoresNoSecretAndSaysSoWhenItIsAskedAgain)
{
    writer here{db_, db_.connection()};
    const auto first = here.ask("/secrets", "k-1");
    ASSERT_EQ(first.status, 200U) << first.body;
    const auto again = here.ask("/secrets", "k-1");
    EXPECT_EQ(again.status, 409U);
    EXPECT_THAT(again.body, HasSubstr("shown only once"));
    EXPECT_EQ(rows(), "1");
    EXPECT_EQ(db_.value("select count(*) from idempotency_keys, numbers where body like '%' || id || '%'"), "0");
}

TEST_F(Idempotency, RefusesASecondRequestWhileTheFirstIsBeingCarriedOut)
{
    writer here{db_, db_.connection()}, there{db_, db_.connection()};
    auto blocker = db_.plain();
    blocker.execute("begin; lock table numbers in exclusive mode");
    told first;
    std::thread sending{[&] { first = here.ask("/numbers", "k-1"); }};
    EXPECT_TRUE(testing::eventually(10s, [&] {
        return db_.value("select count(*) from pg_locks where not granted and locktype = 'relation'") == "1";
    }));
    const auto second = there.ask("/numbers", "k-1");
    EXPECT_EQ(second.status, 409U);
    EXPECT_THAT(second.body, HasSubstr("is being carried out at this moment"));
    blocker.execute("commit");
    sending.join();
    EXPECT_EQ(first.status, 200U) << first.body;
    EXPECT_EQ(there.ask("/numbers", "k-1").body, first.body);
    EXPECT_EQ(rows(), "1");
}

TEST_F(Idempotency, ForgetsAfterADay)
{
    writer here{db_, db_.connection()};
    const auto first = here.ask("/numbers", "k-1");
    here.ask("/numbers", "k-2");
    db_.execute("update idempotency_keys set created_at = now() - interval '24 hours 1 second' where key = 'k-1'");
    const auto second = here.ask("/numbers", "k-1");
    EXPECT_EQ(second.status, 200U) << second.body;
    EXPECT_NE(second.body, first.body);
    EXPECT_TRUE(here.ask("/numbers", "k-1").replayed);

    db_.execute("insert into idempotency_keys (user_id, route, key, fingerprint, status, body, created_at) "
                "select id, '/x', 'old-' || n, '', 200, '', now() - interval '25 hours' "
                "from users, generate_series(1, 1500) n");
    EXPECT_EQ(here.sweep(), 1000U);
    EXPECT_EQ(here.sweep(), 500U);
    EXPECT_EQ(here.sweep(), 0U);
    EXPECT_EQ(rows("idempotency_keys"), "2");
}

// The connection is cut after each number of bytes of the exchange, in both directions: whatever was lost, the request
// is carried out once, and the client is told so, or told that nobody knows and told it when it asks again.
void cut_everywhere(const testing::test_database& db, fault_proxy::direction way, std::size_t step, int& resolved)
{
    auto proxy = fault_proxy::before(db.conninfo());
    auto connection = db.connection();
    connection.conninfo = secret{proxy.conninfo()};
    writer here{db, connection};
    int warm = 0;
    const auto ask_warm = [&] { // so that the connection is there, and knows the statements
        for (int i = 0; i < 3; ++i)
            ASSERT_EQ(here.ask("/numbers", "warm-" + std::to_string(++warm), R"({"number":0})").status, 200U);
    };
    ask_warm();
    const auto unused = proxy.forwarded(way);
    here.ask("/numbers", "whole", R"({"number":0})");
    const auto whole = proxy.forwarded(way) - unused;
    int run = 0;
    for (std::size_t bytes = 1; bytes <= whole; bytes += step) {
        const auto key = "cut-" + std::to_string(++run);
        const auto body = R"({"number":)" + std::to_string(run) + "}";
        ask_warm();
        const auto doubts = here.stats().commits_in_doubt;
        const auto before = proxy.accepted();
        proxy.cut_after(way, bytes);
        std::atomic<bool> answered{false};
        std::thread mending{[&] {
            (void)testing::eventually(10s, [&] { return answered || proxy.accepted() > before; });
            proxy.never_cut();
        }};
        const auto first = here.ask("/numbers", key, body);
        answered = true;
        mending.join();
        if (first.status == 503U)
            ASSERT_THAT(first.body,
                        ::testing::AnyOf(HasSubstr("DatabaseUnavailableError"), HasSubstr(R"("outcome":"unknown")")));
        else
            ASSERT_EQ(first.status, 200U) << bytes << ": " << first.body;
        resolved += here.stats().commits_in_doubt > doubts && first.status == 200U;
        const auto again = here.ask("/numbers", key, body);
        ASSERT_EQ(again.status, 200U) << again.body;
        if (first.status == 200U)
            ASSERT_EQ(again.body, first.body) << bytes;
        ASSERT_EQ(db.value("select count(*) from numbers where number = " + std::to_string(run)), "1") << bytes;
    }
}

TEST_F(Idempotency, FindsOutWhatBecameOfACommitWhoseAnswerWasLost)
{
    int resolved = 0;
    cut_everywhere(db_, fault_proxy::direction::to_client, 3, resolved);
    EXPECT_GT(resolved, 0) << "no COMMIT was in doubt";
}

TEST_F(Idempotency, CarriesOutOnceWhateverPartOfTheStatementsArrived)
{
    int resolved = 0;
    cut_everywhere(db_, fault_proxy::direction::to_server, 7, resolved);
}

} // namespace
} // namespace lightdash
