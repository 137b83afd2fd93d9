// Asks warehouses what is to be asked of them.
#pragma once

#include "lightdash/async/completion.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/task.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/database.hpp"
#include "modules/queries/executions.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/warehouses/service.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace lightdash::queries {

// What one query may cost. All of it is per process where it is about connections.
struct query_limits {
    std::size_t connections = 4;             // to one warehouse
    std::chrono::seconds time{540};          // of a statement there
    std::chrono::seconds waiting{60};        // for a connection to be free
    std::int64_t bytes = 64LL * 1024 * 1024; // of a result, as it is told
};

// Any number of processes may run one on the same database: each execution is carried out by one of them, and by
// another one when that dies. A warehouse has a few connections of its own, apart from the service's pool, so that one
// that is slow or down costs its own queries only; rows go page by page into the database, so that a query holds one
// page in memory, whatever its result's size.
class runner {
public:
    // The references must outlive it.
    runner(asio::io_context& context, timer_wheel& clocks, offload_pool& blocking, pg::database& db,
           warehouses::door& door, const sealing& keys, query_limits limits);
    ~runner();

    // Until the coroutine is cancelled, once the schema is `ready`. `listening`: look() is called whenever something is
    // queued or cancelled.
    task<void> run(bool listening, std::function<bool()> ready);

    // Cancels what is running, here and at the warehouses, and leaves it to others; run() was cancelled before.
    task<void> stop(deadline until);

    // Something is waiting, or was cancelled.
    void look() noexcept;

    std::size_t running() const noexcept { return running_.size(); }

private:
    struct warehouse;
    struct running_execution;

    task<void> beat();
    task<void> give_up_waiting();
    task<bool> claim_all(); // whether any is under way, here or elsewhere
    void begin(execution what);
    task<void> carry_out(execution what, std::shared_ptr<warehouse> at);
    task<ending> ask(const execution& what, warehouse& at);
    task<void> open(const execution& what, warehouse& at);
    std::shared_ptr<warehouse> warehouse_of(const execution& what);
    std::vector<credentials_id> busy() const;
    task<void> close_unused();

    asio::io_context& context_;
    timer_wheel& clocks_;
    offload_pool& blocking_;
    pg::database& db_;
    warehouses::door& door_;
    const sealing& keys_;
    const query_limits limits_;
    const uuid self_ = uuid::random();
    std::map<credentials_id, std::shared_ptr<warehouse>> warehouses_;
    std::map<result_id, std::unique_ptr<running_execution>> running_;
    completion<bool>* idle_ = nullptr; // run(), while it waits
    bool looked_ = false;
};

} // namespace lightdash::queries
