// Accept, Content-Type and Content-Encoding: whatever strangers write there is read without harm, and means the same
// however it is spread over lines.
#include "fuzz/postgres_parser.hpp"
#include "http/request/media_type.hpp"
#include "http/request/target_text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::fuzz {
namespace {

using http::acceptance;

constexpr std::string_view produced = "application/json";

bool takes(std::initializer_list<std::string_view> lines)
{
    acceptance accept{produced};
    for (const auto line : lines)
        accept.add(line);
    return accept.takes();
}

// What follows a text without quotes stands outside of quotes.
bool plain(std::string_view text)
{
    return text.find_first_of("\"\\") == std::string_view::npos;
}

std::vector<std::string_view> split(std::string_view text, char at)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = std::min(text.find(at), text.size());
        parts.push_back(http::text::trimmed(text.substr(0, end)));
        if (end == text.size())
            return parts;
        text.remove_prefix(end + 1);
    }
}

// RFC 9110 12.5.1 once more, for fields without quoted strings.
bool takes_by_the_book(std::string_view field)
{
    int closest = 0;
    bool wanted = true, named = false;
    for (const auto range : split(field, ',')) {
        const auto parts = split(range, ';');
        std::string media{parts[0]};
        std::ranges::transform(media, media.begin(), http::text::lower);
        if (media.empty())
            continue;
        named = true;
        const int close = media == produced ? 3 : media == "application/*" ? 2 : media == "*/*" ? 1 : 0;
        bool refused = false;
        for (std::size_t i = 1; i < parts.size(); ++i) {
            const auto name = parts[i].substr(0, parts[i].find('='));
            const auto value = name.size() < parts[i].size() ? parts[i].substr(name.size() + 1) : std::string_view{};
            if (name == "q" || name == "Q")
                refused = value.starts_with('0') && value.find_first_not_of("0.") == std::string_view::npos;
        }
        if (close == 0 || close < closest)
            continue;
        wanted = close == closest ? wanted || !refused : !refused;
        closest = close;
    }
    return !named || (closest > 0 && wanted);
}

void accept(const std::string& field, const std::string& other)
{
    if (!takes({field, produced}))
        report("a line that asks for JSON is not heard after another", field, "");
    if (takes({field}) != takes({field, field}))
        report("the same line twice is something else", field, "");
    if (plain(field) && takes({field, other}) != takes({field + ", " + other}))
        report("two lines are not what they are in one", field, other);
    if (plain(field) && takes({field}) != takes_by_the_book(field))
        report("Accept is read in another way than RFC 9110 says", field, takes({field}) ? "taken" : "refused");
}

void content_type(const std::string& field)
{
    const bool json = http::is_json_type(field);
    std::string lower = field;
    std::ranges::transform(lower, lower.begin(), http::text::lower);
    if (json && lower.find("application/") == std::string::npos)
        report("what is not application/… is taken for JSON", field, "");
    if (!plain(field))
        return;
    if (http::is_json_type(field + "; charset=latin1"))
        report("another charset than UTF-8 is taken", field, "");
    if (json != http::is_json_type(field + "; charset=\"utf8\""))
        report("UTF-8 changes what is taken", field, "");
}

void content_encoding(const std::string& field)
{
    if (http::is_identity(field) && plain(field))
        for (const auto coding : split(field, ','))
            if (!coding.empty() && !http::text::equals_ignoring_case(coding, "identity"))
                report("a coded body is taken", field, std::string{coding});
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string input{reinterpret_cast<const char*>(data), size};
    const auto half = std::min(input.find('\n'), input.size());
    lightdash::fuzz::accept(input.substr(0, half), input.substr(std::min(half + 1, input.size())));
    lightdash::fuzz::content_type(input);
    lightdash::fuzz::content_encoding(input);
    return 0;
}
