#include "lightdash/migrate/verify.hpp"

#include "lightdash/migrate/migrator.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace lightdash::migrate {

task<catalog> read_catalog(pg::database& db, deadline until)
{
    auto tx = co_await db.begin({pg::isolation::repeatable_read, true}, until);
    auto found = co_await catalog::read(tx);
    co_await tx.rollback();
    co_return found;
}

namespace {

// Its way up was accepted before: when it is refused now, the way down is what is wrong.
task<void> apply_again(migrator& worker, const verified_migration& reverted, deadline until)
{
    std::optional<migrate_error> refused;
    try {
        co_await worker.up(until);
        co_return;
    } catch (const migrate_error& failure) {
        if (failure.code() != exit_code::failed)
            throw;
        refused = failure;
    }
    std::vector<std::string> left;
    for (const auto& difference : reverted.after_down)
        left.push_back(difference.sentence);
    throw migrate_error{
        exit_code::history,
        error{refused->kind(),
              fmt::format("{} cannot be applied again after its way down: {}. Its second way up was refused:\n{}",
                          reverted.name,
                          left.empty()
                              ? "the way down leaves the catalog as it was, so it is something else that stays, "
                                "such as rows or roles"
                              : fmt::format("after it, {}", fmt::join(left, "; ")),
                          refused->message())}};
}

} // namespace

bool verified_migration::exact() const noexcept
{
    const auto counts = [](const catalog_difference& one) { return one.kind != difference_kind::column_order; };
    return std::ranges::none_of(after_down, counts) && std::ranges::none_of(after_up, counts);
}

task<std::vector<verified_migration>> verify(pg::database& scratch, timer_wheel& clocks, const registry& known,
                                             std::function<void(const verified_migration&)> on_step, deadline until)
{
    const auto inside = without_outside_effects(known);
    std::vector<verified_migration> done;
    registry so_far{known.program_version()};
    auto before = co_await read_catalog(scratch, until);
    for (const auto& one : inside.known.all()) {
        so_far.add(one);
        migrator worker{scratch, clocks, so_far, {}};
        verified_migration made;
        made.name = one.name;
        made.reversible = one.reversible();
        for (const auto& statement : inside.left_out)
            if (statement.migration == one.name)
                made.left_out.push_back(to_string(statement));
        co_await worker.up(until);
        auto after = co_await read_catalog(scratch, until);
        if (made.reversible) {
            co_await worker.down(1, until);
            const auto reverted = co_await read_catalog(scratch, until);
            made.after_down = compare(before, reverted);
            co_await apply_again(worker, made, until);
            auto again = co_await read_catalog(scratch, until);
            made.after_up = compare(after, again);
            after = std::move(again);
        }
        before = std::move(after);
        if (on_step)
            on_step(made);
        done.push_back(std::move(made));
    }
    co_return done;
}

} // namespace lightdash::migrate
