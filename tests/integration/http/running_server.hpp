// A real server on a free port, its loop on a thread of its own, for tests that talk to it through sockets.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/http/server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace lightdash::http {

struct seen_request {
    unsigned status;
    std::string target, route, error_name, id;
    std::size_t request_bytes, response_bytes;
    bool client_left;
};

class running_server {
public:
    explicit running_server(limits allowed = {}, std::string version = "1.2.3")
    {
        add_routes();
        server_options options;
        options.port = 0;
        options.limits = allowed;
        options.version = std::move(version);
        server_.emplace(io_, clocks_, routes_, std::move(options), [this](const access_record& r) { note(r); });
        server_->start();
        thread_ = std::thread([this] { io_.run(); });
    }
    ~running_server()
    {
        on_loop([this] { server_.reset(); });
        io_.stop(); // the wheel's timer may be far ahead
        thread_.join();
    }

    unsigned short port() const { return server_->port(); }

    // Runs `work` on the loop's thread and waits for it.
    template <class Work>
    std::invoke_result_t<Work&> on_loop(Work work)
    {
        auto packaged = std::make_shared<std::packaged_task<std::invoke_result_t<Work&>()>>(std::move(work));
        auto result = packaged->get_future();
        asio::post(io_, [packaged] { (*packaged)(); });
        return result.get();
    }
    server_stats stats()
    {
        return on_loop([this] { return server_->stats(); });
    }
    void begin_drain()
    {
        on_loop([this] { server_->begin_drain(); });
    }
    // The answer of stop(), later.
    std::future<bool> stop(std::chrono::milliseconds within)
    {
        auto result = std::make_shared<std::promise<bool>>();
        asio::co_spawn(io_, server_->stop(deadline::after(within)),
                       [result](std::exception_ptr, bool clean) { result->set_value(clean); });
        return result->get_future();
    }

    // Waits until so many requests were recorded; what was recorded until then or until the limit.
    std::vector<seen_request> requests(std::size_t count, std::chrono::seconds limit = std::chrono::seconds{5})
    {
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, limit, [&] { return seen_.size() >= count; });
        return seen_;
    }

    std::atomic<int> cancelled = 0;               // handlers that heard of their cancellation
    std::atomic<std::int64_t> running_slowly = 0; // handlers suspended now

private:
    void add_routes()
    {
        const auto now = [this](method verb, std::string pattern, immediate_handler handle) {
            route r;
            r.verb = verb;
            r.pattern = std::move(pattern);
            r.handle_now = std::move(handle);
            routes_.add(std::move(r));
        };
        const auto echo = [](request& rq) {
            response made;
            made.body = std::string{rq.body()};
            made.headers.emplace_back("X-Host", std::string{rq.header("host")});
            made.headers.emplace_back("X-Authorization", std::string{rq.header("authorization")});
            return made;
        };
        now(method::get, "/echo", echo);
        now(method::post, "/echo", echo);
        now(method::get, "/hello", [](request&) { return done(); });
        now(method::get, "/large", [](request& rq) {
            response made;
            made.body.assign(static_cast<std::size_t>(rq.query_integer("bytes", 0, 1 << 30).value_or(0)), 'x');
            return made;
        });
        now(method::get, "/throws", [](request&) -> response { throw error{error_kind::not_found, "No such thing."}; });
        now(method::get, "/throws-int", [](request&) -> response { throw 42; });
        now(method::get, "/split", [](request&) {
            response made = done();
            made.headers.emplace_back("X-Split", "a\r\nSet-Cookie: b");
            return made;
        });
        now(method::get, "/cached", [](request&) {
            response made = done();
            made.headers.emplace_back("Cache-Control", "max-age=5");
            return made;
        });
        now(method::post, "/json", [](request& rq) {
            (void)rq.parsed_body();
            return done();
        });
        route small;
        small.verb = method::post;
        small.pattern = "/small";
        small.body_limit = 10;
        small.handle_now = echo;
        routes_.add(std::move(small));

        // For whoever sends "Authorization: ApiKey known", or "ApiKey asked", who is looked for first.
        for (const auto verb : {method::get, method::post}) {
            route guarded;
            guarded.verb = verb;
            guarded.pattern = "/member";
            guarded.admit_known = [](request& rq) { return admit_known(rq); };
            guarded.admit_unknown = [this](request& rq) { return admit_unknown(rq); };
            guarded.takes_json = verb == method::post;
            guarded.handle_now = echo;
            routes_.add(std::move(guarded));
        }
        route queueing;
        queueing.verb = method::post;
        queueing.pattern = "/queue";
        queueing.queues = true;
        queueing.handle = [this](request& rq) { return answer_from_queue(rq); };
        routes_.add(std::move(queueing));

        route slow;
        slow.verb = method::get;
        slow.pattern = "/slow/{milliseconds}";
        slow.handle = [this](request& rq) { return answer_slowly(std::stoi(rq.path<std::string>("milliseconds"))); };
        routes_.add(std::move(slow));
        route late_failure;
        late_failure.verb = method::get;
        late_failure.pattern = "/fails-later";
        late_failure.handle = [this](request&) { return fail_later(); };
        routes_.add(std::move(late_failure));
    }

    static bool admit_known(request& rq)
    {
        const auto shown = rq.header("authorization");
        if (shown == "ApiKey asked")
            return false;
        if (shown != "ApiKey known")
            throw error{error_kind::unauthenticated, "Nobody knows you."};
        rq.set_identity(std::make_shared<const int>());
        return true;
    }
    task<> admit_unknown(request& rq)
    {
        co_await sleep(20);
        rq.set_identity(std::make_shared<const int>());
    }
    // As a request that waited for a connection and had it for no time, also where the machine is so busy that 30 ms
    // take long: what counts as work would tell the server that such a wait is in order.
    task<response> answer_from_queue(request& rq)
    {
        const auto began = deadline::clock::now();
        co_await sleep(30);
        rq.account().statements = 1;
        rq.account().pool_wait = deadline::clock::now() - began;
        co_return done();
    }
    task<> sleep(int milliseconds)
    {
        completion<bool> over;
        alarm clock{[](void* at) noexcept { static_cast<completion<bool>*>(at)->set(true); }, &over};
        clocks_.arm(clock, deadline::after(std::chrono::milliseconds{milliseconds}));
        co_await over.wait();
    }
    task<response> answer_slowly(int milliseconds)
    {
        ++running_slowly;
        struct leave {
            std::atomic<std::int64_t>& count;
            ~leave() { --count; }
        } on_exit{running_slowly};
        try {
            co_await sleep(milliseconds);
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                ++cancelled;
            throw;
        }
        co_return done();
    }
    task<response> fail_later()
    {
        co_await sleep(1);
        throw error{error_kind::stale, "Somebody was faster."};
    }

    void note(const access_record& r)
    {
        const std::lock_guard lock{mutex_};
        seen_.push_back({r.status, std::string{r.target}, std::string{r.account.route}, r.account.error_name,
                         std::string{r.id}, r.request_bytes, r.response_bytes, r.client_left});
        changed_.notify_all();
    }

    asio::io_context io_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_{io_.get_executor()};
    timer_wheel clocks_{io_};
    router routes_;
    std::optional<server> server_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<seen_request> seen_;
    std::thread thread_;
};

} // namespace lightdash::http
