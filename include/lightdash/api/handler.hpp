// What the compiler knows of a handler: what its parameters ask for, and how it is called with them.
#pragma once

#include "lightdash/api/answer.hpp"
#include "lightdash/api/conditions.hpp"
#include "lightdash/api/gate.hpp"
#include "lightdash/api/query.hpp"
#include "lightdash/api/schema.hpp"
#include "lightdash/api/type_name.hpp"
#include "lightdash/pg/session.hpp"
#include "lightdash/pg/snapshot.hpp"
#include "lightdash/pg/transaction.hpp"

#include <array>
#include <memory>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace lightdash::api {

// A value that stands in a path: an id, or a type of its own for what is more than an id:
//   static constexpr std::string_view path_name = "dashboard";
//   static T of(std::string_view text);                         may throw invalid_parameter
// Such a type may borrow the text: it lives as long as the request.
template <class T>
concept path_text = requires(std::string_view text) {
    { T::path_name } -> std::convertible_to<std::string_view>;
    { T::of(text) } -> std::same_as<T>;
};

// What a handler takes of a request beside path, query and body: a header, a cookie, who asks from where. Such a type
// says itself how it is read, may throw what the client is answered, and may borrow from the request:
//   static T of(const http::request& rq);
// Where it is one header, it tells the description of the API so:
//   static constexpr std::string_view header = "If-Match", header_description = "…";
template <class T>
concept request_part = requires(const http::request& rq) {
    { T::of(rq) } -> std::same_as<T>;
};

// Those that were given, by their types.
class given_things {
public:
    template <class T>
    void add(const T& thing)
    {
        things_.emplace_back(&tag<T>, &thing);
    }
    // Null when nobody gave one.
    template <class T>
    const T* find() const noexcept
    {
        for (const auto& [type, thing] : things_)
            if (type == &tag<T>)
                return static_cast<const T*>(thing);
        return nullptr;
    }

private:
    template <class T>
    static constexpr char tag = 0; // its address stands for the type

    std::vector<std::pair<const char*, const void*>> things_;
};

// How a handler uses the database.
enum class access : unsigned char { none, reads, snapshot, writes };

