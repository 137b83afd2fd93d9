// Bodies as clients send them, read into the models, and what was found wrong with them.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/json/json.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::testing {

template <class T>
T read_as(std::string_view text)
{
    return json::read_body<T>(*json::value::parse(text));
}

// "pointer: message" of every fault.
template <class T>
std::vector<std::string> faults_of(std::string_view text)
{
    try {
        (void)read_as<T>(text);
        return {};
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::invalid_body);
        std::vector<std::string> found;
        for (const auto& field : failure.fields())
            found.push_back(field.pointer + ": " + field.message);
        return found;
    }
}

// A valid body with one thing changed, so that a test shows only what matters.
inline std::string with(std::string text, std::string_view part, std::string_view instead)
{
    const auto at = text.find(part);
    if (at == std::string::npos) {
        ADD_FAILURE() << "the body has no " << part;
        return text;
    }
    return text.replace(at, part.size(), instead);
}

inline std::string repeated(std::string_view element, std::size_t times)
{
    std::string list;
    for (std::size_t i = 0; i < times; ++i)
        (list += i ? "," : "") += element;
    return list;
}

template <class T>
std::string json_of(const T& value)
{
    std::string out;
    json::write(out, value);
    return out;
}

} // namespace lightdash::testing
