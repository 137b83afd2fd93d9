#include "json/document.hpp"

#include "lightdash/json/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace lightdash::json {
namespace {

namespace sax = boost::json;

constexpr std::string_view number_range =
    "Must be a number between -1.7976931348623157e308 and 1.7976931348623157e308.";

// Receives Boost.JSON's events and refuses what it lets through.
class builder {
public:
    static constexpr std::size_t max_array_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_object_size = max_array_size;
    static constexpr std::size_t max_string_size = max_array_size;
    static constexpr std::size_t max_key_size = max_array_size;

    document made;
    faults found;
    std::string duplicate; // pointer of a member that came twice

    // Every value but the first follows a bracket, a comma or a colon, and is a byte at least; what is not used of it
    // is never touched.
    void expect(std::string_view text)
    {
        made.characters.reserve(text.size());
        const auto before =
            std::ranges::count_if(text, [](char c) { return c == ',' || c == ':' || c == '[' || c == '{'; });
        made.nodes.reserve(1 + std::min(static_cast<std::size_t>(before), text.size() / 2));
    }

    bool on_document_begin(sax::error_code&) { return true; }
    bool on_document_end(sax::error_code&) { return true; }

    bool on_object_begin(sax::error_code&) { return open(node_kind::object); }
    bool on_array_begin(sax::error_code&) { return open(node_kind::array); }
    bool on_object_end(std::size_t, sax::error_code& code)
    {
        const std::uint32_t object = open_.back().node;
        if (const auto twice = name_used_twice(object); twice != none) {
            open_.back().last_key = twice;
            duplicate = pointer();
            code = sax::error::syntax;
            return false;
        }
        return close();
    }
    bool on_array_end(std::size_t, sax::error_code&) { return close(); }

    bool on_key_part(sax::string_view part, std::size_t, sax::error_code&) { return append(part); }
    bool on_key(sax::string_view part, std::size_t size, sax::error_code&)
    {
        append(part);
        if (!found.full() && has_nul(size))
            found.add_at(pointer_of_parent(), "A member's name must not hold the character U+0000.");
        open_.back().last_key = static_cast<std::uint32_t>(made.nodes.size());
        ++open_.back().children;
        add_characters(node_kind::text, size);
        return true;
    }
    bool on_string_part(sax::string_view part, std::size_t, sax::error_code&) { return append(part); }
    bool on_string(sax::string_view part, std::size_t size, sax::error_code&)
    {
        count_element();
        append(part);
        if (!found.full() && has_nul(size))
            found.add_at(pointer(), "Must not hold the character U+0000.");
        add_characters(node_kind::text, size);
        return true;
    }

    // No step ends within a number, so that the last piece of one is all of it.
    bool on_number_part(sax::string_view, sax::error_code&) { return true; }
    bool on_int64(std::int64_t, sax::string_view text, sax::error_code&) { return number(text); }
    bool on_uint64(std::uint64_t, sax::string_view text, sax::error_code&) { return number(text); }
    bool on_double(double approximate, sax::string_view text, sax::error_code&)
    {
        const bool whole = text.find_first_of(".eE") == sax::string_view::npos;
        if (whole && std::isfinite(approximate))
            return number(text);
        count_element();
        append(text);
        if (!found.full() && too_large(text, approximate))
            found.add_at(pointer(), std::string{number_range});
        add_characters(node_kind::real, text.size());
        return true;
    }

    bool on_bool(bool value, sax::error_code&) { return add({node_kind::boolean, value ? 1U : 0U, 0}); }
    bool on_null(sax::error_code&) { return add({node_kind::null, 0, 0}); }
    bool on_comment_part(sax::string_view, sax::error_code&) { return true; }
    bool on_comment(sax::string_view, sax::error_code&) { return true; }

    std::string pointer() const { return pointer_down_to(open_.size()); }
    // Of the value that comes next.
    std::string pointer_of_next()
    {
        count_element();
        return pointer();
    }

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    struct level {
        std::uint32_t node;
        std::uint32_t children = 0;
        std::uint32_t last_key = none; // node of the name that was read last
    };

