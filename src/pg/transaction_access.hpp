// What COPY needs of a transaction: its connection, with BEGIN executed. Implemented beside the transaction.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/deadline.hpp"

namespace lightdash::pg {

class connection;
class transaction;

class transaction_access {
public:
    // Executes BEGIN if no statement was sent yet. The connection stays the transaction's.
    static task<connection*> begun(transaction& tx);
    static deadline until(const transaction& tx) noexcept;
};

} // namespace lightdash::pg
