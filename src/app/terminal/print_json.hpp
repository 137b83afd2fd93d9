// --json of every command: one described struct, or a list of them, on one line of stdout.
#pragma once

#include "lightdash/json/json.hpp"

#include <cstdio>
#include <string>
#include <variant>

namespace lightdash::app {

template <class T>
void print_json(const T& content)
{
    std::string text;
    json::write(text, content);
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
}

// Of what a command may give one of.
template <class... T>
void print_json(const std::variant<T...>& content)
{
    std::visit([](const auto& one) { print_json(one); }, content);
}

} // namespace lightdash::app
