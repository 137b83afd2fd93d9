#include "http/framing/framing_check.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/verb.hpp>

namespace lightdash::http::framing {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;

namespace {

std::string_view view(beast::string_view text) noexcept
{
    return {text.data(), text.size()};
}

// Reads the head alone: bodies are read by body_reader.
class head_reader final : public bhttp::basic_parser<true> {
public:
    head_reader(const limits& allowed, const head& ours) noexcept : ours_(ours)
    {
        body_limit(boost::none);
        header_limit(static_cast<std::uint32_t>(allowed.header_bytes + 1));
    }

    bool agrees() const
    {
        const auto length = content_length();
        const bool same_length = ours_.content_length ? length && *length == *ours_.content_length : !length;
        return same_ && fields_ == ours_.fields.size() && chunked() == ours_.chunked && same_length;
    }

private:
    void on_request_impl(bhttp::verb, beast::string_view method, beast::string_view target, int version,
                         beast::error_code&) override
    {
        same_ =
            view(method) == ours_.method_text && view(target) == ours_.target && version == (ours_.http_1_1 ? 11 : 10);
    }
    void on_field_impl(bhttp::field, beast::string_view name, beast::string_view value, beast::error_code&) override
    {
        same_ = same_ && fields_ < ours_.fields.size() && view(name) == ours_.fields[fields_].first &&
                view(value) == ours_.fields[fields_].second;
        ++fields_;
    }
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_header_impl(beast::error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view, beast::error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, beast::error_code&) override { return 0; }
    void on_finish_impl(beast::error_code&) override {}

    const head& ours_;
    std::size_t fields_ = 0;
    bool same_ = false;
};

} // namespace

std::optional<refusal> check_head(std::string_view block, const limits& allowed, const head& ours)
{
    head_reader reader{allowed, ours};
    beast::error_code failed;
    const auto taken = reader.put({block.data(), block.size()}, failed);
    if (failed == bhttp::error::header_limit)
        return refusal{error_kind::header_too_large, "The request line and header fields are too large."};
    if (failed || taken != block.size() || !reader.is_header_done() || !reader.agrees())
        return refusal{error_kind::bad_request, "The request is not well-formed HTTP."};
    return std::nullopt;
}

} // namespace lightdash::http::framing
