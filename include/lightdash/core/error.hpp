// The one exception type of this program. It answers questions; nobody compares strings or SQLSTATEs.
#pragma once

#include "lightdash/core/connect_fault.hpp"

#include <chrono>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

// What went wrong, as far as anybody who handles it needs to know. http/error_response maps each to a status and a
// name.
enum class error_kind : unsigned char {
    // the request
    invalid_parameter, // understood, but its meaning is not possible
    malformed_body,    // not JSON, or JSON that this program refuses
    invalid_body,      // JSON of another shape: fields() names every fault
    compile_failed,    // a query that its explore cannot answer, or an explore that is broken
    unknown_field,     // a query, or a field's SQL, names a field that its explore does not have
    no_such_page,      // past the end of what is paged
    bad_request,       // HTTP framing that is refused
    unauthenticated,
    forbidden,
    not_found,
    method_not_allowed,
    not_acceptable,
    request_timeout, // the client sent too slowly
    already_exists,
    stale,  // somebody else saved in between
    in_use, // still referenced: cannot be deleted
    payload_too_large,
    uri_too_long,
    header_too_large,
    unsupported_media_type,
    not_implemented,
    version_not_supported,
    rate_limited,
    // time
    deadline_exceeded, // the request's own deadline passed
    cancelled,         // nobody waits for the answer any more
    // the database as a service
    database_unavailable, // cannot be reached, is starting, or broke the connection
    pool_saturated,       // reachable, but every connection is busy until the acquire deadline
    overloaded,           // more waiters than the queue may hold
    not_ready,            // the schema is older than this program needs, or we are starting or draining
    read_only,            // connected to a standby
    resource_exhausted,   // disk, memory or connections of the server
    // one statement
    unique_violation,
    foreign_key_missing,   // the row refers to one that does not exist
    foreign_key_in_use,    // other rows refer to this row
    invalid_value,         // not null, check, range, length or format refused by the server
    invalid_text,          // NUL or bad UTF-8
    serialization_failure, // 40001, 40P01: run the whole unit again
    lock_timeout,
    statement_timeout,     // the server's own limit, or a cancel by an operator
    statement_invalidated, // 0A000, 26000, 42P05: prepare again
    insufficient_privilege,
    commit_in_doubt, // the connection broke while COMMIT was on its way: nobody knows
    no_rows,         // one() found none
    too_many_rows,   // one() or maybe() found more than one
    database_error,  // any other refusal of the server: our bug
    // this program
    configuration,
    usage,
    internal,
};

std::string_view to_string(error_kind kind) noexcept;

// One fault in a body or a query string.
struct field_error {
    std::string pointer; // JSON pointer (RFC 6901) into the body, or the parameter's name
    std::string message; // one sentence for the person who sent it
};

// What the server said of a failed statement (PostgreSQL manual, "Error and Notice Message Fields").
// Never sent to a client: texts may hold user data.
struct database_diagnostics {
    std::string sqlstate; // five characters, empty when the connection broke without one
    std::string message;
    std::string detail;
    std::string hint;
    std::string constraint;
    std::string table;
    std::string column;
    std::string statement; // the statement's name, never its text
    int position = 0;      // 1-based character in the statement's text, 0 unknown
    // Inside a function or DO block instead: the query that failed there, the character in it, and the calls that led
    // there, innermost first, a line each, in the server's language.
    std::string internal_query;
    int internal_position = 0;
    std::string context;
    std::string routine; // the server's function that said it: the one text that no locale translates
};

class error : public std::exception {
public:
    // `message` may be shown to clients: it never holds SQL, DSNs or values of other people.
    error(error_kind kind, std::string message);

    error_kind kind() const noexcept;
    const char* what() const noexcept override;
    const std::string& message() const noexcept;

    // True: the same unit of work, run again from its beginning, may succeed, and running it again is harmless
    // because nothing of it was committed. Always false when in_doubt().
    bool retryable() const noexcept;
    // True: nobody knows whether the transaction was committed. Must be reported as such and never retried.
    bool in_doubt() const noexcept;
    // True: the connection that raised this must be closed, not reused.
    bool poisons_connection() const noexcept;
    // Which way a connection failed; stays with the error wherever it is told in other words.
    lightdash::connect_fault connect_fault() const noexcept;
    // True: the database as a service refused (unreachable, full, overloaded, not ready): answer 503.
    bool service_unavailable() const noexcept;

    const std::vector<field_error>& fields() const noexcept;
    const database_diagnostics* database() const noexcept; // null unless a server said it
    std::string_view sqlstate() const noexcept;            // "" when unknown
    std::string_view constraint() const noexcept;          // "" when none
    // A JSON object that clients are told beside the message; "" when there is none.
    const std::string& data() const noexcept;
    // What only the log may say.
    const std::string& detail() const noexcept;
    // When trying again makes sense; zero: not said.
    std::chrono::seconds retry_after() const noexcept;

    // Each returns a changed copy; the original is untouched.
    [[nodiscard]] error with_fields(std::vector<field_error> fields) const;
    [[nodiscard]] error with_database(database_diagnostics diagnostics) const;
    [[nodiscard]] error with_data(std::string json_object) const;
    [[nodiscard]] error with_detail(std::string detail) const;
    [[nodiscard]] error with_retry_after(std::chrono::seconds seconds) const;
    [[nodiscard]] error with_poisoned_connection() const;
    [[nodiscard]] error with_connect_fault(lightdash::connect_fault fault) const;

private:
    struct content;
    explicit error(std::shared_ptr<const content> shared);
    template <class Change>
    error changed(Change change) const;
    std::shared_ptr<const content> content_; // shared: copying an exception must not throw
};

} // namespace lightdash
