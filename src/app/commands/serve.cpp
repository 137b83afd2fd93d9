// serve: the HTTP server, in one process or several on one port.
#include "app/commands/list.hpp"
#include "app/commands/migrate/lint_pending.hpp"
#include "app/commands/migrate/migration_flags.hpp"
#include "app/runtime/runtime.hpp"
#include "app/server/service.hpp"
#include "app/server/workers/shared_port.hpp"
#include "app/server/workers/workers.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/core/shell_quoted.hpp"

#include <fmt/format.h>

#include <csignal>
#include <errno.h> // program_invocation_name
#include <unistd.h>

namespace lightdash::app {
namespace {

std::string in_url(const std::string& host)
{
    return host.find(':') == std::string::npos ? host : fmt::format("[{}]", host);
}

void announce(const settings& config, const service& server, const std::optional<ops::embedded_postgres>& own,
              bool seeded)
{
    log::info(fmt::format("Serving on http://{}:{}/api/v1", in_url(config.host), server.port()),
              {{"host", std::string_view{config.host}},
               {"port", server.port()},
               {"metrics_host", std::string_view{config.metrics_host}},
               {"metrics_port", config.prometheus_port == 0 ? 0 : server.metrics_port()},
               {"workers", config.workers},
               {"pid", ::getpid()}});
    if (own)
        log::info("Private PostgreSQL: " + own->psql_command());
    if (seeded)
        log::info(fmt::format("Demo data: {} token create --email demo@lightdash.com{} makes a token for the API",
                              program_invocation_name,
                              own ? fmt::format(" --data-dir {}", shell_quoted(config.data_dir.string())) : ""));
}

// One process that serves. The first one prepares the schema; the others wait for it by not being ready.
int serve_one(const settings& config, const std::optional<ops::embedded_postgres>& own, service_options options)
{
    log::start(*log::parse_level(config.log_level), *log::parse_format(config.log_format));
    int code = 0; // also after a drain that overran: that was logged and counted, and is no failure
    const auto known = migrate::registry::compiled_in();
    {
        options.migrated = options.migrate;
        const bool first = options.worker == 0, seeded = options.seed;
        options.migrate = options.migrate && first;
        options.seed = options.seed && first;
        service server{config, connection_options(config, own), known, options};
        server.start();
        if (first)
            announce(config, server, own, seeded);
        server.run();
        if (const auto& refusal = server.refused()) {
            log::error("refused to migrate", {{"error", refusal->message()}});
            code = static_cast<int>(refusal->code());
        }
    }
    log::stop();
    return code;
}

int serve_as_worker(const settings& config, const std::optional<ops::embedded_postgres>& own,
                    const service_options& options)
{
    try {
        return serve_one(config, own, options);
    } catch (const std::exception& failure) {
        log::error("a worker cannot serve", {{"worker", options.worker}, {"error", std::string_view{failure.what()}}});
        log::stop();
        return 1;
    }
}

int serve_with_workers(settings config, const held_stop_signals& held, const std::optional<ops::embedded_postgres>& own,
                       service_options options)
{
    const shared_port port{config.host, config.port, port_advice::api};
    config.port = port.number();
    std::optional<shared_port> metrics_port;
    if (config.prometheus_port != 0)
        config.prometheus_port =
            metrics_port.emplace(config.metrics_host, config.prometheus_port, port_advice::metrics).number();
    worker_figures figures{config.workers};
    options.figures = &figures;
    return run_workers(config.workers, held, [&](unsigned index) {
        options.worker = index;
        return serve_as_worker(config, own, options);
    });
}

// A first start takes seconds, a recovery longer: whoever asks to stop meanwhile gets that, and leaves no PostgreSQL.
std::optional<ops::embedded_postgres> private_postgres(const settings& config, const held_stop_signals& held)
{
    if (!config.database_url.empty())
        return std::nullopt;
    return ops::embedded_postgres::start(
        {.data_dir = config.data_dir, .interrupted = [&held] { return held.any_waiting(); }});
}

// What came together with the signal that ended the server must not decide how its process ends.
class dropped_at_the_end {
public:
    explicit dropped_at_the_end(const held_stop_signals& held) : held_(held) {}
    dropped_at_the_end(const dropped_at_the_end&) = delete;
    dropped_at_the_end& operator=(const dropped_at_the_end&) = delete;
    ~dropped_at_the_end()
    {
        const timespec at_once{0, 0};
        while (::sigtimedwait(&held_.set(), nullptr, &at_once) > 0) {
        }
    }

private:
    const held_stop_signals& held_;
};

int serve(const settings& config, const service_options& options)
{
    const held_stop_signals held;
    const dropped_at_the_end rest{held};
    std::signal(SIGPIPE, SIG_IGN); // whoever reads the log may go away
    std::optional<ops::embedded_postgres> own;
    try {
        own = private_postgres(config, held);
    } catch (const error& failure) {
        if (!held.any_waiting())
            throw;
        log::info("stopped before the private PostgreSQL had started");
        return 0;
    }
    return config.workers > 1 ? serve_with_workers(config, held, own, options) : serve_one(config, own, options);
}

struct serve_options {
    service_options service;
    lock_flag lock;
    allow_unsafe_flag allowed;

    void describe(option_list& are)
    {
        for (const auto* name : {"HOST", "PORT", "LIGHTDASH_WORKERS", "LIGHTDASH_DATA_DIR"})
            are.setting(name);
        are.flag("--migrate", service.migrate,
                 "Apply pending migrations as a task of the server; not ready until then");
        lock.describe(are);
        allowed.describe(are);
        are.flag("--seed", service.seed, "Then add the demo data, unless it is there (not in production)");
    }
};

int run(const invocation& call, const serve_options& given)
{
    if (given.service.seed && call.in_production())
        throw error{error_kind::usage, "serve --seed is refused when LIGHTDASH_ENV is production: "
                                       "'lightdash-backend seed --force' adds the demo data there."};
    auto options = given.service;
    options.lock = given.lock.kind();
    options.allowed_unsafe = given.allowed.rules();
    return serve(call.config(), options);
}

} // namespace

command commands::serve()
{
    auto made = command_of<serve_options>(
        {.path = "serve",
         .meaning = "Serve the API over HTTP",
         .examples = "  lightdash-backend serve --migrate --seed\n"
                     "  lightdash-backend serve --host 0.0.0.0 --port 8080 --workers 2\n"
                     "  DATABASE_URL=postgresql://localhost/lightdash lightdash-backend serve"},
        run);
    made.has_log = true;
    return made;
}

} // namespace lightdash::app
