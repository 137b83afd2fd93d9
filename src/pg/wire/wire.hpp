// The protocol as the machines see it: what libpq does on an open connection, without its waiting. Scripted in tests.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/result.hpp"

#include "pg/wire/transaction_status.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace lightdash::pg {

// One thing that the server said in answer to what was sent, in the order of sending.
struct answer {
    enum class kind : unsigned char {
        end,     // nothing more belongs to the command
        done,    // executed; `value` holds its rows
        part,    // some rows of a streamed command, more may follow
        refused, // `said` holds why
        skipped, // an earlier command before the same Sync failed
        synced,  // the answer to a Sync; no `end` follows it
        copy,    // the server wants to copy: never asked for on this way
    };
    kind what = kind::end;
    result value = {};
    std::unique_ptr<database_diagnostics> said = {};
};

class wire {
public:
    virtual ~wire() = default;

    // Each queues one message, copying all it is given; false when the connection is beyond use.
    virtual bool prepare(const char* name, const std::string& text, const params& types) = 0;
    virtual bool execute_prepared(const char* name, const params& values) = 0;
    virtual bool execute(std::string_view text, const params& values, row_format rows) = 0;
    // Closes what was queued, and sends as much as the socket takes.
    virtual bool sync() = 0;

    // The command whose answer comes next hands out its rows in parts.
    virtual void expect_parts() = 0;
    // True: next() would have to wait for the server.
    virtual bool busy() = 0;
    virtual answer next() = 0;

    // As of the last Sync answered; unknown while another is awaited.
    virtual transaction_status status() const = 0;
};

} // namespace lightdash::pg
