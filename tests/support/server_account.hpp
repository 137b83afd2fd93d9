// Whom servers that refuse root run as, and folders that they may write to.
#pragma once

#include "ops/child/child_process.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace lightdash::testing {

// postgres when this process is root, nobody else otherwise. Throws std::runtime_error when there is no such account.
std::optional<ops::account> server_account();

// A new temporary folder of that account, "lightdash-NAME-…".
std::filesystem::path make_server_folder(const std::string& name);

} // namespace lightdash::testing
