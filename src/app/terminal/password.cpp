#include "app/terminal/password.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/password.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <iostream>

namespace lightdash::app {
namespace {

[[noreturn]] void refuse(std::string_view undone, std::string_view why)
{
    throw error{error_kind::invalid_parameter, fmt::format("{} {}", undone, why)};
}

// getpass() takes Ctrl-C for a key.
std::string typed_unseen(const char* prompt, std::string_view undone)
{
    const char* const typed = ::getpass(prompt);
    if (typed == nullptr)
        refuse(undone, "The terminal could not be read.");
    std::string text{typed};
    if (text.find('\x03') != std::string::npos)
        refuse(undone, "It was interrupted.");
    return text;
}

std::string from_terminal(std::string_view undone)
{
    auto password = typed_unseen("Password: ", undone);
    if (const auto fault = password_fault(password); !fault.empty())
        refuse(undone, fault);
    if (typed_unseen("Once more: ", undone) != password)
        refuse(undone, "These were two different passwords.");
    return password;
}

} // namespace

std::string read_password(std::string_view undone)
{
    if (::isatty(STDIN_FILENO) == 1)
        return from_terminal(undone);
    std::string password;
    std::getline(std::cin, password);
    if (!password.empty() && password.back() == '\r')
        password.pop_back(); // a line of a text from Windows
    if (password.empty())
        refuse(undone, "Standard input held an empty first line: pipe the password in.");
    if (const auto fault = password_fault(password); !fault.empty())
        refuse(undone, fault);
    return password;
}

} // namespace lightdash::app
