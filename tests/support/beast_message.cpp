#include "support/beast_message.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/verb.hpp>

#include <limits>

namespace lightdash::testing {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

class reader final : public bhttp::basic_parser<true> {
public:
    explicit reader(beast_message& into) : into_(into)
    {
        body_limit(boost::none);
        header_limit(std::numeric_limits<std::uint32_t>::max());
        eager(true);
    }

private:
    void on_request_impl(bhttp::verb, beast::string_view method, beast::string_view target, int version,
                         beast::error_code&) override
    {
        into_.method = method;
        into_.target = target;
        into_.version = version;
    }
    void on_field_impl(bhttp::field, beast::string_view name, beast::string_view value, beast::error_code&) override
    {
        if (!in_body_)
            into_.fields.emplace_back(name, value);
    }
    void on_header_impl(beast::error_code&) override { in_body_ = true; }
    std::size_t on_body_impl(beast::string_view bytes, beast::error_code&) override
    {
        into_.body += bytes;
        return bytes.size();
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view bytes, beast::error_code&) override
    {
        into_.body += bytes;
        return bytes.size();
    }
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    void on_finish_impl(beast::error_code&) override {}

    beast_message& into_;
    bool in_body_ = false;
};

} // namespace

beast_message read_with_beast(std::string_view bytes)
{
    beast_message made;
    reader parser{made};
    while (!parser.is_done() && made.end < bytes.size()) {
        beast::error_code failed;
        const auto rest = bytes.substr(made.end);
        const bool had_head = parser.is_header_done();
        // The head alone first, to see where it ends.
        parser.eager(had_head);
        const auto taken = parser.put({rest.data(), rest.size()}, failed);
        made.end += taken;
        if (!had_head && parser.is_header_done())
            made.head_end = made.end;
        if (failed && failed != bhttp::error::need_more) {
            made.failure = failed.message();
            break;
        }
        if (taken == 0)
            break; // it waits for more
    }
    made.complete = parser.is_done();
    if (made.head_end != 0) {
        made.chunked = parser.chunked();
        if (const auto length = parser.content_length())
            made.content_length = *length;
    }
    return made;
}

std::string difference(const http::framing::head& ours, const beast_message& theirs)
{
    if (!theirs.failure.empty() && theirs.head_end == 0)
        return "Beast refuses the head: " + theirs.failure;
    if (theirs.head_end == 0)
        return "Beast waits for more of the head";
    if (theirs.method != ours.method_text || theirs.target != ours.target)
        return "the request line is another: " + theirs.method + " " + theirs.target;
    if ((theirs.version == 11) != ours.http_1_1)
        return "the version is another";
    if (theirs.fields.size() != ours.fields.size())
        return "there are " + std::to_string(theirs.fields.size()) + " fields";
    for (std::size_t i = 0; i < ours.fields.size(); ++i)
        if (theirs.fields[i].first != ours.fields[i].first || theirs.fields[i].second != ours.fields[i].second)
            return "a field is another: " + theirs.fields[i].first + ": " + theirs.fields[i].second;
    if (theirs.chunked != ours.chunked)
        return theirs.chunked ? "the body is chunked" : "the body is not chunked";
    if (theirs.content_length != ours.content_length)
        return "the length is another";
    return {};
}

} // namespace lightdash::testing
