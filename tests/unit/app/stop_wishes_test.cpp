// Which signals are one wish to stop, and which the second of an impatient person.
#include "app/runtime/stop_signals.hpp"

#include <gtest/gtest.h>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;
using meaning = stop_wishes::meaning;

TEST(StopWishes, WhatComesWithinAMomentOfTheFirstIsTheSame)
{
    const stop_wishes::clock::time_point begin{};
    stop_wishes heard;
    EXPECT_EQ(heard.heard(begin), meaning::first);
    EXPECT_EQ(heard.heard(begin), meaning::same);
    EXPECT_EQ(heard.heard(begin + 20us), meaning::same);
    EXPECT_EQ(heard.heard(begin + 499ms), meaning::same);
    EXPECT_EQ(heard.heard(begin + 500ms), meaning::again) << "whoever goes on pressing is heard";
    EXPECT_EQ(heard.heard(begin + 501ms), meaning::again);
}

} // namespace
} // namespace lightdash::app
