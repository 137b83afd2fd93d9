#include "ops/load_plain.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/pg/copy.hpp"
#include "ops/plain_dump.hpp"

#include <fmt/format.h>

#include <fstream>

namespace lightdash::ops {
namespace {

constexpr std::chrono::hours longest{48};

error refused_at(const std::filesystem::path& file, std::uint64_t line, const error& why)
{
    auto told = error{error_kind::internal, fmt::format("{}:{}: the server refused this; nothing of the file was kept.",
                                                        file.string(), line)};
    if (const auto* said = why.database())
        return told.with_database(*said).with_detail(fmt::format("{} ({}){}{}", said->message, said->sqlstate,
                                                                 said->detail.empty() ? "" : "\n  ", said->detail));
    return told.with_detail(why.message());
}

task<void> run_one(pg::transaction& tx, plain_dump& dump, const dump_statement& one,
                   const std::function<void()>& on_rows)
{
    const auto what = pg::statement::trusted(one.copies ? "restore.rows" : "restore.statement", one.text);
    if (!one.copies) {
        co_await tx.query(what, {});
        co_return;
    }
    co_await pg::copy_in(tx, what, [&] {
        on_rows();
        return dump.next_rows();
    });
}

} // namespace

task<void> load_plain(pg::database& database, const restore_options& options)
{
    std::ifstream in{options.file, std::ios::binary};
    plain_dump dump{options.file.string(), in};
    const auto size = std::filesystem::file_size(options.file);
    const std::function<void()> on_rows = [&] {
        if (options.on_progress)
            options.on_progress("restoring bytes", dump.bytes(), size);
    };
    auto tx = co_await database.begin({}, deadline::after(longest));
    co_await be_patient(tx);
    while (const auto one = dump.next()) {
        on_rows();
        try {
            co_await run_one(tx, dump, *one, on_rows);
        } catch (const error& why) {
            throw refused_at(options.file, one->line, why);
        }
    }
    co_await tx.commit();
}

} // namespace lightdash::ops
