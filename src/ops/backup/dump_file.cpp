#include "ops/backup/dump_file.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "ops/backup/plain_dump.hpp"
#include "ops/child/client_program.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace lightdash::ops {
namespace {

using namespace std::string_view_literals;
namespace fs = std::filesystem;

struct packer {
    std::string_view signature; // the file's first bytes
    std::string_view name, unpacks;
};
constexpr std::array packers{
    packer{"\x1F\x8B"sv, "gzip", "gunzip"},
    packer{"\xFD"
           "7zXZ\0"sv,
           "xz", "unxz"},
    packer{"BZh"sv, "bzip2", "bunzip2"},
    packer{"\x28\xB5\x2F\xFD"sv, "zstd", "unzstd"},
    packer{"\x04\x22\x4D\x18"sv, "lz4", "unlz4"},
    packer{"PK\x03\x04"sv, "zip", "unzip"},
};

[[noreturn]] void refuse(std::string_view name, std::string_view why)
{
    throw error{error_kind::usage, fmt::format("{} {}. Nothing was changed.", name, why)};
}

// POSIX pax, "ustar Interchange Format": the first file's name, and the magic.
bool is_tar(std::string_view beginning)
{
    return beginning.size() > 262 && beginning.substr(257, 5) == "ustar";
}

// Descriptions are one or several words in capitals, then the schema or "-".
struct list_entry {
    std::string_view description, rest;
};

list_entry entry_of(std::string_view line)
{
    for (int numbers = 0; numbers < 3; ++numbers) // "3296; 2606 16391 "
        line.remove_prefix(std::min(line.find(' '), line.size() - 1) + 1);
    std::size_t end = 0;
    for (auto next = line.find(' '); next != std::string_view::npos; next = line.find(' ', end + 1)) {
        const auto word = line.substr(end == 0 ? 0 : end + 1, next - (end == 0 ? 0 : end + 1));
        if (word.empty() || !std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; }))
            break;
        end = next;
    }
    return {line.substr(0, end), end < line.size() ? line.substr(end + 1) : std::string_view{}};
}

dump_contents contents_of_plain(const fs::path& file, const std::function<void(std::uint64_t)>& on_bytes)
{
    std::ifstream in{file, std::ios::binary};
    plain_dump dump{file.string(), in};
    while (dump.next())
        while (dump.next_rows())
            if (on_bytes)
                on_bytes(dump.bytes());
    return {dump_format::plain, dump.objects(), dump.locks(), dump.extensions()};
}

} // namespace

dump_format format_of(std::string_view name, std::string_view beginning)
{
    if (beginning.empty())
        refuse(name, "is empty");
    if (beginning.starts_with("PGDMP"))
        return dump_format::archive;
    if (is_tar(beginning)) {
        if (!beginning.starts_with("toc.dat\0"sv))
            refuse(name, "is a tar file, but not one of pg_dump's, whose first file is toc.dat: unpack it");
        return dump_format::archive;
    }
    for (const auto& one : packers)
        if (beginning.starts_with(one.signature))
            refuse(name, fmt::format("is compressed with {}: unpack it first ({} {})", one.name, one.unpacks, name));
    if (const auto why = no_text_because(beginning); !why.empty())
        refuse(name, fmt::format("is neither an archive nor a plain dump of pg_dump's: {}", why));
    return dump_format::plain;
}

dump_contents contents_of_list(std::string_view list)
{
    static constexpr std::array kept_locked{"TABLE"sv,      "INDEX"sv, "SEQUENCE"sv, "VIEW"sv, "MATERIALIZED VIEW"sv,
                                            "CONSTRAINT"sv, "BLOB"sv};
    dump_contents made{dump_format::archive, 0, 0, {}};
    while (!list.empty()) {
        const auto end = std::min(list.find('\n'), list.size());
        const auto line = list.substr(0, end);
        list.remove_prefix(std::min(end + 1, list.size()));
        if (line.empty() || line.front() == ';')
            continue;
        const auto entry = entry_of(line);
        if (entry.description.empty())
            continue;
        ++made.objects;
        if (std::ranges::find(kept_locked, entry.description) != kept_locked.end())
            ++made.locks;
        if (entry.description == "EXTENSION" && entry.rest.starts_with("- "))
            made.extensions.emplace_back(entry.rest.substr(2, entry.rest.rfind(' ') - 2));
    }
    return made;
}

dump_contents examine_dump(const fs::path& file, const std::function<void(std::uint64_t)>& on_bytes)
{
    if (fs::is_directory(file)) {
        if (!fs::exists(file / "toc.dat"))
            refuse(file.string(), "is a folder, but not one of pg_dump's: toc.dat is missing");
    } else {
        if (!fs::is_regular_file(file))
            refuse(file.string(), fs::exists(file) ? "is no file: copy what comes from it into one first"
                                                   : "cannot be restored: there is no such file");
        std::array<char, 4096> start{};
        std::ifstream in{file, std::ios::binary};
        if (!in)
            refuse(file.string(), "cannot be read");
        in.read(start.data(), start.size());
        if (format_of(file.string(), {start.data(), static_cast<std::size_t>(in.gcount())}) == dump_format::plain)
            return contents_of_plain(file, on_bytes);
    }
    const auto found = find_postgres_clients(default_binary_search()); // newest first: it reads every archive
    const auto clients = found.empty() ? choose_client(found, 0) : found.front();
    const auto listed = run({.argv = {(clients.folder / "pg_restore").string(), "--list", fs::absolute(file).string()}},
                            std::chrono::minutes{5});
    if (!listed.ok())
        throw error{error_kind::usage, fmt::format("pg_restore cannot read {}. Nothing was changed.", file.string())}
            .with_detail(last_words(listed.output));
    return contents_of_list(listed.output);
}

} // namespace lightdash::ops
