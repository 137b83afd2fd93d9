// Routes as data: method, pattern, right, handler. Handlers are plain functions, and what they need is what their
// parameters say:
//   const caller&                    who asks
//   pg::session& / pg::snapshot&     reads: each statement for itself, on the shared lanes / all of one moment
//   pg::transaction&                 writes: committed before the first byte of a success, run again from its beginning
//                                    on serialization failures
//   project_id, …                    the path's {project}: in the order of the pattern
//   const api::query<T>&, const T&   the query string, the body
// and what they return is the answer: task<T>, or T when the handler never waits. Nothing survives a request in them.
// What every request needs around its handler (gate, session or transaction, commit, retry, accounting) happens here
// and nowhere else; the same table describes the API (openapi.hpp).
#pragma once

#include "lightdash/api/handler.hpp"
#include "lightdash/api/idempotency.hpp"
#include "lightdash/http/router.hpp"
#include "lightdash/pg/database.hpp"

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

namespace lightdash::api {

// One answer of a route that makes its answers itself.
struct described_answer {
    unsigned status;
    std::string_view description;
    schema_writer schema;
};

// A header that a handler takes.
struct described_header {
    std::string_view name, description;
};

// A row of the table.
struct route {
    http::method verb;
    std::string_view pattern;
    need needed;
    std::string_view summary; // one sentence for people
    std::string tag;          // the slice

    access use = access::none;
    bool slow = false;           // reads on a connection of its own: what may take long
    bool serializable = false;   // writes at SERIALIZABLE in place of READ COMMITTED
    bool changes_rights = false; // the gate hears of it before the answer is sent
    bool told_once = false;      // its answer holds a secret
    unsigned status = 200;       // of a success
    bool tagged = false;         // which has an ETag
    schema_writer body = nullptr, results = nullptr;
    std::span<const std::string_view> path_names, path_schemas, query_names, query_schemas;
    std::vector<described_header> headers;

    detail::bound_call call;
    http::response (*call_now)(http::request&, void (*)()) = nullptr;
    void (*handler)() = nullptr;
    bool (*is_supplied)(const given_things&) = nullptr; // all that the handler takes of what is given
    std::vector<described_answer> answers;              // of a route that makes them itself

    pg::transaction_options transaction() const noexcept
    {
        return {serializable ? pg::isolation::serializable : pg::isolation::read_committed, false};
    }
    // Does it take an Idempotency-Key? Keys are a caller's own.
    bool takes_key() const noexcept { return verb == http::method::post && use == access::writes && !needed.nothing; }
};

// Not constexpr: the compiler names one of them where a pattern does not fit its handler.
namespace misfit {
void the_pattern_has_more_parameters_than_the_handler_takes_ids();
void a_parameter_of_the_pattern_is_not_named_as_the_handlers_id_or_stands_in_another_order();
void the_handler_takes_more_ids_than_the_pattern_has_parameters();
} // namespace misfit

// A pattern that fits a handler of these parameters: else it does not compile.
template <class... Args>
class pattern {
public:
    template <std::size_t N>
    consteval pattern(const char (&literal)[N]) : text(literal, N - 1)
    {
        constexpr const auto& names = detail::parameters<Args...>::names;
        std::size_t found = 0;
        for (auto at = text.find('{'); at != std::string_view::npos; at = text.find('{', at + 1), ++found) {
            if (found == names.size())
                misfit::the_pattern_has_more_parameters_than_the_handler_takes_ids();
            if (text.substr(at + 1, text.find('}', at) - at - 1) != names[found])
                misfit::a_parameter_of_the_pattern_is_not_named_as_the_handlers_id_or_stands_in_another_order();
        }
        if (found < names.size())
            misfit::the_handler_takes_more_ids_than_the_pattern_has_parameters();
    }

    std::string_view text;
};

template <class... Args>
using pattern_for = std::type_identity_t<pattern<Args...>>;

// How one route differs from the others.
class added {
public:
    explicit added(route& row) noexcept : row_(row) {}
    added& slow() noexcept
    {
        row_.slow = true;
        return *this;
    }
    added& serializable() noexcept
    {
        row_.serializable = true;
        return *this;
    }
    // Its answer holds a secret that is stored nowhere: whoever sends its Idempotency-Key again is told that it was
    // carried out, and not what was answered.
    added& told_once() noexcept
    {
        row_.told_once = true;
        return *this;
    }
    // What a write takes away ends with its answer: the next request of this process is judged anew.
    added& changes_rights() noexcept
    {
        row_.changes_rights = true;
        return *this;
    }

private:
    route& row_;
};

class routes {
public:
    // The references must outlive the use of what serve() fills. `require_schema` throws not_ready while the schema is
    // older than this program needs: then nothing is written. Without `kept` no POST takes an Idempotency-Key.
    routes(pg::database& db, gate& at, std::function<void()> require_schema, kept_answers* kept = nullptr);
    routes(const routes&) = delete;
    routes& operator=(const routes&) = delete;

    // What is added from here on belongs to this part of the API.
    void begin(std::string_view tag) { tag_ = tag; }

    // For handlers that take a const T&; it must outlive the use of the routes.
    template <class T>
        requires is_given<T>
    void give(const T& thing)
    {
        given_.add(thing);
    }

    template <class R, class... Args>
    added get(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::get>(at, needed, handler, summary);
    }
    // Bodies that are too long to be parsed in one go are parsed before the transaction is opened, in steps between
    // which others have their turns.
    template <class R, class... Args>
    added post(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::post>(at, needed, handler, summary);
    }
    template <class R, class... Args>
    added put(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::put>(at, needed, handler, summary);
    }
    template <class R, class... Args>
    added patch(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::patch>(at, needed, handler, summary);
    }
    template <class R, class... Args>
    added remove(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::delete_>(at, needed, handler, summary);
    }
    // One whose body names what goes, where Lightdash's clients send one. RFC 9110 9.3.5 gives such a body no meaning
    // of its own, and some proxies drop it: a path or a query is better.
    template <class R, class... Args>
    added remove_named_in_body(pattern_for<Args...> at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        return add<http::method::delete_, true>(at, needed, handler, summary);
    }

