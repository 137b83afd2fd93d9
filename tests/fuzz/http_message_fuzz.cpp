// HTTP messages. What http/framing takes, Beast's parser takes too: both see the same request line, the same fields,
// the same body and the same end. Otherwise a proxy that is like one of the two could be made to see another next
// request.
#include "fuzz/broken.hpp"
#include "http/framing/framing.hpp"
#include "http/request/target.hpp"
#include "http/session/body_reader.hpp"
#include "support/beast_message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::fuzz {
namespace {

using http::framing::head_scanner;

const http::limits allowed{};

// In which state the scanner is after these bytes came one by one.
head_scanner scanned_by_byte(std::string_view bytes, head_scanner::state& state)
{
    head_scanner scanner;
    state = head_scanner::state::incomplete;
    for (std::size_t size = 1; size <= bytes.size() && state == head_scanner::state::incomplete; ++size)
        state = scanner.scan(bytes.substr(0, size), allowed);
    return scanner;
}

void check_body(const http::framing::head& head, std::string_view bytes, std::size_t head_end,
                const testing::beast_message& theirs)
{
    http::framing::body_reader reader;
    reader.begin(head, allowed, allowed.body_bytes);
    std::string body;
    auto end = head_end;
    while (!reader.complete()) {
        std::size_t taken = 0;
        if (reader.take(bytes.substr(end), &body, taken))
            return; // refused
        end += taken;
        if (taken == 0)
            break;
    }
    require(reader.complete() || !theirs.complete, "a message is not complete for Beast before it is for us", bytes);
    if (!reader.complete())
        return; // what Beast refuses earlier we refuse later, or never see the end of
    require(theirs.failure.empty(), "Beast takes the body too", theirs.failure);
    require(theirs.complete, "a complete message is complete for Beast", bytes);
    require(end == theirs.end, "the message ends where Beast's ends", bytes);
    require(body == theirs.body, "the body is what it is for Beast", theirs.body);
}

void check(std::string_view all)
{
    head_scanner scanner;
    const auto state = scanner.scan(all, allowed);
    auto by_byte = head_scanner::state::incomplete;
    const auto slow = scanned_by_byte(all, by_byte);
    require(by_byte == state, "a head is the same however it arrives", all);
    if (state != head_scanner::state::complete)
        return;
    require(slow.begin() == scanner.begin() && slow.end() == scanner.end(), "a head ends where it ends", all);

    const auto bytes = all.substr(scanner.begin());
    const auto head_end = scanner.end() - scanner.begin();
    http::framing::head head;
    http::target_parts target;
    if (http::framing::parse_head(bytes.substr(0, head_end), allowed, head) || http::parse_target(head, target) ||
        head.content_length.value_or(0) > allowed.body_bytes)
        return;
    const auto theirs = testing::read_with_beast(bytes);
    const auto differs = testing::difference(head, theirs);
    require(differs.empty(), "the head is what it is for Beast", differs);
    require(theirs.head_end == head_end, "the head ends where Beast's ends", bytes);
    check_body(head, bytes, head_end, theirs);
}

} // namespace
} // namespace lightdash::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    lightdash::fuzz::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
