// Does this compiler translate ordinary coroutines correctly? CMake runs this program when it configures.
//
// Each construct runs in a process of its own, so that one that crashes does not hide the others. Prints the constructs
// that failed, one per line; exits with their number. A construct fails when it gives a wrong value, crashes, or does
// not destroy exactly what it constructed.
#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace {

// The loop: suspended coroutines are resumed in a later turn, as they are by a real one.
std::deque<std::coroutine_handle<>> ready;

struct next_turn {
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> waiter) const { ready.push_back(waiter); }
    void await_resume() const noexcept {}
};

template <class T>
class task {
public:
    struct promise_type {
        T value{};
        std::exception_ptr failure;
        std::coroutine_handle<> waiter = std::noop_coroutine();

        task get_return_object() { return task{std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_always initial_suspend() const noexcept { return {}; }
        auto final_suspend() const noexcept
        {
            struct resume_waiter {
                bool await_ready() const noexcept { return false; }
                std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) const noexcept
                {
                    return self.promise().waiter;
                }
                void await_resume() const noexcept {}
            };
            return resume_waiter{};
        }
        void return_value(T result) { value = std::move(result); }
        void unhandled_exception() { failure = std::current_exception(); }
    };

    explicit task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    task(task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    task& operator=(task&&) = delete;
    ~task()
    {
        if (handle_)
            handle_.destroy();
    }

    bool await_ready() const noexcept { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiter) const noexcept
    {
        handle_.promise().waiter = waiter;
        return handle_;
    }
    T await_resume() const
    {
        if (handle_.promise().failure)
            std::rethrow_exception(handle_.promise().failure);
        return std::move(handle_.promise().value);
    }

    T run() const
    {
        handle_.resume();
        while (!handle_.done()) {
            if (ready.empty())
                std::abort();
            const auto waiter = ready.front();
            ready.pop_front();
            waiter.resume();
        }
        return await_resume();
    }

private:
    std::coroutine_handle<promise_type> handle_;
};

// Counts its lives; a second destruction of the same object is seen by its mark.
struct witness {
    static inline int alive = 0;
    static inline int faults = 0;

    explicit witness(int v = 0) : value(v), self(this), text(std::make_unique<std::string>(40, 'w')) { ++alive; }
    witness(const witness& other) : value(other.value), self(this), text(std::make_unique<std::string>(40, 'w'))
    {
        faults += other.self != &other;
        ++alive;
    }
    witness& operator=(const witness& other)
    {
        value = other.value;
        return *this;
    }
    ~witness()
    {
        faults += self != this;
        self = nullptr;
        --alive;
    }
    int get() const
    {
        faults += self != this;
        return value;
    }