    struct name {
        std::size_t hash;
        std::uint32_t node;
    };

    bool append(sax::string_view part)
    {
        made.characters.append(part.data(), part.size());
        return true;
    }
    void add_characters(node_kind kind, std::size_t size)
    {
        const auto begin = static_cast<std::uint32_t>(made.characters.size() - size);
        made.nodes.push_back({kind, begin, static_cast<std::uint32_t>(size)});
    }
    void count_element()
    {
        if (!open_.empty() && made.nodes[open_.back().node].kind() == node_kind::array)
            ++open_.back().children;
    }
    bool add(const node& leaf)
    {
        count_element();
        made.nodes.push_back(leaf);
        return true;
    }
    bool number(sax::string_view text)
    {
        count_element();
        append(text);
        add_characters(node_kind::integer, text.size());
        return true;
    }
    bool open(node_kind kind)
    {
        count_element();
        open_.push_back({static_cast<std::uint32_t>(made.nodes.size())});
        made.nodes.push_back({kind, 0, 0});
        return true;
    }
    bool close()
    {
        node& closed = made.nodes[open_.back().node];
        closed = {closed.kind(), open_.back().children, static_cast<std::uint32_t>(made.nodes.size())};
        open_.pop_back();
        return true;
    }

    bool has_nul(std::size_t size) const
    {
        return std::string_view{made.characters}.substr(made.characters.size() - size).find('\0') !=
               std::string_view::npos;
    }

    // Boost's own conversion is not exact at the ends of the range; it still tells too large from too small.
    static bool too_large(sax::string_view text, double approximate)
    {
        double exact = 0;
        const auto read = std::from_chars(text.data(), text.data() + text.size(), exact);
        return read.ec == std::errc::result_out_of_range && std::abs(approximate) > 1;
    }

    // A short object is compared pair by pair. A long one is sorted, by hashes first because they are quick to compare;
    // where somebody made them equal the texts decide, so that the work stays at n log n.
    std::uint32_t name_used_twice(std::uint32_t object)
    {
        names_.clear();
        for (std::uint32_t at = object + 1; at < made.nodes.size(); at = made.behind(at + 1))
            names_.push_back({0, at});
        return names_.size() <= 16 ? first_twin() : first_twin_of_many();
    }
    std::uint32_t first_twin() const
    {
        for (std::size_t i = 1; i < names_.size(); ++i)
            for (std::size_t j = 0; j < i; ++j)
                if (made.text(names_[i].node) == made.text(names_[j].node))
                    return names_[i].node;
        return none;
    }
    std::uint32_t first_twin_of_many()
    {
        for (name& each : names_)
            each.hash = std::hash<std::string_view>{}(made.text(each.node));
        std::sort(names_.begin(), names_.end(), [this](const name& a, const name& b) {
            return a.hash != b.hash ? a.hash < b.hash : made.text(a.node) < made.text(b.node);
        });
        const auto twin = std::ranges::adjacent_find(names_, [this](const name& a, const name& b) {
            return a.hash == b.hash && made.text(a.node) == made.text(b.node);
        });
        return twin == names_.end() ? none : twin->node;
    }

    std::string pointer_down_to(std::size_t levels) const
    {
        std::string path;
        for (std::size_t i = 0; i < levels; ++i) {
            if (made.nodes[open_[i].node].kind() == node_kind::object)
                append_to_pointer(path, made.text(open_[i].last_key));
            else
                fmt::format_to(std::back_inserter(path), "/{}", open_[i].children - 1);
        }
        return path;
    }
    std::string pointer_of_parent() const { return pointer_down_to(open_.size() - 1); }

