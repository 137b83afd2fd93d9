#include "http/framing_parser.hpp"

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

refusal why_refused(const beast::error_code& failed) noexcept
{
    if (failed == bhttp::error::body_limit)
        return {error_kind::payload_too_large, "The body is larger than this resource takes."};
    if (failed == bhttp::error::header_limit)
        return {error_kind::header_too_large, "The request line and header fields are too large."};
    return {error_kind::bad_request, "The request is not well-formed HTTP."};
}

} // namespace

class message_parser::beast_parser final : public bhttp::basic_parser<true> {
public:
    beast_parser(const limits& allowed, std::string& body, const head& ours) noexcept
        : ours_(ours), body_(body), most_extensions_(allowed.chunk_extension_bytes)
    {
        body_limit(boost::none); // counted here, after the route's own limit is known
        header_limit(static_cast<std::uint32_t>(allowed.header_bytes + 1));
        eager(true);
    }

    void limit(std::uint64_t bytes) noexcept { most_body_ = bytes; }
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
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_field_impl(bhttp::field, beast::string_view name, beast::string_view value, beast::error_code&) override
    {
        if (in_body_)
            return; // a trailer must never become a header field
        same_ = same_ && fields_ < ours_.fields.size() && view(name) == ours_.fields[fields_].first &&
                view(value) == ours_.fields[fields_].second;
        ++fields_;
    }
    void on_header_impl(beast::error_code&) override { in_body_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}
    std::size_t on_body_impl(beast::string_view piece, beast::error_code& failed) override
    {
        return append(piece, failed);
    }
    void on_chunk_header_impl(std::uint64_t size, beast::string_view extensions, beast::error_code& failed) override
    {
        extensions_ += extensions.size();
        if (extensions_ > most_extensions_)
            failed = bhttp::error::bad_chunk_extension;
        else if (size > most_body_ - body_.size())
            failed = bhttp::error::body_limit;
    }
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece, beast::error_code& failed) override
    {
        return append(piece, failed);
    }
    void on_finish_impl(beast::error_code&) override {}

    std::size_t append(beast::string_view piece, beast::error_code& failed)
    {
        if (piece.size() > most_body_ - body_.size()) {
            failed = bhttp::error::body_limit;
            return 0;
        }
        body_.append(piece.data(), piece.size());
        failed = {};
        return piece.size();
    }

    const head& ours_;
    std::string& body_;
    std::uint64_t most_body_ = 0;
    std::size_t most_extensions_;
    std::size_t extensions_ = 0;
    std::size_t fields_ = 0;
    bool same_ = false;
    bool in_body_ = false;
};

struct message_parser::slot {
    const limits& allowed;
    std::string& body;
    std::optional<beast_parser> parser;
};

message_parser::message_parser(const limits& allowed, std::string& body)
    : slot_(std::make_unique<slot>(slot{allowed, body, std::nullopt}))
{}

message_parser::~message_parser() = default;

std::optional<refusal> message_parser::take_head(std::string_view block, const head& ours)
{
    slot_->body.clear();
    auto& parser = slot_->parser.emplace(slot_->allowed, slot_->body, ours);
    beast::error_code failed;
    const auto taken = parser.put({block.data(), block.size()}, failed);
    if (failed)
        return why_refused(failed);
    if (taken != block.size() || !parser.is_header_done() || !parser.agrees())
        return refusal{error_kind::bad_request, "The request is not well-formed HTTP."};
    return std::nullopt;
}

void message_parser::limit_body(std::uint64_t bytes) noexcept
{
    slot_->parser->limit(bytes);
}

std::optional<refusal> message_parser::take_body(std::string_view bytes, std::size_t& taken)
{
    taken = 0;
    beast::error_code failed;
    while (taken < bytes.size() && !slot_->parser->is_done()) {
        const auto now = slot_->parser->put({bytes.data() + taken, bytes.size() - taken}, failed);
        taken += now;
        if (failed && failed != bhttp::error::need_more)
            return why_refused(failed);
        if (failed || now == 0)
            break;
    }
    return std::nullopt;
}

bool message_parser::complete() const noexcept
{
    return slot_->parser->is_done();
}
bool message_parser::keep_alive() const noexcept
{
    return slot_->parser->keep_alive();
}

} // namespace lightdash::http::framing
