#include "ops/backup/copy_progress.hpp"

#include <numeric>

namespace lightdash::ops {
namespace {

struct moved {
    std::int64_t relation;
    std::int64_t rows;
};
LIGHTDASH_DESCRIBE(moved, relation, rows)

} // namespace

copy_progress::copy_progress(pg::database& database, std::string application, std::string what, std::uint64_t total,
                             row_progress on_progress)
    : database_(database), application_(std::move(application)), what_(std::move(what)), total_(total),
      on_progress_(std::move(on_progress))
{}

task<void> copy_progress::look()
{
    // The view is young: nothing is asked of servers that have none.
    static const pg::statement exists{"backup.has_progress",
                                      "select count(*) from pg_catalog.pg_class where relname = "
                                      "'pg_stat_progress_copy' and relnamespace = 'pg_catalog'::regnamespace"};
    static const pg::statement look{"backup.progress",
                                    "select c.relid::bigint as relation, c.tuples_processed as rows "
                                    "from pg_stat_progress_copy c join pg_stat_activity a using (pid) "
                                    "where a.application_name = $1"};
    if (!on_progress_)
        co_return;
    const auto db = database_.exclusive(deadline::after(std::chrono::seconds{10}));
    const auto known = co_await db->one<std::int64_t>(exists);
    if (known == 0)
        co_return;
    const auto seen = co_await db->all<moved>(look, application_);
    for (const auto& one : seen)
        if (auto& rows = rows_[one.relation]; one.rows > rows)
            rows = one.rows;
    const auto done = std::accumulate(rows_.begin(), rows_.end(), std::uint64_t{0}, [](auto sum, const auto& one) {
        return sum + static_cast<std::uint64_t>(one.second);
    });
    on_progress_(what_, total_ > 0 ? std::min(done, total_) : done, total_);
}

} // namespace lightdash::ops
