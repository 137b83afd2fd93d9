// Asking before something is done that cannot be undone: only on a terminal; scripts say yes with an option.
#pragma once

#include <CLI/CLI.hpp>

#include <memory>
#include <string>

namespace lightdash::app {

class command_line;

// For what can be repeated or is small: --yes, or y on a terminal.
class yes_or_no {
public:
    // Gives the command --yes.
    yes_or_no(const command_line& line, CLI::App& command);
    // True: go on. False: the person said no. Throws error_kind::usage that names --yes when nobody can be asked.
    bool agreed(const std::string& question) const;
    // The same, but where nobody can be asked the answer is no.
    bool unless_nobody_answers(const std::string& question) const;

private:
    const command_line& line_;
    std::shared_ptr<bool> yes_ = std::make_shared<bool>(false);
};

// For what destroys data: --confirm=NAME, or typing the database's name on a terminal.
class typed_name {
public:
    // Gives the command --confirm.
    typed_name(const command_line& line, CLI::App& command);
    bool given() const { return !name_->empty(); }
    bool is(const std::string& database) const { return *name_ == database; }
    // Returns when the name is right; throws error_kind::usage otherwise. `warning` says what will be lost. With
    // `never_ask` only the option counts, as in production.
    void require(const std::string& warning, const std::string& database, bool never_ask) const;

private:
    const command_line& line_;
    std::shared_ptr<std::string> name_ = std::make_shared<std::string>();
};

} // namespace lightdash::app
