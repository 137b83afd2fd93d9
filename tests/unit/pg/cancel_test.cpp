#include "pg/connection/cleaning.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <vector>

namespace lightdash::pg {
namespace {

using action = cleaning::action;
using status = transaction_status;
using situation = cleaning::situation;

// A statement runs in a transaction: asked to end, waited for, rolled back.
struct story {
    situation now;
    action expected;
};
const std::vector<story> happy{
    {{.busy = true}, action::cancel},
    {{.busy = true}, action::wait},
    {{.status = status::failed}, action::roll_back},
    {{.status = status::idle}, action::reusable},
};

TEST(CancelTest, EndsWhatRunsAndRollsBack)
{
    cleaning machine;
    for (const auto& [now, expected] : happy)
        EXPECT_EQ(machine.next(now), expected);
}

TEST(CancelTest, ClosesWhateverHappensAtAnyStep)
{
    const std::vector<std::function<void(situation&, cleaning&)>> accidents{
        [](situation& now, cleaning&) { now.broken = true; },
        [](situation& now, cleaning&) { now.out_of_time = true; },
        [](situation& now, cleaning&) { now.copying = true; },
        [](situation&, cleaning& machine) { machine.cancel_failed(); },
        [](situation& now, cleaning&) {
            now.busy = false;
            now.status = status::unknown;
        },
    };
    for (const auto& accident : accidents)
        for (std::size_t step = 0; step < happy.size(); ++step) {
            cleaning machine;
            for (std::size_t i = 0; i < step; ++i)
                machine.next(happy[i].now);
            auto now = happy[step].now;
            accident(now, machine);
            EXPECT_EQ(machine.next(now), action::close) << "step " << step;
        }
}

TEST(CancelTest, AsksAgainEverMoreSlowlyWhenTheServerGoesOn)
{
    cleaning machine;
    auto last = machine.patience();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(machine.next({.busy = true}), action::cancel);
        EXPECT_EQ(machine.next({.busy = true}), action::wait);
        EXPECT_EQ(machine.patience(), 2 * last);
        last = machine.patience();
    }
}

TEST(CancelTest, DoesNothingToWhatIsCleanAndRollsBackOnceOnly)
{
    EXPECT_EQ(cleaning{}.next({.status = status::idle}), action::reusable);
    cleaning machine;
    EXPECT_EQ(machine.next({.status = status::open}), action::roll_back);
    EXPECT_EQ(machine.next({.status = status::open}), action::close);
}

} // namespace
} // namespace lightdash::pg
