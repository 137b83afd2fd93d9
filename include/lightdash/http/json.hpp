// JSON both ways from the one description of a model: snake_case members are camelCase names.
//
// Reading is strict (promises J1–J14): depth 32, no duplicate keys, no NUL, integers exact and in range, no unknown fields;
// every fault is reported with its JSON pointer, up to 50. Writing never emits what is not JSON.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/core/error.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace boost::json {
class value;
}

namespace lightdash::http::json {

// Optional in JSON in the sense of JavaScript's undefined: absent when it holds nothing, where std::optional is written null.
// When read: absent leaves it empty; null is a fault.
template <class T>
struct omittable : std::optional<T> {
    using std::optional<T>::optional;
};

// For PATCH: tells "absent" from "null" from a value.
template <class T>
struct patch {
    bool present = false;
    std::optional<T> value;
};

// JSON kept as it is: chart configurations, tile properties, metric queries.
struct raw {
    std::string text; // valid JSON
};

// The parsed document (Boost.JSON inside src/http only).
class value {
public:
    // Throws malformed_body with the position; `limit` is the depth.
    static std::shared_ptr<const value> parse(std::string_view text, std::size_t depth = 32);

    explicit value(boost::json::value document);
    ~value();
    const boost::json::value& document() const noexcept { return *document_; }

private:
    std::unique_ptr<const boost::json::value> document_;
};

// Collects faults with the pointer of where the reader is.
class faults {
public:
    void add(std::string_view member, std::string message); // member: camelCase, "" for the value itself
    bool empty() const noexcept { return found_.empty(); }
    // Throws invalid_body with everything found, if anything.
    void throw_if_any() const;

private:
    friend class reader;
    std::string pointer_;
    std::vector<field_error> found_;
};

} // namespace lightdash::http::json

#include "lightdash/http/json_read.hpp"  // template <class T> T read_body(const value&);
#include "lightdash/http/json_write.hpp" // template <class T> void write(std::string& out, const T&);
