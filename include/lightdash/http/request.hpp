// One request, as a handler sees it. Everything in it is valid until the response was written.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lightdash::http {

enum class method : unsigned char { get, head, post, put, patch, delete_, options, other };
std::string_view to_string(method m) noexcept; // "GET", …

// What the access line and the metrics tell of a request beyond HTTP; filled by whoever knows.
struct request_account {
    std::uint32_t statements = 0;
    std::uint64_t rows = 0;
    std::chrono::nanoseconds database_time{0};
    std::chrono::nanoseconds pool_wait{0};
    std::string_view route;   // template, "" when none matched
    std::string error_name;   // of an error response
    std::string error_detail; // for the log only
};

class request {
public:
    method verb() const noexcept { return verb_; }
    std::string_view target() const noexcept { return target_; } // as sent
    std::string_view path() const noexcept { return path_; }     // without query; a trailing slash removed
    std::string_view query() const noexcept { return query_; }   // without '?', still encoded
    std::string_view body() const noexcept { return body_; }
    // The first field of that name (any letter case), trimmed; "" when absent.
    std::string_view header(std::string_view name) const noexcept;
    bool has_header(std::string_view name) const noexcept;
    // Every field of that name, in order: a list may stand in several (RFC 9110 5.3).
    std::vector<std::string_view> header_all(std::string_view name) const;
    // Whether the Accept fields, if there are any, take this media type.
    bool accepts(std::string_view media_type) const noexcept;

    // This request's id: the client's X-Request-Id when it is 1–128 characters of [A-Za-z0-9._-], else made here.
    std::string_view id() const noexcept { return id_; }
    lightdash::deadline deadline() const noexcept { return deadline_; }
    // The IP address of whoever sent it: the connection's other end, or, where a proxy is trusted
    // (server_options::trust_proxy), what that one says in X-Forwarded-For.
    std::string_view client() const noexcept { return client_; }

    // A path parameter as a typed id or text. Throws invalid_parameter naming it when the text is no UUID.
    template <class T>
    T path(std::string_view name) const
    {
        if constexpr (std::is_same_v<T, std::string_view> || std::is_same_v<T, std::string>) {
            return T{path_parameter(name)};
        } else {
            const auto text = path_parameter(name);
            if (auto id = T::parse(text))
                return *id;
            throw_bad_uuid(name, text);
        }
    }
    // Decoded query parameters; nullopt when absent. Integral decimals such as "1.000000" are integers.
    // Throws invalid_body (422) naming the parameter when the text does not fit.
    std::optional<std::string> query_text(std::string_view name) const;
    std::optional<std::int64_t> query_integer(std::string_view name, std::int64_t lowest, std::int64_t highest) const;
    std::optional<bool> query_flag(std::string_view name) const;     // true, false, 1, 0
    std::vector<std::string> query_all(std::string_view name) const; // every value of a repeated parameter, in order
    // Throws invalid_body naming the first query parameter that is none of these, and the one that it is like.
    void refuse_other_query(std::span<const std::string_view> known) const;

    // The body as a described struct. Throws unsupported_media_type, malformed_body, or invalid_body with every fault.
    // A struct may have `void validate(json::faults&) const` for rules of its own.
    template <class T>
    T body() const
    {
        return json::read_body<T>(parsed_body());
    }
    // Throws unsupported_media_type when Content-Type does not say JSON in UTF-8, or the body has a Content-Encoding.
    void require_json_body() const;
    // The body as JSON, parsed once: throws unsupported_media_type or malformed_body.
    const json::value& parsed_body() const;
    // The same for a long body, in steps of about so many bytes: true when it is parsed.
    bool parse_body_step(std::size_t bytes) const;

    // Who is asking: of a type that the gate and the handlers agree on. Throws unauthenticated before the gate has let
    // somebody in, internal when it let in somebody of another type.
    template <class T>
    const T& identity() const
    {
        return *static_cast<const T*>(identity_of(&identity_tag<T>));
    }
    template <class T>
    void set_identity(std::shared_ptr<const T> who) noexcept
    {
        identity_ = std::move(who);
        identity_type_ = &identity_tag<T>;
    }
    bool has_identity() const noexcept { return identity_ != nullptr; }

    // A field of the answer, whatever the answer is; the name is a literal.
    void add_to_answer(std::string_view name, std::string value)
    {
        answer_fields_.emplace_back(name, std::move(value));
    }
    std::vector<std::pair<std::string_view, std::string>>& answer_fields() noexcept { return answer_fields_; }

    request_account& account() noexcept { return account_; }

private:
    friend class request_builder; // src/http: the session fills a request

    template <class T>
    static constexpr char identity_tag = 0; // its address stands for the type

    const void* identity_of(const char* type) const;
    std::string_view path_parameter(std::string_view name) const;
    [[noreturn]] static void throw_bad_uuid(std::string_view name, std::string_view text);
    template <class Visit>
    void for_each_query_pair(Visit visit) const;
    template <class Visit>
    void for_each_query_value(std::string_view name, Visit visit) const;

    method verb_ = method::other;
    std::string_view target_, path_, query_, body_;
    std::vector<std::pair<std::string_view, std::string_view>> headers_;
    std::vector<std::pair<std::string_view, std::string_view>> path_parameters_;
    std::string decoded_; // the path parameters that were percent-encoded; reserved once, so that views into it stay
    std::string_view client_;
    std::vector<std::pair<std::string_view, std::string>> answer_fields_;
    std::string id_;
    lightdash::deadline deadline_ = lightdash::deadline::never();
    std::shared_ptr<const void> identity_;
    const char* identity_type_ = nullptr;
    mutable std::optional<json::parsing> parsing_;
    mutable std::shared_ptr<const json::value> parsed_;
    request_account account_;
};

} // namespace lightdash::http
