// serve: the HTTP server, in one process or several on one port.
#include "app/command.hpp"
#include "app/lint_pending.hpp"
#include "app/migration_flags.hpp"
#include "app/runtime.hpp"
#include "app/service.hpp"
#include "app/workers.hpp"
#include "lightdash/core/log.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>

namespace lightdash::app {
namespace {

void start_log(const settings& config)
{
    log::start(*log::parse_level(config.log_level), *log::parse_format(config.log_format));
}

void announce(const settings& config, unsigned short port, const std::optional<ops::embedded_postgres>& own,
              bool seeded)
{
    fmt::print(stderr, "Serving on http://{}:{}/api/v1\n", config.host, port);
    if (own)
        fmt::print(stderr, "Private PostgreSQL: {}\n", own->psql_command());
    if (seeded)
        fmt::print(stderr, "Demo login: demo@lightdash.com / demo_password!; a token: lightdash-backend token create "
                           "--email demo@lightdash.com\n");
}

// One process that serves. `first` prepares the schema; the others wait for it by not being ready.
int serve_one(const settings& config, const std::optional<ops::embedded_postgres>& own, service_options options,
              bool first)
{
    start_log(config);
    int code = 0; // also after a drain that overran: that was logged and counted, and is no failure
    const auto known = migrate::registry::compiled_in();
    {
        options.migrated = options.migrate;
        options.migrate = options.migrate && first;
        const bool seeded = options.seed;
        options.seed = options.seed && first;
        service server{config, connection_options(config, own), known, options};
        server.start();
        log::info("listening", {{"host", std::string_view{config.host}},
                                {"port", server.port()},
                                {"metrics_port", config.prometheus_port == 0 ? 0 : server.metrics_port()},
                                {"pid", ::getpid()}});
        if (first)
            announce(config, server.port(), own, seeded);
        server.run();
        if (const auto& refusal = server.refused()) {
            log::error("refused to migrate", {{"error", refusal->message()}});
            code = static_cast<int>(refusal->code());
        }
    }
    log::stop();
    return code;
}

} // namespace

void add_serve(command_line& line)
{
    auto& serve = line.add("serve", "Serve the API over HTTP",
                           "  lightdash-backend serve --migrate --seed\n"
                           "  lightdash-backend serve --host 0.0.0.0 --port 8080 --workers 2\n"
                           "  DATABASE_URL=postgresql://localhost/lightdash lightdash-backend serve");
    line.add_setting_flags(serve, {"HOST", "PORT", "LIGHTDASH_WORKERS", "LIGHTDASH_DATA_DIR"});
    const auto options = std::make_shared<service_options>();
    serve.add_flag("--migrate", options->migrate,
                   "Apply pending migrations as a task of the server; not ready until then");
    const lock_flag lock{serve};
    const allow_unsafe_flag allowed{serve};
    serve.add_flag("--seed", options->seed, "Then add the demo data, unless it is there (not in production)");
    line.on_run(serve, [options, lock, allowed](const loaded_settings& loaded) {
        const auto& config = loaded.values;
        if (options->seed && config.env == environment::production)
            throw error{error_kind::usage, "serve --seed is refused when LIGHTDASH_ENV is production: "
                                           "'lightdash-backend seed --force' adds the demo data there."};
        options->lock = lock.kind();
        options->allowed_unsafe = allowed.rules();
        const auto own = private_postgres(config);
        if (config.workers <= 1)
            return serve_one(config, own, *options, true);
        options->reuse_port = true;
        return run_workers(config.workers, [&](unsigned index) {
            auto mine = config;
            if (mine.prometheus_port != 0) // each worker has its own figures
                mine.prometheus_port = static_cast<std::uint16_t>(mine.prometheus_port + index);
            return serve_one(mine, own, *options, index == 0);
        });
    });
}

} // namespace lightdash::app
