#include "modules/mail/smtp.hpp"

#include <curl/curl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string_view>

namespace lightdash::mail {
namespace {

constexpr long connect_seconds = 10, whole_seconds = 60;
constexpr std::uint16_t implicit_tls_port = 465; // RFC 8314, 3.3

using handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;
using mime = std::unique_ptr<curl_mime, decltype(&curl_mime_free)>;

class string_list {
public:
    string_list() = default;
    string_list(const string_list&) = delete;
    string_list& operator=(const string_list&) = delete;
    ~string_list() { curl_slist_free_all(first_); }
    void add(const std::string& text)
    {
        auto* const longer = curl_slist_append(first_, text.c_str());
        if (longer == nullptr)
            throw std::bad_alloc{};
        first_ = longer;
    }
    curl_slist* get() const noexcept { return first_; }

private:
    curl_slist* first_ = nullptr;
};

void start_curl()
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// One header line's text: an encoded word where it is not plain ASCII (RFC 2047), so that nothing in it ends the line.
std::string header_text(std::string_view text)
{
    const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; };
    if (std::ranges::all_of(text, is_plain) && text.find("=?") == std::string_view::npos)
        return std::string{text};
    std::string out;
    constexpr std::size_t most = 42; // of 75 characters, when each three bytes become four (RFC 2047, 2)
    while (!text.empty()) {
        auto size = std::min(most, text.size());
        while (size > 1 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80)
            --size; // a character stays whole
        std::array<char, sodium_base64_ENCODED_LEN(most, sodium_base64_VARIANT_ORIGINAL)> word{};
        sodium_bin2base64(word.data(), word.size(), reinterpret_cast<const unsigned char*>(text.data()), size,
                          sodium_base64_VARIANT_ORIGINAL);
        out += fmt::format("{}=?UTF-8?B?{}?=", out.empty() ? "" : " ", word.data());
        text.remove_prefix(size);
    }
    return out;
}

std::string from_field(const smtp_options& server)
{
    if (server.sender_name.empty())
        return server.sender_email;
    const auto name = header_text(server.sender_name);
    return name.starts_with("=?") ? fmt::format("{} <{}>", name, server.sender_email)
                                  : fmt::format("\"{}\" <{}>", name, server.sender_email);
}

void add_headers(string_list& headers, const smtp_options& server, const outgoing& mail)
{
    const auto domain = server.sender_email.substr(server.sender_email.find('@') + 1);
    headers.add(fmt::format("Date: {:%a, %d %b %Y %H:%M:%S} +0000", fmt::gmtime(std::time(nullptr))));
    headers.add("From: " + from_field(server));
    headers.add("To: " + mail.recipient);
    headers.add("Subject: " + header_text(mail.subject));
    headers.add(fmt::format("Message-ID: <{}@{}>", mail.id, domain));
    headers.add("Auto-Submitted: auto-generated"); // no answer from holidays (RFC 3834)
}

// Lines as mails have them (RFC 5322, 2.1).
std::string with_crlf(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + 64);
    for (const char c : text) {
        if (c == '\n' && !out.ends_with('\r'))
            out += '\r';
        out += c;
    }
    return out;
}

int stop_when_cancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
{
    return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

void address(CURL* curl, const smtp_options& server)
{
    const bool implicit = server.port == implicit_tls_port;
    const auto url =
        fmt::format("{}://{}:{}", implicit ? "smtps" : "smtp",
                    server.host.find(':') == std::string::npos ? server.host : '[' + server.host + ']', server.port);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(server.secure ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (!server.secure) { // a certificate that nobody checks is worth what no TLS is
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    if (!server.user.empty()) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, server.user.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, server.password.reveal().c_str());
    }
}

sending_result result_of(CURL* curl, CURLcode ended, const char* said)
{
    if (ended == CURLE_OK)
        return {};
    long code = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &code);
    const std::string_view why = *said != '\0' ? said : curl_easy_strerror(ended);
    const bool about_mail = code >= 550 && code <= 559; // mailbox, size, name, transaction (RFC 5321, 4.2.3)
    return {code >= 400 ? fmt::format("{} (the server answered {})", why, code) : std::string{why}, about_mail};
}

} // namespace

sending_result send(const smtp_options& server, const outgoing& mail, const std::atomic<bool>& cancelled)
{
    start_curl();
    const handle curl{curl_easy_init(), &curl_easy_cleanup};
    if (!curl)
        throw std::bad_alloc{};
    std::array<char, CURL_ERROR_SIZE> said{};
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, said.data());
    curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L); // of several threads
    curl_easy_setopt(curl.get(), CURLOPT_CONNECTTIMEOUT, connect_seconds);
    curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, whole_seconds);
    curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFOFUNCTION, stop_when_cancelled);
    curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&cancelled));
    address(curl.get(), server);

    curl_easy_setopt(curl.get(), CURLOPT_MAIL_FROM, server.sender_email.c_str());
    string_list recipients, headers;
    recipients.add(mail.recipient);
    curl_easy_setopt(curl.get(), CURLOPT_MAIL_RCPT, recipients.get());
    add_headers(headers, server, mail);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    const mime whole{curl_mime_init(curl.get()), &curl_mime_free};
    auto* const part = curl_mime_addpart(whole.get());
    const auto text = with_crlf(mail.text);
    curl_mime_data(part, text.data(), text.size());
    curl_mime_type(part, "text/plain; charset=utf-8");
    curl_mime_encoder(part, "quoted-printable");
    curl_easy_setopt(curl.get(), CURLOPT_MIMEPOST, whole.get());

    const auto ended = curl_easy_perform(curl.get());
    return result_of(curl.get(), ended, said.data());
}

} // namespace lightdash::mail
