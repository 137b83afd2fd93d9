// How --help reads: what it does, how it is called, examples, then options.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace lightdash::app {

class help_format : public CLI::Formatter {
public:
    help_format();
    std::string make_help(const CLI::App* command, std::string name, CLI::AppFormatMode mode) const override;
};

} // namespace lightdash::app
