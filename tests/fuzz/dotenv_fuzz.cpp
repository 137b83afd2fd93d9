// .env files: whatever stands in one, every entry has a name, a line and a value that can be written down and read
// again.
#include "fuzz/broken.hpp"
#include "lightdash/core/dotenv.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace lightdash::fuzz {
namespace {

std::optional<std::string> environment(std::string_view name)
{
    if (name == "HOME")
        return "/home/ada";
    return name == "EMPTY" ? std::optional<std::string>{""} : std::nullopt;
}

bool is_name(std::string_view text)
{
    const auto is_part = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    return !text.empty() && !(text.front() >= '0' && text.front() <= '9') && std::ranges::all_of(text, is_part);
}

std::string quoted(std::string_view value)
{
    std::string text = "\"";
    for (const char c : value) {
        if (c == '"' || c == '\\' || c == '$')
            text += '\\';
        if (c == '\r')
            text += "\\r";
        else
            text += c;
    }
    return text + '"';
}

void check(std::string_view text)
{
    const auto file = parse_dotenv(text, environment);
    const auto lines = 1 + std::ranges::count(text, '\n');
    std::string again;
    for (const auto& one : file.entries) {
        require(is_name(one.name), "an entry has a name", one.name);
        require(one.line >= 1 && one.line <= lines, "an entry stands in a line", one.name);
        again += one.name + '=' + quoted(one.value) + '\n';
    }
    for (const auto& one : file.faults) {
        require(one.line >= 1 && one.line <= lines, "a fault stands in a line", one.message);
        require(!one.message.empty(), "a fault says what it is");
    }
    const auto second = parse_dotenv(again, environment);
    require(second.faults.empty(), "what was read can be written", again);
    for (const auto& one : file.entries) {
        const auto* found = second.find(one.name);
        require(found != nullptr && found->value == one.value, "a value is read again as it was", again);
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    lightdash::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