namespace detail {

enum class parameter : unsigned char {
    caller,
    reads,
    snapshot,
    writes,
    path,
    query,
    body,
    part,
    given,
    copied,
    unknown
};

template <class Arg>
consteval parameter kind_of()
{
    using type = std::remove_cvref_t<Arg>;
    constexpr bool is_value = !std::is_reference_v<Arg>;
    constexpr bool is_const = std::is_lvalue_reference_v<Arg> && std::is_const_v<std::remove_reference_t<Arg>>;
    constexpr bool is_changed = std::is_lvalue_reference_v<Arg> && !is_const;
    constexpr auto if_const = [](parameter made) { return is_const ? made : parameter::copied; };
    constexpr auto if_changed = [](parameter made) { return is_changed ? made : parameter::copied; };
    if (is_caller<type>)
        return if_const(parameter::caller);
    if (is_given<type>)
        return if_const(parameter::given);
    if (std::is_same_v<type, pg::session>)
        return if_changed(parameter::reads);
    if (std::is_same_v<type, pg::snapshot>)
        return if_changed(parameter::snapshot);
    if (std::is_same_v<type, pg::transaction>)
        return if_changed(parameter::writes);
    if (json::detail::is_a<type, strong_id> || path_text<type>)
        return is_value || is_const ? parameter::path : parameter::copied;
    if (request_part<type>)
        return is_value || is_const ? parameter::part : parameter::copied;
    if (is_query<type>)
        return if_const(parameter::query);
    if (described_struct<type>)
        return if_const(parameter::body);
    return parameter::unknown;
}

template <class T>
consteval std::string_view path_name()
{
    if constexpr (path_text<T>)
        return T::path_name;
    else
        return []<class Tag>(const strong_id<Tag>*) { return tag_name<Tag>(); }(static_cast<const T*>(nullptr));
}

// Counted and named at compile time, in the handler's order.
template <class... Args>
struct parameters {
    static constexpr std::size_t count(parameter what) { return (std::size_t{0} + ... + (kind_of<Args>() == what)); }
    static constexpr auto names = [] {
        std::array<std::string_view, count(parameter::path)> made{};
        std::size_t at = 0;
        const auto add = [&]<class Arg>(const std::type_identity<Arg>&) {
            if constexpr (kind_of<Arg>() == parameter::path)
                made[at++] = path_name<std::remove_cvref_t<Arg>>();
        };
        (add(std::type_identity<Args>{}), ...);
        (void)add;
        return made;
    }();
    static constexpr auto schemas = [] {
        std::array<std::string_view, count(parameter::path)> made{};
        std::size_t at = 0;
        const auto add = [&]<class Arg>(const std::type_identity<Arg>&) {
            if constexpr (kind_of<Arg>() == parameter::path)
                made[at++] = path_text<std::remove_cvref_t<Arg>> ? R"({"type":"string"})"
                                                                 : R"({"type":"string","format":"uuid"})";
        };
        (add(std::type_identity<Args>{}), ...);
        (void)add;
        return made;
    }();
    static constexpr access use = count(parameter::writes) > 0     ? access::writes
                                  : count(parameter::snapshot) > 0 ? access::snapshot
                                  : count(parameter::reads) > 0    ? access::reads
                                                                   : access::none;
};

template <class R>
struct result {
    using type = R;
    static constexpr bool awaited = false;
};
template <class R>
struct result<task<R>> {
    using type = R;
    static constexpr bool awaited = true;
};

// What a call is given beside the request.
struct opened {
    std::unique_ptr<pg::session> owned;
    pg::session* session = nullptr; // null: the route needs no database
    const given_things* things = nullptr;
};

template <class Arg>
bool was_given(const given_things& things)
{
    if constexpr (kind_of<Arg>() == parameter::given)
        return things.find<std::remove_cvref_t<Arg>>() != nullptr;
    else
        return true;
}
template <class... Args>
bool all_were_given(const given_things& things)
{
    return (was_given<Args>(things) && ...);
}

// Writes what a session was asked for on the request's account, however the handler ends.
class accounted {
public:
    accounted(http::request& rq, const pg::session* session) noexcept : rq_(rq), session_(session) {}
    accounted(const accounted&) = delete;
    accounted& operator=(const accounted&) = delete;
    ~accounted();

private:
    http::request& rq_;
    const pg::session* session_;
};

template <class Arg, parameter What = kind_of<Arg>()>
struct supplied { // the caller, and whatever is a session
    using type = std::remove_cvref_t<Arg>;
    Arg value;
    supplied(http::request& rq, const opened& with) : value(of(rq, with.session)) {}
    Arg get() { return value; }

private:
    static Arg of(http::request& rq, pg::session* session)
    {
        if constexpr (What == parameter::caller)
            return rq.identity<type>();
        else
            return static_cast<type&>(*session);
    }
};
template <class Arg>
struct supplied<Arg, parameter::path> {
    using type = std::remove_cvref_t<Arg>;
    type value;
    supplied(http::request& rq, const opened&) : value(of(rq)) {}
    const type& get() { return value; }

private:
    static type of(http::request& rq)
    {
        if constexpr (path_text<type>)
            return type::of(rq.path<std::string_view>(type::path_name));
        else
            return rq.path<type>(path_name<type>());
    }
};
template <class Arg>
struct supplied<Arg, parameter::part> {
    std::remove_cvref_t<Arg> value;
    supplied(http::request& rq, const opened&) : value(std::remove_cvref_t<Arg>::of(rq)) {}
    const std::remove_cvref_t<Arg>& get() { return value; }
};
template <class Arg>
struct supplied<Arg, parameter::given> {
    Arg value;
    supplied(http::request&, const opened& with) : value(*with.things->find<std::remove_cvref_t<Arg>>()) {}
    Arg get() { return value; }
};
template <class Arg>
struct supplied<Arg, parameter::body> {
    std::remove_cvref_t<Arg> value;
    supplied(http::request& rq, const opened&) : value(rq.body<std::remove_cvref_t<Arg>>()) {}
    Arg get() { return value; }
};
template <class T>
struct supplied<const query<T>&, parameter::query> {
    query<T> value;
    supplied(http::request& rq, const opened&) : value(read_query<T>(rq)) {}
    const query<T>& get() { return value; }
};

template <class T>
http::response answer_to(const http::request&, T&& results)
{
    return answer_of(std::forward<T>(results));
}
template <class T>
http::response answer_to(const http::request& rq, tagged<T>&& results)
{
    auto answer = answer_of(std::move(results.told));
    tag(answer, rq, results.version);
    return answer;
}

// Calls a handler with what its parameters ask for, and makes an answer of what it returns.
template <class R, class... Args>
task<http::response> call(http::request& rq, opened with, void (*handler)())
{
    const accounted account{rq, with.session};
    std::tuple<supplied<Args>...> given{supplied<Args>{rq, with}...};
    auto pending = std::apply(
        [handler](auto&... each) { return reinterpret_cast<task<R> (*)(Args...)>(handler)(each.get()...); }, given);
    if constexpr (std::is_void_v<R>) {
        co_await std::move(pending);
        co_return http::done();
    } else {
        co_return answer_to(rq, co_await std::move(pending));
    }
}

// That function, and what else it calls the handler with.
struct bound_call {
    task<http::response> (*function)(http::request&, opened, void (*)()) = nullptr;
    const given_things* things = nullptr;

