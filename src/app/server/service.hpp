// The server: everything it is made of, built in order, taken down in reverse.
#pragma once

#include "app/config/config.hpp"
#include "app/runtime/stop_signals.hpp"
#include "app/server/probes/readiness.hpp"
#include "app/server/telemetry/metrics.hpp"
#include "app/server/telemetry/request_log.hpp"
#include "app/server/warehouse_door.hpp"
#include "app/server/warehouse_tester.hpp"
#include "app/server/workers/worker_figures.hpp"
#include "lightdash/api/routes.hpp"
#include "lightdash/async/offload.hpp"
#include "lightdash/async/task_scope.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/http/router.hpp"
#include "lightdash/http/server.hpp"
#include "lightdash/migrate/lock.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/database.hpp"
#include "lightdash/pg/listener.hpp"
#include "modules/access/service.hpp"
#include "modules/accounts/service.hpp"
#include "modules/idempotency/service.hpp"
#include "modules/invites/model.hpp"
#include "modules/mail/dispatcher.hpp"
#include "modules/queries/results_watch.hpp"
#include "modules/queries/runner.hpp"
#include "modules/shared/sealing.hpp"
#include "modules/tokens/model.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace lightdash::app {

struct service_options {
    bool migrate = false;  // apply what is pending, as a task beside serving
    bool migrated = false; // another process of this server does so
    bool seed = false;     // then add the demo data
    std::chrono::milliseconds between_chores = std::chrono::minutes{5};
    // One of several processes on the port: their figures, and which it is. Null: the only one.
    worker_figures* figures = nullptr;
    unsigned worker = 0;
    migrate::lock_kind lock = migrate::lock_kind::advisory;
    std::set<std::string> allowed_unsafe; // rules of the linter that `migrate` may break in production
};

class service {
public:
    // `config` and `known` must outlive it.
    service(const settings& config, pg::connection_options connection, const migrate::registry& known,
            service_options options);
    service(const service&) = delete;
    service& operator=(const service&) = delete;
    ~service();

    // Listens: throws error_kind::configuration when it cannot. After it, port() is known.
    void start();
    // Serves until a stop signal (or stop()), then drains; a person's second one (stop_wishes) exits the process at
    // once with 128 + its number. Ends by itself when refused() is set.
    void run();
    // Why `migrate` was refused before it changed anything: in production, a pending migration that is not safe
    // (exit_code::lint). Somebody has to decide, as with a wrong setting.
    const std::optional<migrate::migrate_error>& refused() const noexcept { return refused_; }
    // As SIGTERM; from any thread.
    void stop();
    // Runs `work` on the loop; from any thread.
    void post(std::function<void()> work);

    unsigned short port() const noexcept { return server_.port(); }
    unsigned short metrics_port() const noexcept { return metrics_server_.port(); }
    pg::database& database() noexcept { return database_; }
    const api::routes& api() const noexcept { return api_; }

private:
    void add_routes();
    void require_schema() const;
    task<http::response> metrics_of_all_workers();
    void notified(std::string_view channel, std::string_view payload);
    void on_stop_signal(int number);
    [[noreturn]] void on_second_signal(int number);
    void begin_stop();
    task<void> migrate_schema();
    task<void> prepare_schema();
    task<void> shut_down();

    const settings& config_;
    const migrate::registry& known_;
    service_options options_;
    held_stop_signals held_; // before any thread
    asio::io_context context_{1};
    timer_wheel clocks_{context_};
    offload_pool blocking_{context_, 4, 256};
    task_scope background_;
    pg::database database_;
    access::gate gate_;
    accounts::password_worker passwords_;
    accounts::facilities accounts_;
    const sealing_keys keys_;
    const sealing sealing_{keys_};
    warehouse_door warehouse_door_;
    warehouse_tester warehouses_;
    const warehouses::testing testing_{warehouses_};
    queries::runner queries_;
    queries::results_watch results_;
    pg::listener changes_;
    mail::dispatcher mail_;
    readiness readiness_;
    tokens::rules token_rules_;
    invites::rules invite_rules_;
    metrics metrics_;
    request_log request_log_;
    idempotency::kept_answers kept_answers_;
    api::routes api_;
    http::router routes_, metrics_routes_;
    http::server server_, metrics_server_;
    stop_signals signals_;
    task_scope closing_;
    bool stopping_ = false;
    std::optional<migrate::migrate_error> refused_;
};

} // namespace lightdash::app
