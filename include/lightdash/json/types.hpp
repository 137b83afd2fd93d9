// What JSON is made of here: the kinds of members a model may have, the parsed document, and the faults found in it.
#pragma once

#include "lightdash/core/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::json {

// Optional in JSON in the sense of JavaScript's undefined: absent when it holds nothing, where std::optional is written
// null. When read: absent leaves it empty; null is a fault.
template <class T>
struct omittable : std::optional<T> {
    using std::optional<T>::optional;
};

// The same, but null says what absence says: for members that senders fill with null.
template <class T>
struct omittable_or_null : std::optional<T> {
    using std::optional<T>::optional;
};

// What a sender may give back as it got it: its form is checked, then it is forgotten. Never written.
template <class T>
struct read_only {};

// For PATCH: tells "absent" from "null" from a value.
template <class T>
struct patch {
    bool present = false;
    std::optional<T> value;
};

// A member that may be absent, and then stays as it is made: an empty list. Written always.
template <class T>
struct or_default : T {
    using T::T;
};

// An array in a body of at most `Most` elements: a longer one is refused by its length, before any element is read. A
// plain vector takes at most most_elements.
template <class T, std::size_t Most>
struct list : std::vector<T> {
    using std::vector<T>::vector;
    static constexpr std::size_t most = Most;
};
inline constexpr std::size_t most_elements = 10'000; // of an array, and members of an object that is read as a map

// JSON kept as it is: chart configurations, tile properties, metric queries. Numbers keep every digit that was sent.
struct raw {
    std::string text; // valid JSON; empty is written as null
    friend bool operator==(const raw&, const raw&) = default;
};

// What to do with members that the struct does not have. A struct that takes a whole object back, of which it uses a
// part, says
//   static constexpr auto unknown_members = json::unknown_members::ignore;
enum class unknown_members : unsigned char { refuse, ignore };

class document; // src/json

inline constexpr std::size_t deepest = 32;            // levels of arrays and objects
inline constexpr std::size_t longest_raw = 2'097'152; // bytes of a part that is kept as it is

// A parsed text. Owns everything read from it.
class value {
public:
    // Throws malformed_body (400) naming the byte, line and column for what is not JSON, is deeper than `depth`, or
    // names a member twice; invalid_body (422) for U+0000 in a text and for numbers that no double can hold.
    // For a long text: parsing.
    static std::shared_ptr<const value> parse(std::string_view text, std::size_t depth = deepest);

    explicit value(std::unique_ptr<const document> parsed) noexcept;
    ~value();
    const document& content() const noexcept { return *document_; }

private:
    std::unique_ptr<const document> document_;
};

// Parses a text in steps, so that whoever has other things to do may do them in between. The text must outlive it.
class parsing {
public:
    explicit parsing(std::string_view text, std::size_t depth = deepest); // throws as value::parse
    parsing(parsing&&) noexcept;
    parsing& operator=(parsing&&) = delete;
    ~parsing();

    // Goes on by about so many bytes, and to the end of a number or word that would be cut; true when all is parsed.
    // Throws as value::parse, and must not be called again then.
    bool step(std::size_t bytes);
    std::shared_ptr<const value> result(); // once, after step() was true

private:
    struct state;
    std::unique_ptr<state> state_;
};

// Code points, which people count as characters.
std::size_t characters_in(std::string_view text);

// Collects faults with the JSON pointer (RFC 6901) of the object they were found in.
class faults {
public:
    static constexpr std::size_t limit = 50; // what is found beyond is not kept

    // `member`: its camelCase name, "" for the object itself. `message`: one sentence for the person who sent it.
    void add(std::string_view member, std::string message);
    void add_at(std::string pointer, std::string message); // pointer from the body's root, already escaped
    // Adds the fault unless `met`.
    void require(bool met, std::string_view member, std::string_view message);
    // Length in characters (code points), both ends allowed.
    void text_length(std::string_view member, std::string_view text, std::size_t least, std::size_t most);
    // Both ends allowed.
    void range(std::string_view member, std::int64_t number, std::int64_t lowest, std::int64_t highest);

    bool empty() const noexcept { return found_.empty(); }
    bool full() const noexcept { return found_.size() >= limit; }
    const std::vector<field_error>& found() const noexcept { return found_; }
    // Throws invalid_body with everything found, if anything.
    void throw_if_any() const;

private:
    friend class reader;
    std::string pointer_;
    std::vector<field_error> found_;
};

} // namespace lightdash::json