    task<http::response> operator()(http::request& rq, opened with, void (*handler)()) const
    {
        with.things = things;
        return function(rq, std::move(with), handler);
    }
};

// The same for one that never waits.
template <class R, class... Args>
http::response call_now(http::request& rq, void (*handler)())
{
    std::tuple<supplied<Args>...> given{supplied<Args>{rq, opened{}}...};
    const auto made = [&] {
        return std::apply([handler](auto&... each) { return reinterpret_cast<R (*)(Args...)>(handler)(each.get()...); },
                          given);
    };
    if constexpr (std::is_void_v<R>) {
        made();
        return http::done();
    } else {
        return answer_to(rq, made());
    }
}

template <class R>
struct told {
    static constexpr unsigned status = 200;
    static constexpr bool tagged = false;
    static void write(std::string& out, schemas& known, direction way) { write_schema<R>(out, known, way); }
};
template <>
struct told<void> {
    static constexpr unsigned status = 200;
    static constexpr bool tagged = false;
};
template <class T>
struct told<created<T>> {
    static constexpr unsigned status = 201;
    static constexpr bool tagged = false;
    static void write(std::string& out, schemas& known, direction way) { write_schema<T>(out, known, way); }
};
template <class T>
struct told<with_headers<T>> : told<T> {};
template <class T>
struct told<api::tagged<T>> : told<T> {
    static constexpr bool tagged = true;
};
void write_page_schema(std::string& out, schemas& known, schema_writer row, bool also_array);
template <class T>
struct told<list<T>> {
    static constexpr unsigned status = 200;
    static constexpr bool tagged = false;
    static void write(std::string& out, schemas& known, direction)
    {
        write_page_schema(out, known, &write_schema<T>, true);
    }
};
template <class T>
struct told<page<T>> {
    static constexpr unsigned status = 200;
    static constexpr bool tagged = false;
    static void write(std::string& out, schemas& known, direction)
    {
        write_page_schema(out, known, &write_schema<T>, false);
    }
};

} // namespace detail
} // namespace lightdash::api
