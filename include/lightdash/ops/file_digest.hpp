// SHA-256 of a file, read piece by piece.
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

namespace lightdash::ops {

class file_digest {
public:
    // Throws std::system_error when the file cannot be read.
    explicit file_digest(const std::filesystem::path& file);
    ~file_digest();

    // Reads the next piece (8 MiB); false at the end.
    bool next();
    std::uint64_t bytes() const noexcept { return bytes_; } // read so far
    std::string hex();                                      // after the end: 64 digits

private:
    struct state;
    std::filesystem::path file_;
    std::ifstream in_;
    std::unique_ptr<state> state_;
    std::uint64_t bytes_ = 0;
};

} // namespace lightdash::ops
