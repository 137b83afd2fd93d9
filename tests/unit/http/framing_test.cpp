#include "http/framing/framing.hpp"
#include "http/request/target.hpp"
#include "http/session/body_reader.hpp"
#include "support/beast_message.hpp"
#include "unit/http/framing_vectors.hpp"

#include <gtest/gtest.h>

namespace lightdash::http {
namespace {

using framing::head_scanner;
using testing::framing_vector;

// What a session does with the bytes of one message, `step` bytes at a time; 0 when they are not a whole message.
int status_of(std::string_view bytes, const limits& allowed, std::size_t step)
{
    const auto status = [](const framing::refusal& why) {
        switch (why.kind) {
        case error_kind::payload_too_large:
            return 413;
        case error_kind::uri_too_long:
            return 414;
        case error_kind::header_too_large:
            return 431;
        case error_kind::not_implemented:
            return 501;
        case error_kind::version_not_supported:
            return 505;
        default:
            return 400;
        }
    };
    head_scanner scanner;
    auto state = head_scanner::state::incomplete;
    std::size_t arrived = 0;
    while (state == head_scanner::state::incomplete && arrived < bytes.size()) {
        arrived = std::min(arrived + step, bytes.size());
        state = scanner.scan(bytes.substr(0, arrived), allowed);
    }
    if (state == head_scanner::state::refused)
        return status(scanner.why());
    if (state == head_scanner::state::incomplete)
        return 0;

    const std::string block{bytes.substr(scanner.begin(), scanner.end() - scanner.begin())};
    framing::head head;
    target_parts target;
    std::string body;
    framing::body_reader reader;
    auto refused = framing::parse_head(block, allowed, head);
    if (!refused)
        refused = parse_target(head, target);
    if (refused)
        return status(*refused);
    EXPECT_EQ(testing::difference(head, testing::read_with_beast(block)), "");
    if (head.content_length.value_or(0) > allowed.body_bytes)
        return 413;
    reader.begin(head, allowed, allowed.body_bytes);
    auto consumed = scanner.end();
    while (!reader.complete()) {
        if (arrived == bytes.size() && consumed == arrived)
            return 0;
        std::size_t taken = 0;
        if (auto bad_body = reader.take(bytes.substr(consumed, arrived - consumed), &body, taken))
            return status(*bad_body);
        consumed += taken;
        if (reader.complete())
            break;
        if (arrived == bytes.size())
            return 0;
        arrived = std::min(arrived + step, bytes.size());
    }
    EXPECT_EQ(consumed, bytes.size()) << "bytes were left for a next request";
    return 200;
}

class FramingVectors : public ::testing::TestWithParam<framing_vector> {};

TEST_P(FramingVectors, AreAnsweredAsPromisedWhenWhole)
{
    EXPECT_EQ(status_of(GetParam().bytes, limits{}, std::string::npos), GetParam().status);
}

TEST_P(FramingVectors, AreAnsweredAsPromisedByteByByte)
{
    EXPECT_EQ(status_of(GetParam().bytes, limits{}, 1), GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(Http, FramingVectors, ::testing::ValuesIn(testing::framing_vectors()),
                         [](const auto& info) { return info.param.name; });

TEST(FramingLimits, AHeaderOfExactlyTheLimitIsTakenAndOneByteMoreIsNot)
{
    const limits allowed;
    const std::string around = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const auto of_size = [&](std::size_t size) {
        return around + std::string(size - around.size() - 4, 'x') + "\r\n\r\n";
    };
    EXPECT_EQ(status_of(of_size(allowed.header_bytes), allowed, std::string::npos), 200);
    EXPECT_EQ(status_of(of_size(allowed.header_bytes + 1), allowed, std::string::npos), 431);
    EXPECT_EQ(status_of(of_size(allowed.header_bytes + 1), allowed, 1), 431);
}

TEST(FramingLimits, ATargetOfExactlyTheLimitIsTakenAndOneByteMoreIsNot)
{
    const limits allowed;
    const auto of_size = [](std::size_t size) {
        return "GET /" + std::string(size - 1, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
    };
    EXPECT_EQ(status_of(of_size(allowed.target_bytes), allowed, std::string::npos), 200);
    EXPECT_EQ(status_of(of_size(allowed.target_bytes + 1), allowed, std::string::npos), 414);
}

TEST(FramingLimits, ARequestLineThatNeverEndsIsRefusedBeforeTheHeaderLimit)
{
    head_scanner scanner;
    const std::string endless = "GET /" + std::string(9 * 1024, 'x');
    EXPECT_EQ(scanner.scan(endless, limits{}), head_scanner::state::refused);
    EXPECT_EQ(scanner.why().kind, error_kind::uri_too_long);
}

TEST(FramingLimits, OneHundredFieldsAreTakenAndOneMoreIsNot)
{
    const auto of_fields = [](int count) {
        std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
        for (int i = 1; i < count; ++i)
            text += "X: 1\r\n";
        return text + "\r\n";
    };
    EXPECT_EQ(status_of(of_fields(100), limits{}, std::string::npos), 200);
    EXPECT_EQ(status_of(of_fields(101), limits{}, std::string::npos), 431);
}

// The body of a chunked POST, with at most `most` bytes.
struct chunked_body {
    explicit chunked_body(std::uint64_t most)
    {
        framing::head head;
        EXPECT_FALSE(
            framing::parse_head("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", limits{}, head));
        reader.begin(head, limits{}, most);
    }
    std::optional<error_kind> take(std::string_view bytes, std::string* into)
    {
        std::size_t taken = 0;
        const auto refused = reader.take(bytes, into, taken);
        left = bytes.size() - taken;
        return refused ? std::optional{refused->kind} : std::nullopt;
    }
    framing::body_reader reader;
    std::size_t left = 0;
};

TEST(BodyReader, DropsTrailers)
{
    chunked_body sent{100};
    std::string body;
    EXPECT_FALSE(sent.take("2\r\nhi\r\n0\r\nAuthorization: ApiKey stolen\r\nHost: b\r\n\r\n", &body));
    EXPECT_TRUE(sent.reader.complete());
    EXPECT_EQ(sent.left, 0U);
    EXPECT_EQ(body, "hi");
}

TEST(BodyReader, CountsABodyOfChunksAsItComes)
{
    chunked_body sent{3};
    std::string body;
    EXPECT_FALSE(sent.take("1\r\na\r\n1\r\nb\r\n1\r\nc\r\n", &body));
    EXPECT_EQ(sent.take("1\r\nd\r\n", &body), error_kind::payload_too_large);
}

TEST(BodyReader, DropsABodyThatNobodyTakesButCountsIt)
{
    chunked_body sent{3};
    EXPECT_FALSE(sent.take("3\r\nabc\r\n", nullptr));
    EXPECT_EQ(sent.reader.received(), 3U);
    EXPECT_EQ(sent.take("1\r\nd\r\n", nullptr), error_kind::payload_too_large);
}

TEST(BodyReader, LeavesWhatBelongsToTheNextRequest)
{
    chunked_body sent{10};
    std::string body;
    EXPECT_FALSE(sent.take("1\r\na\r\n0\r\n\r\nGET /", &body));
    EXPECT_TRUE(sent.reader.complete());
    EXPECT_EQ(sent.left, 5U);
}

} // namespace
} // namespace lightdash::http
