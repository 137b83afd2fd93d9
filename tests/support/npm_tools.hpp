// Programs of npm, installed for one test in a folder of its own.
#pragma once

#include <filesystem>
#include <string>

namespace lightdash::testing {

class npm_tools {
public:
    // Of a folder with package.json and package-lock.json.
    explicit npm_tools(const std::filesystem::path& packages);
    npm_tools(const npm_tools&) = delete;
    npm_tools& operator=(const npm_tools&) = delete;
    ~npm_tools();

    // "", or why they could not be installed, and what helps.
    const std::string& refusal() const noexcept { return refusal_; }
    // Runs a shell command in the folder; true when it succeeds. `variables`: "NAME='value' " of its environment.
    bool run(const std::string& command, const std::string& variables = {}) const;
    std::string output() const; // of the last one
    const std::filesystem::path& folder() const noexcept { return folder_; }
    void write(const std::filesystem::path& file, const std::string& text) const;

private:
    std::filesystem::path folder_;
    std::string refusal_;
};

} // namespace lightdash::testing
