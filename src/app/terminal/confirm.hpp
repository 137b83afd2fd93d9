// Asking before something is done that cannot be undone: only on a terminal; scripts say yes with an option.
#pragma once

#include "app/cli/command.hpp"

#include <string>

namespace lightdash::app {

// For what can be repeated or is small: --yes, or y on a terminal.
class yes_or_no {
public:
    void describe(option_list& are) { are.flag("--yes,-y", yes_, "Do not ask"); }
    // True: go on. False: the person said no. Throws error_kind::usage that names --yes when nobody can be asked.
    bool agreed(const invocation& call, const std::string& question) const;
    // The same, but where nobody can be asked the answer is no.
    bool unless_nobody_answers(const invocation& call, const std::string& question) const;

private:
    bool yes_ = false;
};

// For what destroys data: --confirm=NAME, or typing the database's name on a terminal.
class typed_name {
public:
    void describe(option_list& are)
    {
        are.value("--confirm", name_, "The database's name again, instead of being asked").named("DBNAME");
    }
    bool given() const { return !name_.empty(); }
    bool is(const std::string& database) const { return name_ == database; }
    // Returns when the name is right; throws error_kind::usage otherwise. `warning` says what will be lost. With
    // `never_ask` only the option counts, as in production.
    void require(const invocation& call, const std::string& warning, const std::string& database, bool never_ask) const;

private:
    std::string name_;
};

} // namespace lightdash::app
