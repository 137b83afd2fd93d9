#include "http/session/body_reader.hpp"

#include "http/request/target_text.hpp"

#include <algorithm>

namespace lightdash::http::framing {

namespace {

constexpr std::size_t longest_size = 16;    // hex digits
constexpr std::size_t longest_spacing = 64; // around a chunk's size, beside its extensions

std::size_t skip_spaces(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t'))
        ++at;
    return at;
}

std::size_t skip_token(std::string_view text, std::size_t at) noexcept
{
    while (at < text.size() && text::is_token(text.substr(at, 1)))
        ++at;
    return at;
}

// Behind the closing quote of the quoted-string (RFC 9110 5.6.4) that starts at `at`; npos when it is none.
std::size_t skip_quoted(std::string_view text, std::size_t at) noexcept
{
    for (++at; at < text.size(); ++at) {
        if (text[at] == '"')
            return at + 1;
        if (text[at] == '\\' && ++at == text.size())
            break;
        if (!text::is_field_value(text.substr(at, 1)))
            break;
    }
    return std::string_view::npos;
}

// chunk-ext of RFC 9112 7.1.1: *( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] ).
bool are_extensions(std::string_view text) noexcept
{
    std::size_t at = 0;
    while (at < text.size()) {
        at = skip_spaces(text, at);
        if (at == text.size() || text[at] != ';')
            return false;
        const auto name = skip_spaces(text, at + 1);
        at = skip_token(text, name);
        if (at == name)
            return false;
        const auto equals = skip_spaces(text, at);
        if (equals == text.size() || text[equals] != '=')
            continue;
        const auto value = skip_spaces(text, equals + 1);
        if (value == text.size())
            return false;
        at = text[value] == '"' ? skip_quoted(text, value) : skip_token(text, value);
        if (at == value || at == std::string_view::npos)
            return false;
    }
    return true;
}

unsigned hex_value(char c) noexcept
{
    return static_cast<unsigned>(text::is_digit(c) ? c - '0' : text::lower(c) - 'a' + 10);
}

} // namespace

void body_reader::begin(const head& of, const limits& allowed, std::uint64_t most) noexcept
{
    left_ = of.content_length.value_or(0);
    received_ = 0;
    most_ = most;
    extensions_ = trailers_ = 0;
    most_extensions_ = allowed.chunk_extension_bytes;
    most_trailers_ = allowed.header_bytes;
    stage_ = of.chunked ? stage::chunk_size : left_ > 0 ? stage::plain : stage::complete;
}

std::optional<refusal> body_reader::take(std::string_view bytes, std::string* into, std::size_t& taken)
{
    taken = 0;
    bool starved = false;
    while (!starved && stage_ != stage::complete) {
        const auto rest = bytes.substr(taken);
        if (stage_ == stage::plain || stage_ == stage::chunk_data) {
            starved = !take_piece(rest, into, taken);
        } else if (auto refused = take_line(rest, taken, starved)) {
            return refused;
        }
    }
    return std::nullopt;
}

// False when the piece under way is not whole yet.
bool body_reader::take_piece(std::string_view bytes, std::string* into, std::size_t& taken)
{
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    if (into)
        into->append(bytes.substr(0, piece));
    taken += piece;
    left_ -= piece;
    received_ += piece;
    if (left_ > 0)
        return false;
    stage_ = stage_ == stage::plain ? stage::complete : stage::chunk_end;
    return true;
}

std::optional<refusal> body_reader::take_line(std::string_view bytes, std::size_t& taken, bool& starved)
{
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) {
        starved = true;
        if (stage_ == stage::chunk_end && !bytes.empty() && (bytes.front() != '\r' || bytes.size() > 1))
            return bad_request("A chunk is longer than its size says.");
        if (stage_ == stage::chunk_size && bytes.size() > longest_size + most_extensions_ + longest_spacing)
            return bad_request("The size line of a chunk is too long.");
        if (stage_ == stage::trailer && bytes.size() > most_trailers_)
            return refusal{error_kind::header_too_large, "The trailer is too large."};
        return std::nullopt;
    }
    if (newline == 0 || bytes[newline - 1] != '\r')
        return bad_request("A line of the chunked body ends with a bare LF.");
    const auto line = bytes.substr(0, newline - 1);
    taken += newline + 1;
    if (stage_ == stage::chunk_size)
        return begin_chunk(line);
    if (stage_ == stage::trailer)
        return take_trailer(line);
    if (!line.empty())
        return bad_request("A chunk is longer than its size says.");
    stage_ = stage::chunk_size;
    return std::nullopt;
}

std::optional<refusal> body_reader::begin_chunk(std::string_view line)
{
    std::uint64_t size = 0;
    std::size_t digits = 0;
    for (; digits < line.size() && text::is_hex_digit(line[digits]); ++digits) {
        if (digits == longest_size)
            return bad_request("The size of a chunk has too many digits.");
        size = size * 16 + hex_value(line[digits]);
    }
    if (digits == 0)
        return bad_request("A chunk does not begin with its size.");
    const auto extensions = line.substr(digits);
    extensions_ += extensions.size();
    if (extensions_ > most_extensions_)
        return bad_request("The extensions of the chunks are too long.");
    if (!are_extensions(extensions))
        return bad_request("A chunk extension is not ;NAME, ;NAME=TOKEN or ;NAME=\"TEXT\".");
    if (size > most_ - received_)
        return refusal{error_kind::payload_too_large, "The body is larger than this resource takes."};
    left_ = size;
    stage_ = size > 0 ? stage::chunk_data : stage::trailer;
    return std::nullopt;
}

std::optional<refusal> body_reader::take_trailer(std::string_view line)
{
    if (line.empty()) {
        stage_ = stage::complete;
        return std::nullopt;
    }
    trailers_ += line.size();
    if (trailers_ > most_trailers_)
        return refusal{error_kind::header_too_large, "The trailer is too large."};
    return check_trailer_line(line);
}

} // namespace lightdash::http::framing
