// The reader of plain dumps: whatever the bytes, it refuses them or reads statements, and reads the same ones again
// when they are written one after the other.
#include "fuzz/postgres_parser.hpp"
#include "lightdash/core/error.hpp"
#include "ops/backup/plain_dump.hpp"

#include <cstdint>
#include <sstream>

namespace lightdash::fuzz {
namespace {

constexpr std::string_view head = "--\n-- PostgreSQL database dump\n--\n\n";
constexpr std::string_view tail = "\n--\n-- PostgreSQL database dump complete\n--\n";

// Each statement as it would be written, the rows of a COPY included.
std::vector<std::string> read(const std::string& text)
{
    std::istringstream in{text};
    ops::plain_dump dump{"fuzzed", in};
    std::vector<std::string> made;
    while (const auto one = dump.next()) {
        auto written = one->text + ";\n";
        while (const auto rows = dump.next_rows())
            written += *rows;
        if (one->copies)
            written += "\\.\n";
        made.push_back(std::move(written));
    }
    return made;
}

void fuzz_one(std::string_view body)
{
    std::vector<std::string> first;
    std::string again{head};
    try {
        first = read(std::string{head} + std::string{body} + std::string{tail});
    } catch (const error& refused) {
        if (refused.kind() != error_kind::usage)
            report(refused.message(), std::string{body}, "");
        return;
    }
    for (const auto& one : first)
        again += one;
    again += tail;
    try {
        if (read(again) != first)
            report("other statements are read from what was read", std::string{body}, again);
    } catch (const error& refused) {
        report("what was read is refused: " + refused.message(), std::string{body}, again);
    }
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    lightdash::fuzz::fuzz_one({reinterpret_cast<const char*>(data), size});
    return 0;
}
