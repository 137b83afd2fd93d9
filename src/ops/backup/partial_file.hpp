// A file that appears under its name only when it is complete.
#pragma once

#include <filesystem>
#include <string_view>

namespace lightdash::ops {

// Until publish() the content is in a hidden file beside the target, .NAME.PID.partial, which ends with this object.
// What killed processes left behind for the same target is removed.
class partial_file {
public:
    // Creates the hidden file, empty, readable by its owner alone. Throws error_kind::usage when the target exists or
    // its folder cannot be written.
    explicit partial_file(std::filesystem::path target);
    partial_file(const partial_file&) = delete;
    partial_file& operator=(const partial_file&) = delete;
    ~partial_file();

    const std::filesystem::path& path() const noexcept { return partial_; }
    const std::filesystem::path& target() const noexcept { return target_; }
    void write(std::string_view text) const;
    // Brings content and name to the disk (fsync of the file and of its folder). Never replaces another file: throws
    // error_kind::usage when one has appeared. Throws std::system_error when the disk fails.
    void publish();

private:
    void sweep() const;

    std::filesystem::path target_;
    std::filesystem::path partial_;
};

} // namespace lightdash::ops
