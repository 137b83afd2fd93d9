#include "core/log/log_line.hpp"

#include "lightdash/core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace lightdash::log {
namespace {

constexpr bool is_continuation(unsigned char byte) noexcept
{
    return (byte & 0xC0) == 0x80;
}

void append_control(std::string& out, unsigned code)
{
    switch (code) {
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", code);
    }
}

constexpr bool is_plain(unsigned char byte) noexcept
{
    return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

// JSON's escapes; control characters of the C1 block too, which terminals obey.
void append_escaped(std::string& out, std::string_view text)
{
    const bool cut = text.size() > longest_text;
    if (cut) {
        std::size_t end = longest_text;
        while (end > 0 && is_continuation(static_cast<unsigned char>(text[end])))
            --end;
        text = text.substr(0, end);
    }
    for (std::size_t at = 0; at < text.size();) {
        const auto* plain_end = std::find_if_not(text.data() + at, text.data() + text.size(),
                                                 [](char c) { return is_plain(static_cast<unsigned char>(c)); });
        const auto plain = static_cast<std::size_t>(plain_end - (text.data() + at));
        out.append(text, at, plain);
        at += plain;
        if (at == text.size())
            break;
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto [length, valid] = first_utf8_sequence(text.substr(at));
        if (!valid)
            out += replacement_character;
        else if (byte == '"' || byte == '\\')
            (out += '\\') += text[at];
        else if (length == 1)
            append_control(out, byte);
        else if (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0)
            append_control(out, static_cast<unsigned char>(text[at + 1]));
        else
            out.append(text, at, length);
        at += length;
    }
    if (cut)
        out += "…";
}

void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    append_escaped(out, text);
    out += '"';
}

void append_time(std::string& out, utc_time when, int fraction_digits)
{
    char text[iso8601_capacity];
    out.append(text, write_iso8601(text, when, fraction_digits));
}

template <class Number>
void append_number(std::string& out, Number number)
{
    fmt::format_to(std::back_inserter(out), "{}", number);
}

struct json_value {
    std::string& out;
    void operator()(std::string_view text) const { append_quoted(out, text); }
    void operator()(bool truth) const { out += truth ? "true" : "false"; }
    void operator()(std::int64_t number) const { append_number(out, number); }
    void operator()(std::uint64_t number) const { append_number(out, number); }
    void operator()(double number) const
    {
        if (std::isfinite(number))
            append_number(out, number);
        else
            out += "null"; // JSON has no word for it
    }
};

struct pretty_value {
    std::string& out;
    void operator()(std::string_view text) const
    {
        const bool bare = !text.empty() && std::ranges::all_of(text, [](char c) {
            return is_plain(static_cast<unsigned char>(c)) && c != ' ' && c != '=';
        });
        if (bare && text.size() <= longest_text)
            out += text;
        else
            append_quoted(out, text);
    }
    void operator()(double number) const { append_number(out, number); }
    void operator()(auto other) const { json_value{out}(other); }
};

constexpr std::string_view colour_of(level at) noexcept
{
    switch (at) {
    case level::debug:
        return "\x1b[2m";
    case level::info:
        return "\x1b[32m";
    case level::warn:
        return "\x1b[33m";
    case level::error:
        return "\x1b[31m";
    }
    return "";
}

constexpr std::string_view padded_name(level at) noexcept
{
    switch (at) {
    case level::debug:
        return "DEBUG";
    case level::info:
        return "INFO ";
    case level::warn:
        return "WARN ";
    case level::error:
        return "ERROR";
    }
    return "?    ";
}

} // namespace

void append_json(std::string& out, utc_time when, level at, std::string_view message, fields values)
{
    out += R"({"time":")";
    append_time(out, when, 6);
    out += R"(","level":")";
    out += to_string(at);
    out += R"(","msg":)";
    append_quoted(out, message);
    for (const field& f : values) {
        out += ',';
        append_quoted(out, f.name);
        out += ':';
        std::visit(json_value{out}, f.value);
    }
    out += "}\n";
}

void append_pretty(std::string& out, utc_time when, level at, std::string_view message, fields values, bool colour)
{
    append_time(out, when, 3);
    out += ' ';
    if (colour)
        out += colour_of(at);
    out += padded_name(at);
    if (colour)
        out += "\x1b[0m";
    out += ' ';
    append_escaped(out, message);
    for (const field& f : values) {
        out += colour ? " \x1b[2m" : " ";
        out += f.name;
        out += colour ? "=\x1b[0m" : "=";
        std::visit(pretty_value{out}, f.value);
    }
    out += '\n';
}

} // namespace lightdash::log
