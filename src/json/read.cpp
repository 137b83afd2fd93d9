#include "json/document.hpp"

#include "lightdash/core/counted.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/core/time.hpp"
#include "lightdash/json/json.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lightdash::json {
namespace {

// From here on a double no longer tells neighbouring integers apart.
constexpr double inexact_from = 9007199254740992.0; // 2^53

template <class Number>
std::optional<Number> number_of(std::string_view digits) noexcept
{
    Number parsed{};
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), parsed);
    if (code != std::errc{} || end != digits.data() + digits.size())
        return std::nullopt;
    return parsed;
}

// 5.0 and 5e2 for people whose numbers are all doubles.
std::optional<std::int64_t> whole_number_of(std::string_view real) noexcept
{
    const auto parsed = number_of<double>(real);
    if (!parsed || std::abs(*parsed) >= inexact_from || *parsed != std::floor(*parsed))
        return std::nullopt;
    return static_cast<std::int64_t>(*parsed);
}

std::string_view describe(node_kind kind) noexcept
{
    switch (kind) {
    case node_kind::null:
        return "null";
    case node_kind::boolean:
        return "a boolean";
    case node_kind::integer:
    case node_kind::real:
        return "a number";
    case node_kind::text:
        return "a string";
    case node_kind::array:
        return "an array";
    case node_kind::object:
        return "an object";
    }
    return "something else";
}

std::string shortened(std::string_view text)
{
    constexpr std::size_t shown = 40;
    return text.size() <= shown ? std::string{text} : std::string{text.substr(0, shown)} + "…";
}

} // namespace

reader::reader(const value& body, faults& found) noexcept : document_(&body.content()), faults_(&found) {}

reader::reader(const reader& parent, std::uint32_t at, std::uint32_t end) noexcept
    : document_(parent.document_), faults_(parent.faults_), parent_(&parent), at_(at), end_(end)
{
    enter();
}

node_kind reader::kind() const noexcept
{
    return document_->nodes[at_].kind();
}

std::size_t reader::children() const noexcept
{
    return kind() == node_kind::array || kind() == node_kind::object ? document_->nodes[at_].begin() : 0;
}

bool reader::at_most(std::size_t most) const
{
    if (children() <= most)
        return true;
    fault(fmt::format("Must have at most {}, not {}.", counted(most, kind() == node_kind::array ? "element" : "member"),
                      children()));
    return false;
}

std::string_view reader::text() const noexcept
{
    const node_kind here = kind();
    const bool has_text = here == node_kind::text || here == node_kind::integer || here == node_kind::real;
    return has_text ? document_->text(at_) : std::string_view{};
}

reader reader::first_child() const noexcept
{
    return reader{*this, at_ + 1, document_->behind(at_)};
}

void reader::enter() noexcept
{
    if (at_ != end_ && parent_->kind() == node_kind::object)
        member_ = document_->text(at_++);
}

void reader::advance() noexcept
{
    at_ = document_->behind(at_);
    ++position_;
    enter();
}

std::optional<reader> reader::sibling(std::string_view name) const noexcept
{
    if (parent_ == nullptr || parent_->kind() != node_kind::object)
        return std::nullopt;
    for (reader each = parent_->first_child(); each.at_ != each.end_; each.advance())
        if (each.member_ == name)
            return each;
    return std::nullopt;
}

std::string reader::pointer() const
{
    if (parent_ == nullptr)
        return {};
    std::string path = parent_->pointer();
    if (parent_->kind() == node_kind::object)
        append_to_pointer(path, member_);
    else
        fmt::format_to(std::back_inserter(path), "/{}", position_);
    return path;
}

faults& reader::rules() const
{
    faults_->pointer_ = pointer();
    return *faults_;
}

void reader::fault(std::string message) const
{
    if (!faults_->full())
        rules().add("", std::move(message));
}

void reader::expected(std::string_view what) const
{
    fault(fmt::format("Must be {}, not {}.", what, describe(kind())));
}

bool reader::must_be(node_kind wanted, std::string_view what) const
{
    if (kind() == wanted)
        return true;
    expected(what);
    return false;
}

bool reader::out_of_range(std::string_view lowest, std::string_view highest) const
{
    fault(fmt::format("Must be a whole number between {} and {}, not {}.", lowest, highest, shortened(text())));
    return false;
}

bool reader::read_bool(bool& into) const
{
    if (!must_be(node_kind::boolean, "true or false"))
        return false;
    into = document_->nodes[at_].begin() != 0;
    return true;
}

bool reader::read_signed(std::int64_t& into, std::int64_t lowest, std::int64_t highest) const
{
    if (kind() != node_kind::real && !must_be(node_kind::integer, "a whole number"))
        return false;
    const auto number = kind() == node_kind::integer ? number_of<std::int64_t>(text()) : whole_number_of(text());
    if (!number || *number < lowest || *number > highest)
        return out_of_range(std::to_string(lowest), std::to_string(highest));
    into = *number;
    return true;
}