    int value;
    const witness* self;
    std::unique_ptr<std::string> text;
};

struct pair_of_witnesses {
    witness first, second;
};
struct named_draft {
    std::string name;
    witness content;
};

task<int> number(int value)
{
    co_await next_turn{};
    co_return value;
}
task<bool> truth(bool value)
{
    co_await next_turn{};
    co_return value;
}
task<witness> make_witness(int value)
{
    co_await next_turn{};
    co_return witness{value};
}
task<std::string> text_of(std::string value)
{
    co_await next_turn{};
    co_return value;
}
task<int> sum_of(pair_of_witnesses pair)
{
    co_await next_turn{};
    co_return pair.first.get() + pair.second.get();
}
task<int> value_of(named_draft draft)
{
    co_await next_turn{};
    co_return draft.content.get() + static_cast<int>(draft.name.size());
}
task<int> value_behind(const named_draft& draft)
{
    co_await next_turn{};
    co_return draft.content.get() + static_cast<int>(draft.name.size());
}
template <class Function>
task<int> call(Function function)
{
    co_await next_turn{};
    co_return function();
}
template <class Function>
task<int> call_behind(const Function& function)
{
    co_await next_turn{};
    co_return function();
}

struct repository {
    witness content;
    task<int> find(witness extra) const
    {
        co_await next_turn{};
        co_return content.get() + extra.get();
    }
};
repository make_repository(int value)
{
    return repository{witness{value}};
}

// One construct each; each returns 42.

task<int> aggregate_by_value()
{
    const int sum = co_await sum_of({witness{40}, witness{2}});
    co_return sum;
}
task<int> aggregate_with_a_text_by_value()
{
    const int sum = co_await value_of({.name = std::string(30, 'n'), .content = witness{12}});
    co_return sum;
}
task<int> aggregate_by_reference()
{
    const int sum = co_await value_behind(named_draft{std::string(30, 'n'), witness{12}});
    co_return sum;
}
task<int> lambda_that_captures_by_value()
{
    const witness kept{40};
    const int sum = co_await call([kept, two = std::make_shared<int>(2)] { return kept.get() + *two; });
    co_return sum;
}
task<int> lambda_by_reference()
{
    const witness kept{42};
    const int sum = co_await call_behind([kept] { return kept.get(); });
    co_return sum;
}
task<int> choice_of(bool first)
{
    const witness chosen = first ? co_await make_witness(42) : co_await make_witness(7);
    co_return chosen.get();
}
task<int> choice_of_awaits()
{
    co_return co_await choice_of(true);
}
task<int> choice_between_an_await_and_a_value()
{
    const witness other{7};
    const witness chosen = other.get() == 7 ? co_await make_witness(42) : other;
    co_return chosen.get();
}
task<int> both_in_a_condition()
{
    if (co_await truth(true) && (co_await make_witness(1)).get() == 1)
        co_return 42;
    co_return 0;
}
task<int> either_in_a_condition()
{
    if (co_await truth(false) || (co_await text_of(std::string(40, 'x'))) == std::string(40, 'x'))
        co_return 42;
    co_return 0;
}
task<int> await_in_a_switch()
{
    switch (co_await number(3)) {
    case 3:
        co_return 42;
    default:
        co_return 0;
    }
}
task<int> await_of_a_witness_in_a_switch()
{
    switch (const witness seen = co_await make_witness(3); seen.get()) {
    case 3:
        co_return 42;
    default:
        co_return 0;
    }
}
task<int> await_in_a_loops_condition()
{
    int turns = 0;
    while ((co_await make_witness(turns)).get() < 42)
        ++turns;
    co_return turns;
}
task<int> awaits_inside_an_aggregate()
{
    const pair_of_witnesses pair{co_await make_witness(40), co_await make_witness(2)};
    co_return pair.first.get() + pair.second.get();
}
task<int> awaits_inside_a_named_aggregate()
{
    const named_draft draft{.name = co_await text_of(std::string(30, 'n')), .content = co_await make_witness(12)};
    co_return draft.content.get() + static_cast<int>(draft.name.size());
}
task<int> awaits_among_arguments()
{
    const int sum = co_await sum_of({co_await make_witness(40), co_await make_witness(2)});
    co_return sum;
}
task<int> member_of_a_temporary()
{
    const int sum = co_await make_repository(40).find(witness{2});
    co_return sum;
}
task<int> member_of_a_braced_temporary()
{
    const int sum = co_await repository{witness{40}}.find(witness{2});
    co_return sum;
}
task<int> fails_with(witness kept)
{
    co_await next_turn{};
    if (kept.get() == 1)
        throw kept.get();
    co_return 0;
}
task<int> failure_of_an_await_with_temporaries()
{
    try {
        const int none = co_await fails_with(witness{1});
        co_return none;
    } catch (int failure) {
        co_return failure + 41;
    }
}
task<int> awaits_in_one_expression()
{
    co_return (co_await make_witness(40)).get() + (co_await make_witness(2)).get();
}

struct construct {
    const char* name;
    task<int> (*run)();
};

constexpr construct constructs[] = {
    {"an aggregate as a temporary in the awaited call", aggregate_by_value},
    {"an aggregate with designated members in the awaited call", aggregate_with_a_text_by_value},
    {"a reference to a temporary aggregate in the awaited call", aggregate_by_reference},
    {"a capturing lambda as a temporary in the awaited call", lambda_that_captures_by_value},
    {"a reference to a temporary lambda in the awaited call", lambda_by_reference},
    {"c ? co_await a() : co_await b()", choice_of_awaits},
    {"c ? co_await a() : b", choice_between_an_await_and_a_value},
    {"if (co_await a() && co_await b())", both_in_a_condition},
    {"if (co_await a() || co_await b())", either_in_a_condition},
    {"switch (co_await f())", await_in_a_switch},
    {"switch (auto x = co_await f(); x)", await_of_a_witness_in_a_switch},
    {"while (co_await f())", await_in_a_loops_condition},
    {"co_await inside aggregate initialization", awaits_inside_an_aggregate},
    {"co_await inside aggregate initialization with designated members", awaits_inside_a_named_aggregate},
    {"co_await among the arguments of the awaited call", awaits_among_arguments},
    {"a member coroutine of a temporary", member_of_a_temporary},
    {"a member coroutine of a braced temporary", member_of_a_braced_temporary},
    {"an exception out of an awaited call with temporaries", failure_of_an_await_with_temporaries},
    {"two co_await in one expression", awaits_in_one_expression},
};

bool passes(const construct& one)
{
    const int result = one.run().run();
    return result == 42 && witness::alive == 0 && witness::faults == 0;
}

bool passes_in_a_child(const construct& one)
{
    const pid_t child = ::fork();
    if (child == 0) {
        if (std::freopen("/dev/null", "w", stderr) == nullptr) // the C library reports heap corruption there
            ::_exit(1);
        ::alarm(10);
        ::_exit(passes(one) ? 0 : 1);
    }
    int status = 0;
    return child > 0 && ::waitpid(child, &status, 0) == child && status == 0;
}

} // namespace

int main()
{
    int failed = 0;
    for (const construct& one : constructs) {
        if (passes_in_a_child(one))
            continue;
        std::printf("%s\n", one.name);
        ++failed;
    }
    return failed;
}
