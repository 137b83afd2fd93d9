// Commands that travel together: queued in one go, closed by one Sync, answered in order.
#pragma once

#include "lightdash/core/deadline.hpp"
#include "lightdash/core/error.hpp"
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/statement.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace lightdash::pg {

// One statement on its way and what became of it.
struct command {
    const statement* what =
        nullptr; // must outlive the batch's way; null: `control` is sent instead, unprepared, without values
    std::string_view control; // "BEGIN", "COMMIT", "SAVEPOINT s1": a literal, or a text that outlives the batch's way
    params values;

    result answer;
    std::optional<error> failure; // set when the server refused it
    bool skipped = false;         // not executed, because an earlier command of its batch failed

    static command of(const statement& text, params arguments)
    {
        return {&text, {}, std::move(arguments), {}, {}, false};
    }
    static command plain(std::string_view text) { return {nullptr, text, {}, {}, {}, false}; }
};

// Takes the rows of a streamed command as they arrive.
class part_sink {
public:
    virtual void take(result rows) noexcept = 0;
    virtual bool full() const noexcept = 0; // nothing is read from the server until it is not

protected:
    ~part_sink() = default;
};

// Closed by one Sync: without a BEGIN among them all its commands are one implicit transaction, so that a failure
// undoes those before it and skips those after it.
struct batch {
    using callback = void (*)(batch& self, void* context) noexcept;

    std::vector<command> commands;
    // Called on the loop, once: in the turn in which the last answer arrived, or after the connection broke. It may
    // submit further batches to the same connection, and destroy this one or the connection.
    callback on_done = nullptr;
    void* context = nullptr;

    std::optional<error> broken; // the connection broke before everything was answered: poisons, database_unavailable
    bool sent = false;           // the server may have received some of it
    bool repaired = false; // sent a second time after the server had forgotten or invalidated a prepared statement
    deadline::clock::time_point submitted;

    bool in_parts = false;      // the last command's rows go to `parts`, or nowhere when that is null
    part_sink* parts = nullptr; // until on_done, or until its owner takes it off
    bool abandoned = false;     // kept by the connection: nobody waits, and `what` and `control` are gone

    // The first command that the server refused; null when all were executed.
    const error* first_failure() const noexcept
    {
        for (const auto& one : commands)
            if (one.failure)
                return &*one.failure;
        return nullptr;
    }
};

} // namespace lightdash::pg
