#include "core/log/log_line.hpp"

#include "lightdash/core/plain_text.hpp"
#include "lightdash/core/utf8.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>

namespace lightdash::log {
namespace {

struct level_look {
    std::string_view padded_name, colour;
};
constexpr std::array<level_look, 4> looks{{
    {"DEBUG", "\x1b[2m"},
    {"INFO ", "\x1b[32m"},
    {"WARN ", "\x1b[33m"},
    {"ERROR", "\x1b[31m"},
}};

void append_control(std::string& out, unsigned char code)
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

// The first character, which is not plain: JSON's escapes; control characters of the C1 block too, which terminals
// obey. Returns its bytes.
std::size_t append_special(std::string& out, std::string_view text)
{
    const auto byte = static_cast<unsigned char>(text.front());
    const auto [length, valid] = first_utf8_sequence(text);
    if (!valid)
        out += replacement_character;
    else if (byte == '"' || byte == '\\')
        (out += '\\') += text.front();
    else if (length == 1)
        append_control(out, byte);
    else if (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0)
        append_control(out, static_cast<unsigned char>(text[1]));
    else
        out.append(text, 0, length);
    return length;
}

void append_escaped(std::string& out, std::string_view text)
{
    const auto is_continuation = [](char byte) { return (byte & 0xC0) == 0x80; };
    const bool cut = text.size() > longest_text;
    if (cut) {
        std::size_t end = longest_text;
        while (end > 0 && is_continuation(text[end]))
            --end;
        text = text.substr(0, end);
    }
    while (!text.empty()) {
        const auto plain = static_cast<std::size_t>(plain_end(text.data(), text.data() + text.size()) - text.data());
        out.append(text, 0, plain);
        text.remove_prefix(plain);
        if (!text.empty())
            text.remove_prefix(append_special(out, text));
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

struct json_value {
    std::string& out;
    void operator()(std::string_view text) const { append_quoted(out, text); }
    void operator()(bool truth) const { out += truth ? "true" : "false"; }
    void operator()(std::integral auto number) const
    {
        const fmt::format_int digits{number};
        out.append(digits.data(), digits.size());
    }
    void operator()(double number) const
    {
        if (std::isfinite(number))
            append(number);
        else
            out += "null"; // JSON has no word for it
    }
    void append(double number) const
    {
        char digits[32];
        out.append(digits, fmt::format_to(digits, "{}", number));
    }
};

struct pretty_value {
    std::string& out;
    void operator()(std::string_view text) const
    {
        const bool bare = !text.empty() && text.size() <= longest_text && is_plain(text) &&
                          text.find_first_of(" =") == std::string_view::npos;
        if (bare)
            out += text;
        else
            append_quoted(out, text);
    }
    void operator()(double number) const { json_value{out}.append(number); }
    void operator()(auto other) const { json_value{out}(other); }
};

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
        out += ",\"";
        out += f.name;
        out += "\":";
        std::visit(json_value{out}, f.value);
    }
    out += "}\n";
}

void append_pretty(std::string& out, utc_time when, level at, std::string_view message, fields values, bool colour)
{
    const auto& look = looks[static_cast<std::size_t>(at)];
    append_time(out, when, 3);
    out += ' ';
    if (colour)
        out += look.colour;
    out += look.padded_name;
    out += colour ? "\x1b[0m " : " ";
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
