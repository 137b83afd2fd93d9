// What a handler's parameters say of the database, in a real one.
#include "lightdash/api/routes.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include "http/request/request_builder.hpp"

#include <gmock/gmock.h>

#include <string>

namespace lightdash::api {
namespace {

using ::testing::HasSubstr;

struct draft {
    std::int32_t number = 0;
    json::raw more;
};
LIGHTDASH_DESCRIBE(draft, number, more)

const pg::statement level{"test.level", "select current_setting('transaction_isolation') || ' ' || "
                                        "current_setting('transaction_read_only')"};
const pg::statement add_number{"test.add_number", "insert into numbers values ($1)"};
const pg::statement count{"test.count", "select count(*) from numbers"};
const pg::statement clash{"test.clash", "do $$ begin raise exception 'a clash' using errcode = '40001'; end $$"};

task<std::string> level_of_read(pg::session& db)
{
    return db.one<std::string>(level);
}
task<std::string> level_of_snapshot(pg::snapshot& db)
{
    return db.one<std::string>(level);
}
task<std::string> level_of_write(pg::transaction& tx)
{
    return tx.one<std::string>(level);
}
task<void> write_in_snapshot(pg::snapshot& db)
{
    co_await db.execute(add_number, 1);
}
task<std::int64_t> add(pg::transaction& tx, const draft& given)
{
    co_await tx.execute(add_number, given.number);
    const auto found = co_await tx.one<std::int64_t>(count);
    co_return found;
}
int calls = 0;
task<std::int64_t> add_at_the_second_try(pg::transaction& tx, const draft& given)
{
    co_await tx.execute(add_number, given.number);
    if (++calls == 1)
        co_await tx.execute(clash);
    const auto found = co_await tx.one<std::int64_t>(count);
    co_return found;
}
task<void> add_and_fail(pg::transaction& tx, const draft& given)
{
    co_await tx.execute(add_number, given.number);
    throw error{error_kind::stale, "Somebody was faster."};
}

struct nobody final : gate {
    bool admit_known(http::request&, std::uint16_t) override { return true; }
    task<void> admit_unknown(http::request&, std::uint16_t) override { co_return; }
    std::string name_of(std::uint16_t) const override { return {}; }
};

class RoutesInADatabase : public ::testing::Test {
protected:
    RoutesInADatabase()
    {
        db_.execute("create table numbers (number int)");
        all_.get("/read", open, level_of_read, "A read");
        all_.get("/slow", open, level_of_read, "A slow read").slow();
        all_.get("/snapshot", open, level_of_snapshot, "A snapshot");
        all_.post("/snapshot", open, write_in_snapshot, "A snapshot that writes");
        all_.post("/write", open, level_of_write, "A write");
        all_.post("/serializable", open, level_of_write, "A serializable write").serializable();
        all_.post("/numbers", open, add, "Adds one");
        all_.post("/clashes", open, add_at_the_second_try, "Adds one at the second try");
        all_.post("/fails", open, add_and_fail, "Adds none");
        all_.serve(router_);
    }

    std::string ask(http::method verb, std::string_view path, std::string_view body = {})
    {
        std::vector<std::pair<std::string_view, std::string_view>> headers{{"Content-Type", "application/json"}};
        http::request_builder fill{rq_};
        fill.clear();
        fill.line(verb, path, path, {});
        fill.swap_headers(headers);
        fill.body(body);
        fill.until(deadline::after(std::chrono::seconds{20}));
        const auto match = router_.find(rq_);
        return pool_.run(match.found->handle(rq_)).body;
    }
    std::string rows() { return db_.value("select count(*) from numbers"); }

    testing::test_database db_ = testing::test_database::empty();
    testing::test_pool pool_{db_.connection()};
    nobody gate_;
    bool ready_ = true;
    routes all_{pool_.database, gate_, [this] {
                    if (!ready_)
                        throw error{error_kind::not_ready, "The schema is older."};
                }};
    http::router router_;
    http::request rq_;
};

TEST_F(RoutesInADatabase, ReadEachStatementForItselfOrAllOfOneMomentOrWrite)
{
    EXPECT_THAT(ask(http::method::get, "/read"), HasSubstr("read committed off"));
    EXPECT_THAT(ask(http::method::get, "/slow"), HasSubstr("read committed off"));
    EXPECT_THAT(ask(http::method::get, "/snapshot"), HasSubstr("repeatable read on"));
    EXPECT_THAT(ask(http::method::post, "/write"), HasSubstr("read committed off"));
    EXPECT_THAT(ask(http::method::post, "/serializable"), HasSubstr("serializable off"));
    EXPECT_EQ(pool_.database.stats().lane_statements, 1U) << "only the quick read shares a connection";
}

TEST_F(RoutesInADatabase, ASnapshotWritesNothing)
{
    EXPECT_THROW(ask(http::method::post, "/snapshot"), error);
    EXPECT_EQ(rows(), "0");
}

TEST_F(RoutesInADatabase, CommitWhatAHandlerWroteBeforeTheyAnswer)
{
    EXPECT_EQ(ask(http::method::post, "/numbers", R"({"number":7,"more":{}})"), R"({"status":"ok","results":1})");
    EXPECT_EQ(rows(), "1");
    EXPECT_EQ(rq_.account().statements, 2U);
}

TEST_F(RoutesInADatabase, TakeBackWhatAHandlerWroteThatFailed)
{
    EXPECT_THROW(ask(http::method::post, "/fails", R"({"number":7,"more":{}})"), error);
    EXPECT_EQ(rows(), "0");
}

TEST_F(RoutesInADatabase, RunAHandlerAgainFromItsBeginningWhenItMetAnother)
{
    calls = 0;
    EXPECT_EQ(ask(http::method::post, "/clashes", R"({"number":7,"more":{}})"), R"({"status":"ok","results":1})");
    EXPECT_EQ(calls, 2);
    EXPECT_EQ(rows(), "1");
}

TEST_F(RoutesInADatabase, ParseABodyBeforeTheyTakeAConnection)
{
    const std::string filling(200'000, ' ');
    EXPECT_EQ(ask(http::method::post, "/numbers", R"({"number":7,"more":{)" + filling + "}}"),
              R"({"status":"ok","results":1})");
    const auto before = pool_.database.stats().acquired;
    EXPECT_THROW(ask(http::method::post, "/numbers", R"({"number":7,"more":{)" + filling + "]}"), error);
    EXPECT_THROW(ask(http::method::post, "/numbers", R"({"number":7,"more":{]})"), error);
    EXPECT_EQ(pool_.database.stats().acquired, before) << "what is not JSON costs no connection";
}

TEST_F(RoutesInADatabase, WriteNothingWhileTheSchemaIsOlder)
{
    ready_ = false;
    EXPECT_THROW(ask(http::method::post, "/numbers", R"({"number":7,"more":{}})"), error);
    EXPECT_THAT(ask(http::method::get, "/read"), HasSubstr("read committed off"));
    EXPECT_EQ(rows(), "0");
}

} // namespace
} // namespace lightdash::api
