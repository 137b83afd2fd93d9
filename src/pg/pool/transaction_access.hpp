// What COPY needs of a transaction: its connection, with BEGIN executed; and its COMMIT, for held_commit.hpp.
// Implemented beside the transaction.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"

#include <memory>

namespace lightdash::pg {

class connection;
class pooled_connection;
class transaction;

class transaction_access {
public:
    // Executes BEGIN if no statement was sent yet. The connection stays the transaction's.
    static task<connection*> begun(transaction& tx);
    // The connection of a transaction in which nothing was sent yet; the transaction is over then.
    static std::unique_ptr<pooled_connection> take(transaction& unused);
    static task<void> begin_again(transaction& finished);
    static deadline until(const transaction& tx) noexcept;
    static void hold_commit(transaction& tx) noexcept;
    static bool release_commit(transaction& tx) noexcept;
};

} // namespace lightdash::pg
