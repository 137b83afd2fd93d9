#include "app/server/service.hpp"

#include "app/cli/version.hpp"
#include "app/commands/migrate/lint_pending.hpp"
#include "app/runtime/runtime.hpp"
#include "app/server/api_description.hpp"
#include "app/server/docs/docs_page.hpp"
#include "app/server/housekeeping.hpp"
#include "app/server/probes/probes.hpp"
#include "app/server/workers/shared_port.hpp"
#include "lightdash/async/pause.hpp"
#include "lightdash/core/log.hpp"
#include "lightdash/migrate/code_seed.hpp"
#include "lightdash/migrate/migrator.hpp"
#include "modules/slices.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <cstdlib>
#include <thread>
#include <unistd.h>
#include <utility>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

void log_failed_task(std::string_view name, std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& e) {
        if (e.kind() != error_kind::cancelled)
            log::error("a background task failed", {{"task", name}, {"error", e.message()}, {"detail", e.detail()}});
    } catch (const std::exception& e) {
        log::error("a background task failed", {{"task", name}, {"error", std::string_view{e.what()}}});
    }
}

http::server_options server_options(const settings& config, bool shared)
{
    http::server_options options;
    options.host = config.host;
    options.port = config.port;
    options.reuse_port = shared;
    options.limits.body_bytes = config.max_payload;
    options.limits.request_time = config.request_timeout;
    options.limits.queueing_requests = 2 * config.pool_max;
    options.limits.queueing_requests_most = config.pool_max + config.pool_queue;
    options.version = version;
    options.say_why = config.env != environment::production;
    options.trust_proxy = config.trust_proxy;
    return options;
}

http::server_options metrics_options(const settings& config, bool shared)
{
    http::server_options options;
    options.host = config.metrics_host;
    options.port = config.prometheus_port;
    options.reuse_port = shared;
    options.limits.connections = 16;
    options.version = version;
    return options;
}

access::session_rules session_rules(const settings& config)
{
    return {.secure = config.secure_cookies,
            .lifetime = std::chrono::hours{config.cookies_max_age_hours},
            .site_url = config.site_url};
}

accounts::rules account_rules(const settings& config)
{
    return {.multiple_organizations = config.allow_multiple_organizations, .site_url = site_url_of(config)};
}

// All worker processes together take no more than the machine's cores.
std::size_t password_threads(const settings& config)
{
    return std::max<std::size_t>(1, std::thread::hardware_concurrency() / config.workers);
}

std::optional<mail::smtp_options> mail_server(const settings& config)
{
    if (config.smtp_host.empty())
        return std::nullopt;
    return mail::smtp_options{.host = config.smtp_host,
                              .port = config.smtp_port,
                              .user = config.smtp_user,
                              .password = config.smtp_password,
                              .sender_email = config.smtp_sender_email,
                              .sender_name = config.smtp_sender_name,
                              .secure = config.smtp_secure};
}

void listen(http::server& server, std::string_view advice)
{
    try {
        server.start();
    } catch (const error& refused) {
        throw with_port_advice(refused, advice);
    }
}

// Requests end at their own deadline; the server ends what we lost sight of a little later.
pg::connection_options limited(pg::connection_options connection, const settings& config)
{
    connection.server_limit = config.request_timeout + 5s;
    return connection;
}

} // namespace

