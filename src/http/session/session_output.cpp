#include "http/session/session_output.hpp"

#include "http/request/target_text.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>

#include <charconv>
#include <iterator>

namespace lightdash::http {

namespace {

namespace beast = boost::beast::http;

constexpr std::string_view date_shape = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr std::string_view no_store = "Cache-Control: no-store\r\n";
constexpr std::string_view no_content = "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

void append_number(std::string& out, std::size_t number)
{
    char digits[20];
    const auto end = std::to_chars(digits, std::end(digits), number).ptr;
    out.append(digits, static_cast<std::size_t>(end - digits));
}

void append_status_line(std::string& out, unsigned status)
{
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
        return;
    }
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out += beast::obsolete_reason(beast::int_to_status(status));
    out += "\r\n";
}

// IMF-fixdate (RFC 9110 5.6.7), whatever the locale.
void write_date(char* to, std::time_t now)
{
    static constexpr const char* days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                             "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    fmt::format_to_n(to, date_shape.size(), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[utc.tm_wday], utc.tm_mday,
                     months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min, utc.tm_sec);
}

bool has_header(const response& answer, std::string_view name) noexcept
{
    for (const auto& [known, value] : answer.headers)
        if (text::equals_ignoring_case(known, name))
            return true;
    return false;
}

} // namespace

bool has_clean_headers(const response& answer) noexcept
{
    for (const auto& [name, value] : answer.headers)
        if (!text::is_token(name) || !text::is_field_value(value))
            return false;
    return text::is_field_value(answer.content_type);
}

response_writer::response_writer(std::string_view version)
{
    common_ = fmt::format("Server: lightdash\r\n"
                          "X-Content-Type-Options: nosniff\r\n"
                          "Referrer-Policy: no-referrer\r\n"
                          "Lightdash-Version: {}\r\n"
                          "Date: ",
                          text::is_field_value(version) ? version : std::string_view{});
    date_at_ = common_.size();
    common_ += date_shape;
    common_ += "\r\n";
}

std::string_view response_writer::common_fields()
{
    const auto now = std::time(nullptr);
    if (now != dated_) {
        write_date(common_.data() + date_at_, now);
        dated_ = now;
    }
    return common_;
}

void response_writer::append(std::string& out, const response& answer, const framing& how)
{
    append_status_line(out, answer.status);
    out += common_fields();
    if (answer.headers.empty() || !has_header(answer, "Cache-Control"))
        out += no_store;
    if (answer.headers.empty() || !has_header(answer, "Content-Security-Policy"))
        out += no_content;
    out += "X-Request-Id: ";
    out += how.request_id;
    const bool bodiless = answer.status == 204 || answer.status == 304; // RFC 9110 8.6: no length either
    if (!bodiless) {
        out += "\r\nContent-Type: ";
        out += answer.content_type;
        out += "\r\nContent-Length: ";
        append_number(out, answer.body.size());
    }
    out += "\r\n";
    for (const auto& [name, value] : answer.headers) {
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    if (how.close)
        out += "Connection: close\r\n";
    else if (how.announce_keep_alive)
        out += "Connection: keep-alive\r\n";
    out += "\r\n";
    if (!how.without_body && !bodiless)
        out += answer.body;
}

} // namespace lightdash::http
