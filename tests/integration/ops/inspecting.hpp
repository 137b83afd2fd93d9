// An empty database, a pool on it, and one inspection at a time.
#pragma once

#include "lightdash/ops/inspect/inspection.hpp"
#include "support/busy_session.hpp"
#include "support/test_database.hpp"
#include "support/test_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace lightdash::ops {

using namespace std::chrono_literals;

class inspecting : public ::testing::Test {
protected:
    inspecting() : db(testing::test_database::empty()), pool(db.connection()) {}

    // What `view` returns on an inspection's session.
    template <class View>
    auto look(View view)
    {
        return look_with(pool, view);
    }
    template <class View>
    static auto look_with(testing::test_pool& on, View view)
    {
        return on.run(within(on.database, view));
    }
    std::string as(const std::string& application) const
    {
        return testing::conninfo_with(db.conninfo(), {{"application_name", application}});
    }

    testing::test_database db;
    testing::test_pool pool;

private:
    template <class View>
    static auto within(pg::database& database, View view) -> decltype(view(std::declval<pg::session&>()))
    {
        auto tx = co_await begin_inspection(database, {}, deadline::after(20s));
        auto made = co_await view(tx);
        co_await tx.commit();
        co_return made;
    }
};

} // namespace lightdash::ops
