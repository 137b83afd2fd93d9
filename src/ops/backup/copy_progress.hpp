// How many rows a COPY-ing client program has moved, as the server sees it (pg_stat_progress_copy, PostgreSQL 14+).
#pragma once

#include "lightdash/ops/backup.hpp"

#include <map>

namespace lightdash::ops {

class copy_progress {
public:
    // `application` is the client program's application_name. Without `on_progress` nothing is asked.
    copy_progress(pg::database& database, std::string application, std::string what, std::uint64_t total,
                  row_progress on_progress);

    task<void> look();

private:
    pg::database& database_;
    const std::string application_;
    const std::string what_;
    const std::uint64_t total_;
    const row_progress on_progress_;
    std::map<std::int64_t, std::int64_t> rows_; // by table: the largest number seen
};

} // namespace lightdash::ops
