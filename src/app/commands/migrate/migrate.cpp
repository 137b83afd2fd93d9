// migrate
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/migrate/lint_pending.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/terminal/step_lines.hpp"
#include "lightdash/core/counted.hpp"
#include "lightdash/migrate/rehearse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace lightdash::app {
namespace {

struct migrate_options {
    migration_flags flags;
    wait_flag wait;
    migrate::up_goal goal;
    bool print = false, rehearse = false, strict = false;
    allow_unsafe_flag allowed;

    void describe(option_list& are)
    {
        flags.describe(are);
        wait.describe(are);
        are.value("--to", goal.to, "The last one to apply: its name, its number or both").named("NAME");
        are.value("--steps", goal.steps, "How many at most").between(1, 10'000);
        are.flag("--one-transaction", goal.one_transaction, "All of them in one transaction: all or nothing");
        are.flag("--print", print, "Print the SQL of what is pending, and run nothing");
        are.flag("--rehearse", rehearse, "Run what is pending in one transaction, report locks, roll back")
            .excludes("--print");
        are.flag("--strict", strict,
                 "Refuse (exit 5) migrations that cannot be reverted, and databases of a newer program");
        allowed.describe(are);
        are.json("what was applied as an array of {name, up, milliseconds}; with --print, of {name, transaction, "
                 "changesDataInCode, statements}");
    }
};

// What it is asked to do, with the goal's full name.
struct wanted {
    const invocation& call;
    const migrate_options& given;
    migrate::up_goal goal;
};

// Why `migrate` did nothing, and what there is that it did not look at.
task<void> say_nothing_to_do(migrate::migrator& migrator, const migrate::registry& known, const wanted& what)
{
    const auto later = co_await migrator.pending(deadline::after(std::chrono::seconds{30}));
    if (later.empty())
        fmt::print(stderr, "Nothing to do: every migration is applied.\n");
    else
        fmt::print(stderr, "Nothing to do: every migration up to {} is applied; {} later {} pending.\n", what.goal.to,
                   later.size(), later.size() == 1 ? "one is" : "ones are");
    what.given.flags.tell_what_is_not_compiled_in(known);
}

task<steps> apply(runtime& on, const migrate::registry& known, migrate::migrator_options options, const wanted& what)
{
    const auto lines = collect_steps(options);
    if (what.call.in_production())
        co_await refuse_unsafe_pending(on.database(), on.clocks(), known, what.goal, what.given.strict,
                                       what.given.allowed.rules(), deadline::after(std::chrono::minutes{1}));
    migrate::migrator migrator{on.database(), on.clocks(), known, std::move(options)};
    const auto applied = co_await migrator.up(what.goal, deadline::after(longest_migration));
    if (applied == 0)
        co_await say_nothing_to_do(migrator, known, what);
    else
        fmt::print(stderr, "{} applied.\n", counted(applied, "migration"));
    co_return *lines;
}

// One migration of `migrate --print`.
struct printed_migration {
    std::string name;
    bool transaction;
    bool changes_data_in_code; // then there is no SQL to print
    std::vector<std::string> statements;
    std::string file; // "" when it is compiled in code
};
LIGHTDASH_DESCRIBE(printed_migration, name, transaction, changes_data_in_code, statements)

printed_migration printed(const migrate::migration& one)
{
    printed_migration made{one.name, one.transaction, one.change_up != nullptr, {}, one.file};
    for (const auto& statement : one.up)
        made.statements.push_back(statement.text);
    return made;
}

// As a script for psql that does what `migrate` would, apart from the history.
void print_script(const printed_migration& one)
{
    fmt::print("-- {}\n", one.file.empty() ? one.name : one.file);
    if (one.changes_data_in_code) {
        fmt::print("-- changes data in C++, which cannot be printed\n\n");
        return;
    }
    fmt::print("{}", one.transaction ? "BEGIN;\n" : "-- outside of a transaction\n");
    for (const auto& statement : one.statements)
        fmt::print("{};\n", statement);
    fmt::print("{}\n", one.transaction ? "COMMIT;\n" : "");
}

task<std::vector<printed_migration>> read_pending(runtime& on, const migrate::registry& known, const wanted& what)
{
    migrate::migrator migrator{on.database(), on.clocks(), known, {}};
    const auto rows = co_await migrator.history(deadline::after(std::chrono::seconds{30}));
    std::vector<printed_migration> made;
    for (const auto* one : migrate::limited_to(migrate::plan_up(known, rows, what.given.strict), what.goal))
        made.push_back(printed(*one));
    co_return made;
}

struct lock_line {
    std::string table;
    std::string lock;
    std::int64_t waited;
};
LIGHTDASH_DESCRIBE(lock_line, table, lock, waited)

struct rehearsed_line {
    std::string name;
    std::string place;
    std::string statement;
    double milliseconds;
    std::vector<lock_line> locks;
};
LIGHTDASH_DESCRIBE(rehearsed_line, name, place, statement, milliseconds, locks)

struct rehearsal_lines {
    std::vector<rehearsed_line> statements;
    std::vector<std::string> not_rehearsed;
};
LIGHTDASH_DESCRIBE(rehearsal_lines, statements, not_rehearsed)

rehearsal_lines lines_of(const migrate::rehearsal& seen)
{
    rehearsal_lines made{{}, seen.not_rehearsed};
    for (const auto& one : seen.statements) {
        rehearsed_line line{one.migration, one.place, one.text, one.took.count(), {}};
        for (const auto& lock : one.locks)
            line.locks.push_back({lock.table, lock.mode, static_cast<std::int64_t>(lock.waiting)});
        made.statements.push_back(std::move(line));
    }
    return made;
}

void print_rehearsal(const rehearsal_lines& seen)
{
    std::string_view last;
    for (const auto& one : seen.statements) {
        if (one.name != last)
            fmt::print("{}\n", one.name);
        last = one.name;
        fmt::print("  {:>9.1f} ms  {}\n", one.milliseconds, one.statement.substr(0, one.statement.find('\n')));
        for (const auto& lock : one.locks)
            fmt::print("                {} on {}: {} waited\n", lock.lock, lock.table, counted(lock.waited, "session"));
    }
    for (const auto& name : seen.not_rehearsed)
        fmt::print("{}: not rehearsed, it has transaction:off or does what no rollback takes back\n", name);
}

task<rehearsal_lines> rehearse(runtime& on, const migrate::registry& known, migrate::migrator_options options,
                               const wanted& what)
{
    const auto seen = co_await migrate::rehearse(on.database(), on.clocks(), known, what.goal, std::move(options),
                                                 deadline::after(longest_migration));
    co_return lines_of(seen);
}

// What was applied, what would be, or what was rehearsed.
using migrate_answer = std::variant<steps, std::vector<printed_migration>, rehearsal_lines>;

template <class T>
answer<migrate_answer> one_of_them(answer<T> found)
{
    return {std::move(found.value), found.code};
}

answer<migrate_answer> find(const invocation& call, const migrate_options& given)
{
    given.allowed.rules(); // a wrong name is refused everywhere
    const auto known = given.flags.known();
    wanted what{call, given, given.goal};
    if (!what.goal.to.empty())
        what.goal.to = known.resolve(what.goal.to).name;
    auto options = given.flags.options(call.config());
    options.strict = given.strict;
    runtime on{call.config()};
    const auto patience = given.wait.patience();
    if (given.print)
        return one_of_them(ask(on, read_pending(on, known, what), patience));
    if (given.rehearse)
        return one_of_them(ask(on, rehearse(on, known, std::move(options), what), patience));
    return one_of_them(ask(on, apply(on, known, std::move(options), what), patience));
}

void show(const migrate_answer& found, const invocation&)
{
    if (const auto* pending = std::get_if<std::vector<printed_migration>>(&found))
        std::ranges::for_each(*pending, print_script);
    else if (const auto* rehearsed = std::get_if<rehearsal_lines>(&found))
        print_rehearsal(*rehearsed);
}

void tell(const migrate_answer& found, const invocation&)
{
    if (const auto* rehearsed = std::get_if<rehearsal_lines>(&found))
        fmt::print(stderr, "{} rehearsed and rolled back: nothing was changed.\n",
                   counted(rehearsed->statements.size(), "statement"));
}

} // namespace

command commands::migrate()
{
    return answering<migrate_options>(
        {.path = "migrate",
         .meaning = "Apply every pending migration, each in a transaction of its own",
         .examples = "  lightdash-backend migrate\n"
                     "  lightdash-backend migrate --rehearse                 (and roll back: locks and times)\n"
                     "  lightdash-backend migrate --print | less             (the SQL, nothing is run)\n"
                     "  lightdash-backend migrate --to 012 --wait=60s\n"
                     "  DATABASE_URL=postgresql://localhost/lightdash lightdash-backend migrate --dir ./sql"},
        find, show, tell);
}

} // namespace lightdash::app
