// What the parts of one migrator's call share.
#pragma once

#include "lightdash/migrate/migrator.hpp"
#include "lightdash/pg/transaction.hpp"
#include "migrate/history/history.hpp"
#include "migrate/text/statement_notices.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace lightdash::migrate {

struct run_context {
    pg::database& db;
    timer_wheel& clocks;
    const registry& known;
    const migrator_options& options;
    deadline until;
    deadline lock_until; // for the migrators' lock: waiting for all of the call's migrations together
    std::optional<pg::timestamptz> began = {}; // the call, by the server's clock
    bool had_lock = false;                     // in the current try
    history::table history = {};               // as the transaction that has the lock sees it
    std::string lock_table = {};               // of lock_kind::table, with its schema
    statement_notices notices{options.on_note};

    // Of the transactions that run statements of files.
    pg::transaction_options for_files() { return {.prepared = false, .notices = &notices}; }

    history::circumstances circumstances() const { return {known.program_version(), *began}; }
    void note(const std::string& text) const
    {
        if (options.on_note)
            options.on_note(text);
    }
};

} // namespace lightdash::migrate