    // The same without a right: says what is missing.
    template <class Handler>
    void get(const char*, Handler, std::string_view)
    {
        must_need<Handler>();
    }
    template <class Handler>
    void post(const char*, Handler, std::string_view)
    {
        must_need<Handler>();
    }
    template <class Handler>
    void put(const char*, Handler, std::string_view)
    {
        must_need<Handler>();
    }
    template <class Handler>
    void patch(const char*, Handler, std::string_view)
    {
        must_need<Handler>();
    }
    template <class Handler>
    void remove(const char*, Handler, std::string_view)
    {
        must_need<Handler>();
    }

    // A route that answers by itself, without this table's envelope: it is served as it is, for everybody, and
    // described by its answers.
    void describe(const http::route& served, std::string_view summary, std::vector<described_answer> answers);

    // Adds all of them but the described ones to the router. Throws internal when two have one method and pattern, or
    // one cannot be as it was declared.
    void serve(http::router& to) const;

    const std::deque<route>& table() const noexcept { return table_; } // in the order in which they were added
    const gate& rights() const noexcept { return gate_; }

private:
    template <class Handler>
    static void must_need()
    {
        static_assert(json::detail::always_false<Handler>,
                      "write needs(right) or open between the pattern and the handler");
    }

    template <http::method Verb, bool MayHaveBody = false, class R, class... Args>
    added add(const pattern<Args...>& at, need needed, R (*handler)(Args...), std::string_view summary)
    {
        using detail::parameter;
        using given = detail::parameters<Args...>;
        using made = detail::result<R>;
        constexpr bool known = given::count(parameter::unknown) == 0;
        constexpr bool referred = given::count(parameter::copied) == 0;
        constexpr bool one_session =
            given::count(parameter::reads) + given::count(parameter::snapshot) + given::count(parameter::writes) <= 1;
        constexpr bool one_body = given::count(parameter::body) <= 1;
        constexpr bool one_query = given::count(parameter::query) <= 1;
        constexpr bool takes_body =
            MayHaveBody || Verb == http::method::post || Verb == http::method::put || Verb == http::method::patch;
        constexpr bool body_fits = takes_body || given::count(parameter::body) == 0;
        constexpr bool reads_only = Verb != http::method::get || given::count(parameter::writes) == 0;
        static_assert(known, "nothing supplies one of the handler's parameters: it may take the caller, pg::session&, "
                             "pg::snapshot& or pg::transaction&, ids, const api::query<T>&, a type that is read from "
                             "the request (T::of), and a described struct");
        static_assert(referred, "take the caller, the query and the body as const T&, a session or transaction as T&");
        static_assert(one_session, "a handler reads or writes: take one of pg::session&, pg::snapshot& and "
                                   "pg::transaction&");
        static_assert(one_body, "a request has one body: join the two structs in one, or take one as api::query<T>");
        static_assert(one_query, "a request has one query string: join the two structs in one");
        static_assert(body_fits, "a GET or DELETE has no body: take the struct as const api::query<T>&");
        static_assert(reads_only, "a GET changes nothing: take pg::session& or pg::snapshot&");
        constexpr bool waits = made::awaited || (given::use == access::none && given::count(parameter::given) == 0);
        static_assert(waits, "a handler that uses the database, or what the program gave, returns task<T>");
        if constexpr (known && referred && one_session && one_body && one_query && body_fits && reads_only && waits)
            return add_row(row_of<Verb, made, Args...>(at.text, needed, summary),
                           reinterpret_cast<void (*)()>(handler));
        else
            return add_row({}, nullptr);
    }

    template <http::method Verb, class Made, class... Args>
    static route row_of(std::string_view at, need needed, std::string_view summary)
    {
        using given = detail::parameters<Args...>;
        using result = typename Made::type;
        route row{.verb = Verb, .pattern = at, .needed = needed, .summary = summary, .tag = {}, .use = given::use};
        row.path_names = given::names;
        row.path_schemas = given::schemas;
        row.status = detail::told<result>::status;
        row.tagged = detail::told<result>::tagged;
        if constexpr (requires { &detail::told<result>::write; })
            row.results = &detail::told<result>::write;
        (describe_input<Args>(row), ...);
        row.is_supplied = &detail::all_were_given<Args...>;
        if constexpr (Made::awaited)
            row.call.function = &detail::call<result, Args...>;
        else
            row.call_now = &detail::call_now<result, Args...>;
        return row;
    }
    template <class Arg>
    static void describe_input(route& row)
    {
        using type = std::remove_cvref_t<Arg>;
        if constexpr (detail::kind_of<Arg>() == detail::parameter::body) {
            row.body = &write_schema<type>;
        } else if constexpr (detail::kind_of<Arg>() == detail::parameter::query) {
            []<class T>(route& into, const query<T>*) {
                into.query_names = query_names<T>;
                into.query_schemas = query_schemas<T>;
            }(row, static_cast<const type*>(nullptr));
        } else if constexpr (requires { type::header_description; }) {
            row.headers.push_back({type::header, type::header_description});
        }
    }

    added add_row(route row, void (*handler)());

    pg::database& db_;
    gate& gate_;
    std::function<void()> require_schema_;
    kept_answers* kept_;
    std::string tag_;
    given_things given_;
    std::deque<route> table_;
    std::deque<std::string> described_; // their patterns
};

} // namespace lightdash::api
