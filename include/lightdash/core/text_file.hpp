// The one reader of files that people write: migrations, seeds, .env, queries, dumps in plain SQL.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace lightdash {

inline constexpr std::uint64_t text_file_limit = std::uint64_t{64} << 20; // bytes

// The file's text, without a byte order mark, its line ends as they stand. Throws error_kind::configuration with one
// sentence that begins with the path: it cannot be opened, is no regular file (a folder, a pipe, a device: never waits
// for one), is larger than `limit` bytes, or is no text (see text_of).
std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit = text_file_limit);

// `bytes` as text, without a byte order mark. Throws error_kind::configuration that begins with "name:line:" when it is
// UTF-16 or UTF-32, holds a NUL byte, or is not UTF-8, each with the byte's place.
std::string_view text_of(std::string_view name, std::string_view bytes);

// Why `bytes`, the beginning of a file or all of it, are no text in an encoding that has ASCII's bytes for ASCII
// (UTF-16, UTF-32, a NUL byte), with the byte's place; "" when nothing speaks against it.
std::string no_text_because(std::string_view bytes);

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; // of UTF-8

} // namespace lightdash