    std::vector<level> open_;
    std::vector<name> names_; // reused
};

std::string where(std::string_view text, std::size_t byte)
{
    const std::string_view before = text.substr(0, byte);
    const auto line = 1 + std::ranges::count(before, '\n');
    const auto column = 1 + before.size() - (before.rfind('\n') + 1);
    return fmt::format("byte {} (line {}, column {})", byte, line, column);
}

std::string reason(const sax::error_code& code, std::size_t depth)
{
    if (code == sax::error::too_deep)
        return fmt::format("it is nested deeper than {} levels", depth);
    if (code == sax::error::incomplete)
        return "it ends too early";
    if (code == sax::error::extra_data)
        return "something follows its value";
    return code.message();
}

[[noreturn]] void refuse_text(std::string_view text, std::size_t byte, const sax::error_code& code, std::size_t depth)
{
    throw error{error_kind::malformed_body,
                fmt::format("The body is not valid JSON: {} at {}.", reason(code, depth), where(text, byte))};
}

[[noreturn]] void refuse_duplicate(const std::string& pointer)
{
    throw error{error_kind::malformed_body, fmt::format("The body has the member {} twice: send it once.", pointer)}
        .with_fields({{pointer, "Must be sent once only."}});
}

// Where a step that wants to end at `wanted` ends: behind a character that neither a number nor true, false or null
// holds.
std::size_t end_of_step(std::string_view text, std::size_t wanted)
{
    if (wanted >= text.size())
        return text.size();
    const auto end = text.find_first_not_of("0123456789+-.eEtrufalsn", wanted);
    return end == std::string_view::npos ? text.size() : end + 1;
}

std::string_view checked(std::string_view text)
{
    if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
        throw error{error_kind::malformed_body, "The body is empty: send JSON."};
    if (text.size() > node::most)
        throw error{error_kind::payload_too_large, fmt::format("A JSON text of {} bytes is too large.", text.size())};
    return text;
}

sax::parse_options with_depth(std::size_t depth)
{
    sax::parse_options options;
    options.max_depth = depth;
    return options;
}

} // namespace

struct parsing::state {
    std::string_view text;
    std::size_t depth;
    std::size_t done = 0;
    sax::basic_parser<builder> parser;

    state(std::string_view t, std::size_t d) : text(checked(t)), depth(d), parser(with_depth(d))
    {
        parser.handler().expect(text);
    }

    void go_on_to(std::size_t end);
    [[noreturn]] void refuse(const sax::error_code& code);
};

void parsing::state::go_on_to(std::size_t end)
{
    sax::error_code code;
    const bool more = end < text.size();
    const std::size_t wanted = end - done;
    const std::size_t read = parser.write_some(more, text.data() + done, wanted, code);
    done += read;
    if (!parser.handler().duplicate.empty())
        refuse_duplicate(parser.handler().duplicate);
    if (!code && read < wanted)
        code = sax::error::extra_data;
    if (code)
        refuse(code);
}

void parsing::state::refuse(const sax::error_code& code)
{
    if (code == sax::error::exponent_overflow) { // valid JSON, and no number of ours
        auto& found = parser.handler().found;
        found.add_at(parser.handler().pointer_of_next(), std::string{number_range});
        found.throw_if_any();
    }
    refuse_text(text, done, code, depth);
}

parsing::parsing(std::string_view text, std::size_t depth) : state_(std::make_unique<state>(text, depth)) {}
parsing::parsing(parsing&&) noexcept = default;
parsing::~parsing() = default;

bool parsing::step(std::size_t bytes)
{
    state_->go_on_to(end_of_step(state_->text, state_->done + std::min(bytes, state_->text.size())));
    return state_->done == state_->text.size();
}

std::shared_ptr<const value> parsing::result()
{
    builder& built = state_->parser.handler();
    built.found.throw_if_any();
    return std::make_shared<const value>(std::make_unique<const document>(std::move(built.made)));
}

value::value(std::unique_ptr<const document> parsed) noexcept : document_(std::move(parsed)) {}
value::~value() = default;

std::shared_ptr<const value> value::parse(std::string_view text, std::size_t depth)
{
    parsing whole{text, depth};
    whole.step(text.size());
    return whole.result();
}

} // namespace lightdash::json
