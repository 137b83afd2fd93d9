// rotate-secret: encrypt what is stored with the current secret
#include "app/cli/answer.hpp"
#include "app/commands/list.hpp"
#include "app/commands/sealed_rows.hpp"
#include "app/terminal/table.hpp"
#include "lightdash/core/counted.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace lightdash::app {
namespace {

constexpr std::chrono::hours longest_rotation{1};

// `rows`: as they are afterwards.
struct rotation {
    bool dry_run = false;
    std::int64_t changed = 0; // with dry_run: would be
    std::vector<sealed_rows> rows;
};
LIGHTDASH_DESCRIBE(rotation, dry_run, changed, rows)

struct rotate_options {
    bool dry_run = false;

    void describe(option_list& are)
    {
        are.setting("LIGHTDASH_DATA_DIR");
        are.flag("--dry-run", dry_run, "Change nothing: tell how many rows there are under which key");
        are.json("{dryRun, changed, rows: [{holder, key, rows, state}]}; state is current, earlier or unknown");
    }
};

std::int64_t rows_in(const std::vector<sealed_rows>& all, std::string_view state)
{
    std::int64_t sum = 0;
    for (const auto& one : all)
        sum += one.state == state ? one.rows : 0;
    return sum;
}

task<rotation> rotate(runtime& on, const sealing_keys& keys, bool dry_run)
{
    const auto until = deadline::after(longest_rotation);
    rotation done{.dry_run = dry_run};
    if (!dry_run)
        done.changed = co_await seal_anew(on.database(), keys, until);
    const auto db = on.database().exclusive(until);
    done.rows = co_await count_sealed_rows(*db, keys);
    if (dry_run)
        done.changed = rows_in(done.rows, "earlier");
    co_return done;
}

answer<rotation> run(const invocation& call, const rotate_options& wanted)
{
    const auto keys = sealing_keys_of(call.config());
    if (!keys.can_seal())
        throw error{error_kind::configuration,
                    "LIGHTDASH_SECRET is not set: give the new secret as LIGHTDASH_SECRET, and the one before as "
                    "LIGHTDASH_SECRET_PREVIOUS, to this command and to the servers."};
    runtime on{call.config()};
    auto done = ask(on, rotate(on, keys, wanted.dry_run));
    if (done.value && rows_in(done.value->rows, "unknown") > 0)
        done.code = 1;
    return done;
}

void show(const rotation& done, const invocation& call)
{
    table shown{{{"what", column_kind::flexible}, {"key"}, {"rows", column_kind::number}, {"state"}}};
    for (const auto& one : done.rows)
        shown.add({one.holder, one.key, std::to_string(one.rows),
                   cell{std::string{one.state}, one.state == "unknown" ? style::bad : style::plain}});
    if (!shown.empty())
        fmt::print("{}", shown.text(call.out));
}

void tell(const rotation& done, const invocation&)
{
    fmt::print(stderr, "{} {} encrypted anew.\n", counted(done.changed, "row"),
               done.dry_run        ? "would be"
               : done.changed == 1 ? "was"
                                   : "were");
    if (const auto lost = rows_in(done.rows, "unknown"); lost > 0)
        fmt::print(stderr,
                   "{} cannot be read with any secret that is given: add the one that they were encrypted with to "
                   "LIGHTDASH_SECRET_PREVIOUS.\n",
                   counted(lost, "row"));
}

} // namespace

command commands::rotate_secret()
{
    return answering<rotate_options>(
        {.path = "rotate-secret",
         .meaning = "Encrypt the stored secrets anew with LIGHTDASH_SECRET, what earlier ones encrypted",
         .examples = "  lightdash-backend rotate-secret --dry-run\n"
                     "  lightdash-backend rotate-secret --json | jq '.rows[] | select(.state != \"current\")'"},
        run, show, tell);
}

} // namespace lightdash::app
