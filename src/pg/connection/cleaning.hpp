// How a connection that was given back is made fit for the next borrower: cancel, wait, roll back, or close. No I/O.
#pragma once

#include "pg/wire/transaction_status.hpp"

#include <chrono>

namespace lightdash::pg {

class cleaning {
public:
    enum class action : unsigned char {
        cancel,    // ask the server to end what runs, then come back
        wait,      // until nothing runs, at most patience(), then come back
        roll_back, // then come back
        reusable,
        close,
    };
    struct situation {
        bool broken = false;
        bool busy = false;
        bool copying = false; // COPY cannot be left half-way
        bool out_of_time = false;
        transaction_status status = transaction_status::unknown;
    };

    action next(const situation& now) noexcept;
    // A cancel request whose delivery is not certain may hit the next borrower's statement.
    void cancel_failed() noexcept { uncertain_ = true; }
    // The server ignores a cancel that arrives before the statement it is meant for: ask again, ever more slowly.
    std::chrono::milliseconds patience() const noexcept { return patience_; }

private:
    std::chrono::milliseconds patience_{25};
    bool asked_ = false;
    bool rolled_back_ = false;
    bool uncertain_ = false;
};

} // namespace lightdash::pg
