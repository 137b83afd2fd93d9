// Registers routes: method, path, how the database is used, which right is needed, handler. What every request needs
// around its handler (gate, session or transaction, commit, retry, accounting) happens here and nowhere else.
#pragma once

#include "lightdash/http/router.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/access/model.hpp"
#include "modules/access/service.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash {

// How a reading route asks.
enum class read_kind : unsigned char {
    quick,    // every statement its own snapshot, on the shared lane: point reads, small pages
    slow,     // every statement its own snapshot, on a connection of its own: what may take long
    snapshot, // one REPEATABLE READ, READ ONLY transaction: statements that must agree
};
inline constexpr auto reads = read_kind::quick;
inline constexpr auto slow_reads = read_kind::slow;
inline constexpr auto snapshot = read_kind::snapshot;

// How a writing route writes: one transaction, committed before the first byte of a success, run again from its
// beginning on serialization failures.
enum class write_kind : unsigned char { read_committed, serializable };
inline constexpr auto writes = write_kind::read_committed;
inline constexpr auto serializable = write_kind::serializable;

// A route cannot be registered without naming its right.
struct right {
    access::scope what;
};
constexpr right needs(access::scope what)
{
    return {what};
}

// Handlers are plain functions: what they need arrives as arguments, and nothing survives a request in them.
using read_handler = task<http::response> (*)(http::request&, pg::session&);
using write_handler = task<http::response> (*)(http::request&, pg::transaction&);

using query_names = std::vector<std::string_view>;

class endpoints {
public:
    // The references must outlive the router's use. `require_schema` throws not_ready while the schema is older than
    // this program needs: then nothing is written.
    endpoints(http::router& routes, pg::database& db, access::gate& gate, std::function<void()> require_schema)
        : routes_(routes), db_(db), gate_(gate), require_schema_(std::move(require_schema))
    {}

    // `query`: the names of the query parameters that the handler asks for, literals. Any other is refused: what is
    // ignored looks as if it were done.
    void get(std::string pattern, read_kind kind, right needed, read_handler handle, query_names query = {});
    // Bodies that are too long to be parsed in one go are parsed before the transaction is opened, in steps between
    // which others have their turns.
    void post(std::string pattern, write_kind kind, right needed, write_handler handle);
    void patch(std::string pattern, write_kind kind, right needed, write_handler handle);
    void remove(std::string pattern, write_kind kind, right needed, write_handler handle);

private:
    void add_write(http::method verb, std::string pattern, write_kind kind, right needed, write_handler handle);

    http::router& routes_;
    pg::database& db_;
    access::gate& gate_;
    std::function<void()> require_schema_;
};

} // namespace lightdash
