#include "app/terminal/confirm.hpp"

#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdio>
#include <iostream>

namespace lightdash::app {
namespace {

bool somebody_answers(const invocation& call)
{
    return call.may_ask && ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
}

std::string answer_to(const std::string& question)
{
    fmt::print(stderr, "{} ", question);
    std::fflush(stderr);
    std::string answer;
    std::getline(std::cin, answer);
    return answer;
}

} // namespace

bool yes_or_no::unless_nobody_answers(const invocation& call, const std::string& question) const
{
    return yes_ || (somebody_answers(call) && agreed(call, question));
}

bool yes_or_no::agreed(const invocation& call, const std::string& question) const
{
    if (yes_)
        return true;
    if (!somebody_answers(call))
        throw error{error_kind::usage, fmt::format("{} Nobody can be asked here: give --yes to go on.", question)};
    const auto answer = answer_to(question + " [y/N]");
    return answer == "y" || answer == "Y" || answer == "yes";
}

void typed_name::require(const invocation& call, const std::string& warning, const std::string& database,
                         bool never_ask) const
{
    if (name_ == database)
        return;
    if (given())
        throw error{error_kind::usage,
                    fmt::format("{} --confirm={} names another database; nothing was done.", warning, name_)};
    if (never_ask || !somebody_answers(call))
        throw error{error_kind::usage,
                    fmt::format("{} Give --confirm={} to do it all the same; nothing was done.", warning, database)};
    if (answer_to(fmt::format("{}\nType the database's name to go on:", warning)) != database)
        throw error{error_kind::usage, "That was not the database's name; nothing was done."};
}

} // namespace lightdash::app