service::service(const settings& config, pg::connection_options connection, const migrate::registry& known,
                 service_options options)
    : config_(config), known_(known), options_(options), background_(context_, log_failed_task),
      database_(context_, clocks_, blocking_, limited(connection, config), pool_options(config), log_pool_event),
      gate_(database_, background_, session_rules(config)), passwords_(context_, password_threads(config)),
      accounts_{database_, passwords_, gate_.cookie(), gate_, account_rules(config)}, keys_(sealing_keys_of(config)),
      warehouse_door_(blocking_, config.any_warehouse_host), warehouses_(context_, clocks_, blocking_, warehouse_door_),
      queries_(context_, clocks_, blocking_, database_, warehouse_door_, sealing_, {}),
      results_(clocks_, !config.transaction_pooler),
      changes_(context_, clocks_, blocking_, connection,
               {"lightdash_access", std::string{queries::executions::waiting_channel},
                std::string{queries::executions::ended_channel}},
               [this](std::string_view channel, std::string_view payload) { notified(channel, payload); }),
      mail_(database_, blocking_, clocks_, mail_server(config), config.env == environment::development),
      readiness_(database_, clocks_, known, options.migrate || options.migrated),
      token_rules_{config.tokens_disabled, config.token_roles, config.token_most_days},
      invite_rules_{site_url_of(config)}, metrics_(clocks_, database_), kept_answers_(clocks_),
      api_(
          database_, gate_, [this] { require_schema(); }, &kept_answers_),
      server_(context_, clocks_, routes_, server_options(config, options.figures != nullptr),
              [this](const http::access_record& done) {
                  metrics_.count(done);
                  request_log_.write(done);
              }),
      metrics_server_(context_, clocks_, metrics_routes_, metrics_options(config, options.figures != nullptr), {}),
      signals_(
          context_, held_, options.figures != nullptr ? ::getppid() : 0, [this](int number) { on_stop_signal(number); },
          [this](int number) { on_second_signal(number); }),
      closing_(context_, log_failed_task)
{
    add_routes();
}

service::~service() = default;

void service::add_routes()
{
    add_probes(routes_, api_, readiness_, gate_, config_);
    api_.give(token_rules_);
    api_.give(invite_rules_);
    api_.give(accounts_);
    api_.give(sealing_);
    api_.give(testing_);
    api_.give(results_);
    add_slices(api_);
    add_api_description(routes_, api_);
    add_docs_page(routes_);
    api_.serve(routes_);

    http::route exposition{.verb = http::method::get, .pattern = "/metrics"};
    exposition.produces = http::metrics_page::media_type;
    if (options_.figures == nullptr)
        exposition.handle_now = [this](http::request&) { return metrics::answer(metrics_.text(server_.stats())); };
    else
        exposition.handle = [this](http::request&) { return metrics_of_all_workers(); };
    metrics_routes_.add(std::move(exposition));
}

void service::require_schema() const
{
    if (readiness_.schema_ready())
        return;
    throw error{error_kind::not_ready,
                readiness_.missing_migration().empty()
                    ? "The database's schema is not known yet."
                    : fmt::format("The database lacks the migration {}.", readiness_.missing_migration())};
}

task<http::response> service::metrics_of_all_workers()
{
    const auto pages = co_await options_.figures->collect(clocks_);
    co_return metrics::answer(joined_pages(pages));
}

void service::start()
{
    listen(server_, port_advice::api);
    if (config_.prometheus_port != 0)
        listen(metrics_server_, port_advice::metrics);
    if (options_.figures != nullptr)
        options_.figures->take_part(context_, options_.worker, [this] { return metrics_.text(server_.stats()); });
    database_.start();
    background_.spawn("readiness", readiness_.watch());
    background_.spawn("housekeeping",
                      keep_house(database_, clocks_, readiness_, {.deleted = std::chrono::days{config_.deleted_days}},
                                 options_.between_chores));
    if (config_.transaction_pooler) // LISTEN would stay on a session that others share, and hear nothing here
        log::info("behind a pooler: a token that another process revokes is taken for at most 30 s more");
    else
        background_.spawn("changes", changes_.run());
    background_.spawn("queries",
                      queries_.run(!config_.transaction_pooler, [this] { return readiness_.schema_ready(); }));
    if (!config_.smtp_host.empty() || config_.env != environment::test) // tests look into the outbox
        background_.spawn("mail", mail_.run());
    if (options_.migrate || options_.seed)
        background_.spawn("schema", prepare_schema());
    signals_.start();
}

void service::notified(std::string_view channel, std::string_view payload)
{
    if (channel == queries::executions::waiting_channel)
        queries_.look();
    else if (channel == queries::executions::ended_channel)
        results_.told(payload);
    else
        gate_.rights_changed();
}

void service::run()
{
    context_.run();
}

void service::stop()
{
    post([this] { on_stop_signal(SIGTERM); });
}

void service::post(std::function<void()> work)
{
    asio::post(context_, std::move(work));
}

