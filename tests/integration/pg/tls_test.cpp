// Connecting: TLS, several hosts, wrong answers and no answers, against a server of its own.
#include "connection_fixture.hpp"
#include "private_cluster.hpp"

#include "pg/wire/conninfo.hpp"
#include "support/fault_proxy.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

namespace lightdash::pg {
namespace {

class tls_test : public connection_fixture {
protected:
    static void SetUpTestSuite() { cluster = std::make_unique<private_cluster>("default_transaction_read_only = on"); }
    static void TearDownTestSuite() { cluster.reset(); }

    std::unique_ptr<connection> to(const std::string& dsn) { return run(open_to(dsn)); }
    error refusal(const std::string& dsn, std::chrono::milliseconds limit = 5s)
    {
        connection_options options;
        options.conninfo = secret{dsn};
        options.connect_timeout = limit;
        try {
            run(connection::open(context_, clocks_, blocking_, options, deadline::after(20s)));
        } catch (const error& failure) {
            EXPECT_EQ(failure.message().find("secret"), std::string::npos);
            EXPECT_EQ(failure.detail().find("secret"), std::string::npos);
            return failure;
        }
        ADD_FAILURE() << "it connected";
        return error{error_kind::internal, ""};
    }
    static std::unique_ptr<private_cluster> cluster;
};
std::unique_ptr<private_cluster> tls_test::cluster;

const statement one{"test.one", "SELECT 1"};
const statement encrypted{"test.encrypted", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"};
const statement port{"test.port", "SELECT current_setting('port')"};

TEST_F(tls_test, EncryptsWhenRequired)
{
    auto line = to(cluster->tcp_dsn("password=secret sslmode=require"));
    EXPECT_TRUE(value<bool>(*line, encrypted));
    auto plain = to(cluster->tcp_dsn("password=secret sslmode=disable"));
    EXPECT_FALSE(value<bool>(*plain, encrypted));
}

TEST_F(tls_test, ReadsLargeAnswersThroughTls)
{
    static const statement large{"test.large", "SELECT repeat('x', 3000000 + $1::int4)"};
    auto line = to(cluster->tcp_dsn("password=secret sslmode=require"));
    for (std::int32_t i = 0; i < 20; ++i)
        ASSERT_EQ(value<std::string>(*line, large, i * 997).size(), 3'000'000U + static_cast<unsigned>(i) * 997);
}

TEST_F(tls_test, VerifiesTheServersName)
{
    const auto address =
        " hostaddr=127.0.0.1 port=" + std::to_string(cluster->port()) +
        " user=postgres dbname=postgres password=secret sslmode=verify-full sslrootcert=" + cluster->certificate();
    auto line = to("host=db.test" + address);
    EXPECT_TRUE(value<bool>(*line, encrypted));
    EXPECT_EQ(refusal("host=other.test" + address).kind(), error_kind::configuration);
    EXPECT_EQ(refusal("host=localhost port=" + std::to_string(cluster->port()) +
                      " user=postgres dbname=postgres password=secret sslmode=verify-full sslrootcert=" +
                      cluster->certificate())
                  .kind(),
              error_kind::configuration);
}

TEST_F(tls_test, LooksUpANameAndKeepsIt)
{
    auto line =
        to("host=localhost port=" + std::to_string(cluster->port()) + " user=postgres dbname=postgres password=secret");
    EXPECT_EQ(line->host(), "localhost");
    EXPECT_EQ(value<std::int32_t>(*line, one), 1);
}

TEST_F(tls_test, SaysWhatIsWrongWithTheDsn)
{
    EXPECT_EQ(refusal(cluster->tcp_dsn("password=secret-but-wrong")).kind(), error_kind::configuration);
    EXPECT_EQ(refusal(cluster->tcp_dsn("password=secret-but-wrong")).sqlstate(), "28P01");
    EXPECT_EQ(refusal(cluster->tcp_dsn("password=secret dbname=nowhere")).sqlstate(), "3D000");
    EXPECT_EQ(refusal(cluster->tcp_dsn("password=secret dbname=nowhere")).kind(), error_kind::configuration);
    EXPECT_EQ(refusal("host=no-such-host.invalid").kind(), error_kind::database_unavailable);
    EXPECT_EQ(refusal("host=127.0.0.1 port=1").kind(), error_kind::database_unavailable);
    EXPECT_EQ(refusal("host=/nowhere").kind(), error_kind::database_unavailable);
    EXPECT_EQ(refusal("nonsense secret").kind(), error_kind::configuration);
}

TEST_F(tls_test, TellsAFullServerFromOneThatIsAway)
{
    std::vector<std::unique_ptr<connection>> all;
    error failure{error_kind::internal, ""};
    try {
        for (int i = 0; i < 25; ++i)
            all.push_back(to(cluster->local_dsn()));
    } catch (const error& thrown) {
        failure = thrown;
    }
    EXPECT_EQ(failure.kind(), error_kind::resource_exhausted);
    EXPECT_EQ(failure.sqlstate(), "53300");
    EXPECT_LE(all.size(), 20U);
    all.clear();
    turn(100ms);
}

TEST_F(tls_test, TakesTheNextHostWhenTheFirstRefuses)
{
    auto line = to("host=127.0.0.1,127.0.0.1 port=1," + std::to_string(cluster->port()) +
                   " user=postgres dbname=postgres password=secret");
    EXPECT_EQ(value<std::string>(*line, port), std::to_string(cluster->port()));
}

// Drops every connection request, as a host behind a broken link does: its queue of connections is full.
class black_hole {
public:
    black_hole()
    {
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        auto* address = reinterpret_cast<sockaddr*>(&here);
        EXPECT_EQ(::bind(listener_, address, size), 0);
        EXPECT_EQ(::listen(listener_, 0), 0);
        EXPECT_EQ(::getsockname(listener_, address, &size), 0);
        port_ = ntohs(here.sin_port);
        for (auto& client : queued_) {
            client = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
            (void)::connect(client, address, size);
        }
    }
    black_hole(const black_hole&) = delete;
    black_hole& operator=(const black_hole&) = delete;
    ~black_hole()
    {
        for (const int client : queued_)
            ::close(client);
        ::close(listener_);
    }
    std::string port() const { return std::to_string(port_); }

private:
    int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::array<int, 4> queued_{};
    std::uint16_t port_ = 0;
};

TEST_F(tls_test, P18GoesOnFromAHostThatDropsEverything)
{
    const black_hole nowhere;
    EXPECT_EQ(refusal("host=127.0.0.1 port=" + nowhere.port(), 300ms).kind(), error_kind::database_unavailable);
    const auto our_port = std::to_string(cluster->port());
    for (const auto& ports :
         {nowhere.port() + "," + our_port, "1," + nowhere.port() + "," + our_port, nowhere.port() + ",1," + our_port}) {
        const std::string hosts =
            std::ranges::count(ports, ',') == 1 ? "127.0.0.1,127.0.0.1" : "127.0.0.1,127.0.0.1,127.0.0.1";
        connection_options options;
        options.conninfo =
            secret{"host=" + hosts + " port=" + ports + " user=postgres dbname=postgres password=secret"};
        options.connect_timeout = 1s;
        clocks_.take_worst_lag();
        const auto began = std::chrono::steady_clock::now();
        auto line = run(connection::open(context_, clocks_, blocking_, options, deadline::after(20s)));
        EXPECT_LT(std::chrono::steady_clock::now() - began, 1s) << ports;
        EXPECT_EQ(value<std::string>(*line, port), our_port) << ports;
        EXPECT_LT(clocks_.take_worst_lag(), 100ms);
    }
}

TEST_F(tls_test, P18GoesOnFromAHostThatAcceptsAndNeverAnswers)
{
    testing::fault_proxy silent{static_cast<std::uint16_t>(cluster->port())};
    silent.stall();
    const auto our_port = std::to_string(cluster->port());
    connection_options options;
    options.conninfo = secret{"host=127.0.0.1,127.0.0.1 port=" + std::to_string(silent.port()) + "," + our_port +
                              " user=postgres dbname=postgres password=secret target_session_attrs=any"};
    options.connect_timeout = 1s;
    auto line = run(connection::open(context_, clocks_, blocking_, options, deadline::after(20s)));
    EXPECT_EQ(value<std::string>(*line, port), our_port);
    EXPECT_EQ(silent.accepted(), 1U);
}

// Where localhost is ::1 first, and the server listens on 127.0.0.1 alone.
TEST_F(tls_test, TheAddressOfANameThatAnswersTellsWhatIsWrong)
{
    const auto our_port = std::to_string(cluster->port());
    const auto at = [&](const std::string& hosts) {
        return "host=" + hosts + " hostaddr=127.0.0.2,127.0.0.1 port=" + our_port +
               " user=postgres dbname=missing password=secret";
    };
    const auto one_name = refusal(at("db.test,db.test"));
    EXPECT_EQ(one_name.kind(), error_kind::configuration);
    EXPECT_EQ(one_name.connect_fault(), connect_fault::no_database);
    EXPECT_EQ(refusal(at("one.test,other.test")).kind(), error_kind::database_unavailable)
        << "the one that is away may come back";
}

TEST_F(tls_test, P18NamesTheHostsThatDidNotAnswer)
{
    const black_hole first, second;
    const auto failure = refusal("host=127.0.0.1,127.0.0.1 port=" + first.port() + "," + second.port(), 300ms);
    EXPECT_EQ(failure.kind(), error_kind::database_unavailable);
    EXPECT_NE(failure.detail().find(first.port()), std::string::npos) << failure.detail();
}

TEST_F(tls_test, TakesTheHostThatCanWrite)
{
    connection_options options;
    options.conninfo = secret{test_dsn()};
    const auto writable = conninfo::parse(options);
    const auto* host = writable.find("host");
    const auto* given_port = writable.find("port");
    const std::string other = given_port ? *given_port : "5432";
    auto line = to("host=" + cluster->folder() + "," + *host + " port=" + std::to_string(cluster->port()) + "," +
                   other + " user=postgres dbname=postgres target_session_attrs=read-write");
    EXPECT_EQ(value<std::string>(*line, port), other);
    EXPECT_EQ(refusal(cluster->local_dsn() + " target_session_attrs=read-write").kind(), error_kind::read_only);
}

TEST_F(tls_test, S18NoCancelKeyIsEverSentInTheClearAndTheStatementEndsAllTheSame)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    static const statement asleep{
        "test.asleep", "SELECT count(*) FROM pg_stat_activity WHERE pid = $1::int4 AND wait_event = 'PgSleep'"};
    testing::fault_proxy between{static_cast<std::uint16_t>(cluster->port())};
    auto witness = to(cluster->local_dsn());
    auto line = to("host=127.0.0.1 port=" + std::to_string(between.port()) +
                   " user=postgres dbname=postgres password=secret sslmode=require");
    const auto pid = line->backend_pid();
    auto b = batch_of({&sleep});
    EXPECT_EQ(kind_of([&] { run(line->run(b, deadline::after(200ms))); }), error_kind::deadline_exceeded);
    ASSERT_EQ(value<std::int64_t>(*witness, asleep, pid), 1);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(run(line->clean(deadline::after(2s)))) << "it has to be closed";
    line.reset();
    while (value<std::int64_t>(*witness, asleep, pid) != 0 && std::chrono::steady_clock::now() - began < 5s)
        turn(10ms);
    EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
    EXPECT_EQ(between.accepted(), 1U) << "a cancel request has a connection of its own";
}

TEST_F(tls_test, AStoppedServerCostsItsTimeAndNotTheLoop)
{
    cluster->stop_postmaster();
    clocks_.take_worst_lag();
    for (const auto& dsn : {cluster->local_dsn(), cluster->tcp_dsn()}) {
        const auto began = std::chrono::steady_clock::now();
        EXPECT_EQ(refusal(dsn, 300ms).kind(), error_kind::database_unavailable);
        const auto took = std::chrono::steady_clock::now() - began;
        EXPECT_GE(took, 300ms);
        EXPECT_LT(took, 600ms);
    }
    EXPECT_EQ(kind_of([&] { run(open_to(cluster->local_dsn(), deadline::after(100ms))); }),
              error_kind::deadline_exceeded);
    cluster->wake();
    EXPECT_LT(clocks_.take_worst_lag(), 100ms);
    EXPECT_EQ(value<std::int32_t>(*to(cluster->local_dsn()), one), 1);
}

TEST_F(tls_test, ACancelThatNobodyTakesEndsAtItsDeadline)
{
    static const statement sleep{"test.sleep", "SELECT pg_sleep(30)"};
    auto line = to(cluster->local_dsn());
    auto b = batch_of({&sleep});
    EXPECT_EQ(kind_of([&] { run(line->run(b, deadline::after(50ms))); }), error_kind::deadline_exceeded);
    cluster->stop_postmaster();
    clocks_.take_worst_lag();
    const auto began = std::chrono::steady_clock::now();
    EXPECT_FALSE(run(line->clean(deadline::after(200ms))));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
    EXPECT_LT(clocks_.take_worst_lag(), 100ms);
    cluster->wake();
    for (int i = 0; i < 200 && blocking_.unfinished() != 0; ++i)
        turn(10ms);
    EXPECT_EQ(blocking_.unfinished(), 0U);
}

TEST_F(tls_test, AStoppedBackendCostsOneDeadlineAndItsCloseDoesNotWait)
{
    auto stopped = to(cluster->local_dsn());
    auto neighbour = to(cluster->local_dsn());
    ASSERT_EQ(::kill(stopped->backend_pid(), SIGSTOP), 0);
    const auto pid = stopped->backend_pid();
    clocks_.take_worst_lag();
    auto b = batch_of({&one});
    EXPECT_EQ(kind_of([&] { run(stopped->run(b, deadline::after(200ms))); }), error_kind::deadline_exceeded);
    EXPECT_EQ(value<std::int32_t>(*neighbour, one), 1);
    EXPECT_FALSE(run(stopped->clean(deadline::after(300ms))));
    const auto began = std::chrono::steady_clock::now();
    stopped.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - began, 50ms);
    EXPECT_LT(clocks_.take_worst_lag(), 100ms);
    ::kill(pid, SIGCONT);
}

TEST_F(tls_test, ACancelledConnectLeavesNothingBehind)
{
    const auto dsn = cluster->local_dsn(); // outlives the coroutine
    cluster->stop_postmaster();
    asio::cancellation_signal signal;
    std::exception_ptr failure;
    asio::co_spawn(
        context_, open_to(dsn, deadline::after(20s)),
        asio::bind_cancellation_slot(signal.slot(), [&](std::exception_ptr thrown, std::unique_ptr<connection>) {
            failure = std::move(thrown);
        }));
    turn(50ms);
    EXPECT_FALSE(failure);
    asio::post(context_, [&] { signal.emit(asio::cancellation_type::terminal); });
    turn(50ms);
    cluster->wake();
    ASSERT_TRUE(failure);
    EXPECT_EQ(kind_of([&] { std::rethrow_exception(failure); }), error_kind::cancelled);
}

} // namespace
} // namespace lightdash::pg
