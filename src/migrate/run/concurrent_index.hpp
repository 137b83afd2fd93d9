// What the text of a statement says about indexes that are built beside the traffic: a crash leaves them invalid.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lightdash::migrate {

struct built_index {
    std::string name;        // as the catalog spells it, without its schema; empty: PostgreSQL chooses one
    std::string table;       // as the statement spells it, qualified or not; of CREATE INDEX only
    bool rebuilt;            // REINDEX INDEX: what a crash leaves is called name_ccnew or name_ccold
    bool if_missing = false; // IF NOT EXISTS, for which an invalid one is there too
};

// Of CREATE [UNIQUE] INDEX CONCURRENTLY and REINDEX INDEX CONCURRENTLY; nothing for every other statement.
std::optional<built_index> index_built_by(std::string_view statement);

// Of CREATE [UNIQUE] INDEX IF NOT EXISTS, which is not built concurrently; nothing for every other statement.
std::optional<built_index> index_built_if_missing(std::string_view statement);

} // namespace lightdash::migrate