void service::on_stop_signal(int number)
{
    log::info("stopping: not ready any more, finishing what is in flight",
              {{"signal", number}, {"active_requests", server_.stats().active_requests}});
    begin_stop();
}

void service::on_second_signal(int number)
{
    log::warn("a second signal came while draining: exiting at once", {{"signal", number}});
    log::stop();
    std::_Exit(128 + number);
}

void service::begin_stop()
{
    if (std::exchange(stopping_, true))
        return;
    readiness_.begin_drain();
    server_.begin_drain();
    closing_.spawn("shut down", shut_down());
}

// Another replica may have the lock for long, the database may go away, and somebody may mend a history that disagrees
// with the program: a server goes on trying. A migration that fails stays failed.
task<void> service::migrate_schema()
{
    co_await database_.wait_until_up(deadline::after(10min));
    migrate::migrator_options options;
    options.on_step = [](const migrate::progress& step) {
        log::info("migration applied", {{"migration", std::string_view{step.name}}, {"ms", step.took.count()}});
    };
    options.on_note = [](const std::string& text) { log::info(text); };
    options.session_settings = !config_.transaction_pooler;
    options.lock = options_.lock;
    options.lock_wait = 12h;
    auto reminder = deadline::at({});
    for (auto until_next = 1s;; until_next = 1s) {
        try {
            if (config_.env == environment::production)
                co_await refuse_unsafe_pending(database_, clocks_, known_, {}, false, options_.allowed_unsafe,
                                               deadline::after(1min));
            migrate::migrator migrator{database_, clocks_, known_, options};
            const auto applied = co_await migrator.up(deadline::after(12h));
            if (applied > 0)
                database_.renew(); // their sessions have not the limits any more that requests need
            co_return;
        } catch (const error& failure) {
            const auto code = migrate::exit_code_of(failure);
            if (code == migrate::exit_code::history) {
                until_next = 5s;
                if (reminder.expired()) {
                    log::error("not ready: the history and this program disagree, which somebody has to mend; looking "
                               "again every 5 s",
                               {{"error", failure.message()}});
                    reminder = deadline::after(1min);
                }
            } else if (code == migrate::exit_code::locked || code == migrate::exit_code::unreachable) {
                log::warn("could not migrate yet, trying again", {{"error", failure.message()}});
            } else {
                database_.renew();
                throw;
            }
        }
        co_await pause(clocks_, until_next);
    }
}

task<void> service::prepare_schema()
{
    try {
        if (options_.migrate)
            co_await migrate_schema();
    } catch (const migrate::migrate_error& failure) {
        if (failure.code() != migrate::exit_code::lint)
            throw;
        refused_ = failure;
    }
    if (refused_) {
        begin_stop();
        co_return;
    }
    if (options_.seed) {
        const auto added = co_await migrate::run_code_seeds({database_, deadline::after(1min)});
        const auto number_of = [&](std::string_view noun) {
            const auto found = std::ranges::find(added, noun, &migrate::seed_count::noun);
            return found == added.end() ? 0 : found->rows;
        };
        log::info("demo data added", {{"organizations", number_of("organization")},
                                      {"users", number_of("user")},
                                      {"dashboards", number_of("dashboard")}});
    }
    co_await readiness_.refresh();
}

task<void> service::shut_down()
{
    if (!refused_) // it was never ready, so nobody has to notice that it is not any more
        co_await pause(clocks_, config_.drain_delay);

    const auto until = deadline::after(config_.drain_timeout);
    const auto in_flight = server_.stats().active_requests;
    const bool clean = co_await server_.stop(until);
    if (!clean)
        log::warn("the drain took too long: the requests still running were cancelled", {{"were_active", in_flight}});
    co_await metrics_server_.stop(deadline::after(100ms));
    background_.cancel();
    co_await background_.join(clocks_, deadline::after(1s));
    co_await queries_.stop(deadline::after(1s));
    co_await database_.stop(deadline::after(1s));
    log::info("stopped", {{"clean", clean}});
    signals_.close();
    if (options_.figures != nullptr)
        options_.figures->close();
    context_.stop(); // every response was written and every connection closed: what is left are clocks
}

} // namespace lightdash::app
