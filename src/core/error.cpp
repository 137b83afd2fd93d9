#include "lightdash/core/error.hpp"

#include <array>
#include <utility>

namespace lightdash {

struct error::content {
    error_kind kind;
    std::string message;
    std::vector<field_error> fields;
    std::unique_ptr<const database_diagnostics> database;
    std::string data;
    std::string detail;
    std::chrono::seconds retry_after{0};
    bool poisoned = false;
    lightdash::connect_fault fault = lightdash::connect_fault::none;

    content(error_kind k, std::string m) : kind(k), message(std::move(m)) {}
    content(const content& other)
        : kind(other.kind), message(other.message), fields(other.fields),
          database(other.database ? std::make_unique<const database_diagnostics>(*other.database) : nullptr),
          data(other.data), detail(other.detail), retry_after(other.retry_after), poisoned(other.poisoned),
          fault(other.fault)
    {}
};

std::string_view to_string(error_kind kind) noexcept
{
    static constexpr auto names = std::to_array<std::string_view>({"invalid_parameter",
                                                                   "malformed_body",
                                                                   "invalid_body",
                                                                   "compile_failed",
                                                                   "unknown_field",
                                                                   "no_such_page",
                                                                   "bad_request",
                                                                   "unauthenticated",
                                                                   "forbidden",
                                                                   "not_found",
                                                                   "method_not_allowed",
                                                                   "not_acceptable",
                                                                   "request_timeout",
                                                                   "already_exists",
                                                                   "stale",
                                                                   "in_use",
                                                                   "payload_too_large",
                                                                   "uri_too_long",
                                                                   "header_too_large",
                                                                   "unsupported_media_type",
                                                                   "not_implemented",
                                                                   "version_not_supported",
                                                                   "rate_limited",
                                                                   "deadline_exceeded",
                                                                   "cancelled",
                                                                   "database_unavailable",
                                                                   "pool_saturated",
                                                                   "overloaded",
                                                                   "not_ready",
                                                                   "read_only",
                                                                   "resource_exhausted",
                                                                   "unique_violation",
                                                                   "foreign_key_missing",
                                                                   "foreign_key_in_use",
                                                                   "invalid_value",
                                                                   "invalid_text",
                                                                   "serialization_failure",
                                                                   "lock_timeout",
                                                                   "statement_timeout",
                                                                   "statement_invalidated",
                                                                   "insufficient_privilege",
                                                                   "commit_in_doubt",
                                                                   "no_rows",
                                                                   "too_many_rows",
                                                                   "database_error",
                                                                   "configuration",
                                                                   "usage",
                                                                   "internal"});
    static_assert(names.size() == static_cast<std::size_t>(error_kind::internal) + 1);
    const auto index = static_cast<std::size_t>(kind);
    return index < names.size() ? names[index] : names.back();
}

error::error(error_kind kind, std::string message) : content_(std::make_shared<const content>(kind, std::move(message)))
{}

error::error(std::shared_ptr<const content> shared) : content_(std::move(shared)) {}

error_kind error::kind() const noexcept
{
    return content_->kind;
}
const char* error::what() const noexcept
{
    return content_->message.c_str();
}
const std::string& error::message() const noexcept
{
    return content_->message;
}
const std::vector<field_error>& error::fields() const noexcept
{
    return content_->fields;
}
const database_diagnostics* error::database() const noexcept
{
    return content_->database.get();
}
const std::string& error::data() const noexcept
{
    return content_->data;
}
const std::string& error::detail() const noexcept
{
    return content_->detail;
}
std::chrono::seconds error::retry_after() const noexcept
{
    return content_->retry_after;
}
bool error::in_doubt() const noexcept
{
    return content_->kind == error_kind::commit_in_doubt;
}

bool error::retryable() const noexcept
{
    switch (content_->kind) {
    case error_kind::serialization_failure:
    case error_kind::statement_invalidated:
        return true;
    case error_kind::database_unavailable:
        return content_->poisoned; // it broke under us; a refused connect is not repaired by asking again at once
    default:
        return false;
    }
}

bool error::poisons_connection() const noexcept
{
    return content_->poisoned;
}

connect_fault error::connect_fault() const noexcept
{
    return content_->fault;
}

bool error::service_unavailable() const noexcept
{
    switch (content_->kind) {
    case error_kind::database_unavailable:
    case error_kind::pool_saturated:
    case error_kind::overloaded:
    case error_kind::not_ready:
    case error_kind::read_only:
    case error_kind::resource_exhausted:
        return true;
    default:
        return false;
    }
}

std::string_view error::sqlstate() const noexcept
{
    return content_->database ? std::string_view{content_->database->sqlstate} : std::string_view{};
}

std::string_view error::constraint() const noexcept
{
    return content_->database ? std::string_view{content_->database->constraint} : std::string_view{};
}

template <class Change>
error error::changed(Change change) const
{
    auto copy = std::make_shared<content>(*content_);
    change(*copy);
    return error{std::shared_ptr<const content>{std::move(copy)}};
}

error error::with_fields(std::vector<field_error> fields) const
{
    return changed([&](content& c) { c.fields = std::move(fields); });
}

error error::with_database(database_diagnostics diagnostics) const
{
    return changed(
        [&](content& c) { c.database = std::make_unique<const database_diagnostics>(std::move(diagnostics)); });
}

error error::with_data(std::string json_object) const
{
    return changed([&](content& c) { c.data = std::move(json_object); });
}

error error::with_detail(std::string detail) const
{
    return changed([&](content& c) { c.detail = std::move(detail); });
}

error error::with_retry_after(std::chrono::seconds seconds) const
{
    return changed([&](content& c) { c.retry_after = seconds; });
}

error error::with_poisoned_connection() const
{
    return changed([](content& c) { c.poisoned = true; });
}

error error::with_connect_fault(lightdash::connect_fault fault) const
{
    return changed([&](content& c) { c.fault = fault; });
}

} // namespace lightdash
