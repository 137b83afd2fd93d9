// Ready-made units that back up daily.
#pragma once

#include <cstddef>
#include <string>

namespace lightdash::app {

// A systemd service with its timer and a Kubernetes CronJob, as comments and texts to be split at the "# ---" lines.
// `program` and `folder` are absolute paths; whatever is in them and in the database's name stands for itself there.
std::string schedule_text(const std::string& program, const std::string& database, const std::string& folder,
                          std::size_t keep);

} // namespace lightdash::app
