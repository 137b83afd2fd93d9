// What the builder tests ask of a builder.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/sql/fragment.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lightdash::sql {

inline std::string text(const fragment& of)
{
    return of.compile().text;
}

inline std::size_t value_count(const fragment& of)
{
    return of.compile().values.values().size();
}

// The message with which `build` is refused.
template <class Build>
std::string refusal(Build build)
{
    try {
        build();
    } catch (const error& failure) {
        EXPECT_EQ(failure.kind(), error_kind::internal);
        return failure.message();
    }
    return "nothing was refused";
}

} // namespace lightdash::sql