bool reader::read_unsigned(std::uint64_t& into, std::uint64_t highest) const
{
    if (kind() != node_kind::real && !must_be(node_kind::integer, "a whole number"))
        return false;
    std::optional<std::uint64_t> number;
    if (kind() == node_kind::integer && !text().starts_with('-'))
        number = number_of<std::uint64_t>(text());
    else if (const auto small =
                 kind() == node_kind::integer ? number_of<std::int64_t>(text()) : whole_number_of(text()))
        number = *small >= 0 ? std::optional{static_cast<std::uint64_t>(*small)} : std::nullopt;
    if (!number || *number > highest)
        return out_of_range("0", std::to_string(highest));
    into = *number;
    return true;
}

bool reader::read_double(double& into, double largest) const
{
    if (kind() != node_kind::integer && !must_be(node_kind::real, "a number"))
        return false;
    // Refused when parsed if too large, so that what does not fit is too near to zero.
    const double number = number_of<double>(text()).value_or(0.0);
    if (std::abs(number) > largest) {
        fault(fmt::format("Must be a number between -{0} and {0}, not {1}.", largest, shortened(text())));
        return false;
    }
    into = number;
    return true;
}

bool reader::read_text(std::string& into) const
{
    if (!must_be(node_kind::text, "a string"))
        return false;
    into = text();
    return true;
}

bool reader::read_uuid(uuid& into) const
{
    static constexpr std::string_view what = "a UUID such as 3fa85f64-5717-4562-b3fc-2c963f66afa6";
    if (!must_be(node_kind::text, what))
        return false;
    const auto id = uuid::parse(text());
    if (!id) {
        fault(fmt::format("Must be {}.", what));
        return false;
    }
    into = *id;
    return true;
}

bool reader::read_time(std::chrono::sys_time<std::chrono::microseconds>& into) const
{
    static constexpr std::string_view what = "a time such as 2026-11-22T21:00:00.000Z";
    if (!must_be(node_kind::text, what))
        return false;
    const auto when = parse_iso8601(text());
    if (!when) {
        fault(fmt::format("Must be {}.", what));
        return false;
    }
    into = *when;
    return true;
}

bool reader::read_date(std::chrono::sys_days& into) const
{
    static constexpr std::string_view what = "a date such as 2026-11-22";
    if (!must_be(node_kind::text, what))
        return false;
    const auto day = parse_iso8601(std::string{text()} + "T00:00:00Z");
    if (!day) {
        fault(fmt::format("Must be {}.", what));
        return false;
    }
    into = std::chrono::floor<std::chrono::days>(*day);
    return true;
}

bool reader::read_raw(raw& into, std::size_t most) const
{
    into.text.clear();
    if (document_->least_size(at_) > most) {
        fault(fmt::format("Must be at most {} bytes of JSON.", most));
        return false;
    }
    write_node(into.text, *document_, at_);
    return true;
}

bool reader::read_choice(std::size_t& into, std::span<const std::string_view> names) const
{
    const auto named = kind() == node_kind::text ? std::ranges::find(names, text()) : names.end();
    if (named != names.end()) {
        into = static_cast<std::size_t>(named - names.begin());
        return true;
    }
    const std::string what = fmt::format("one of {}", fmt::join(names, ", "));
    if (must_be(node_kind::text, what))
        fault(fmt::format("Must be {}.", what));
    return false;
}

namespace detail {
namespace {

constexpr std::size_t longest_typing_error = 64;

void refuse_unknown(const reader& at, std::string_view name, std::span<const member_entry> members)
{
    if (at.faults_full())
        return;
    std::vector<std::string_view> known;
    for (const member_entry& member : members)
        known.push_back(member.name);
    const std::string near = name.size() <= longest_typing_error ? did_you_mean(name, known) : std::string{};
    at.fault("Is not a known member" + (near.empty() ? "." : near));
}

} // namespace

bool read_members(const reader& at, void* object, std::span<const member_entry> members, unknown_members unknown,
                  std::span<const std::string_view> others)
{
    bool fits = true;
    std::vector<bool> seen(members.size());
    std::size_t expected = 0; // most senders keep the order
    const bool is_object = at.each_member([&](std::string_view name, const reader& member) {
        std::size_t index = expected;
        if (index >= members.size() || members[index].name != name) {
            const auto found = std::ranges::find(members, name, &member_entry::name);
            index = static_cast<std::size_t>(found - members.begin());
        }
        if (index < members.size()) {
            expected = index + 1;
            seen[index] = true;
            fits &= members[index].read(member, object);
        } else if (unknown == unknown_members::refuse && std::ranges::find(others, name) == others.end()) {
            fits = false;
            refuse_unknown(member, name, members);
        }
    });
    if (!is_object)
        return false;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (seen[i] || !members[i].required)
            continue;
        fits = false;
        at.rules().add(members[i].name, "Is required.");
    }
    return fits;
}

} // namespace detail
} // namespace lightdash::json
