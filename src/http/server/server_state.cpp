#include "http/server/server_state.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lightdash::http {

namespace {

constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::chrono::seconds turn_away_time{1};
constexpr std::size_t kept_descriptors = 256; // for the database, files and the listeners
constexpr std::size_t most_turned_away = 64;  // that are still told why
constexpr std::size_t looked_at = 64;         // strangers, for one that may go

std::uint64_t random_seed()
{
    const auto random = uuid::random();
    std::uint64_t seed = 0;
    std::memcpy(&seed, random.bytes().data() + 8, sizeof seed);
    return seed;
}

// The configured limit, or what the process may open (promises H9).
std::size_t connection_limit(std::size_t configured)
{
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0)
        return configured;
    const auto open = static_cast<std::size_t>(files.rlim_cur);
    return std::min(configured, open > 2 * kept_descriptors ? open - kept_descriptors : open / 2);
}

int open_reserve() noexcept
{
    return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

[[noreturn]] void fail_to_listen(const server_options& options, std::string_view reason)
{
    throw error{error_kind::configuration,
                fmt::format("Cannot listen on {} port {}: {}.", options.host, options.port, reason)};
}

bool is_out_of_descriptors(const boost::system::error_code& failed)
{
    return failed == asio::error::no_descriptors || failed.value() == ENFILE ||
           failed == asio::error::no_buffer_space || failed == asio::error::no_memory;
}

std::string text_of(const tcp_socket& socket)
{
    boost::system::error_code failed;
    const auto peer = socket.remote_endpoint(failed);
    return failed ? std::string{} : peer.address().to_string();
}

// Tells a client that there is no room, takes what it sent (unread bytes would reset the connection) and closes.
task<> turn_away(timer_wheel& clocks, tcp_socket socket, std::string text, std::shared_ptr<void> counted)
{
    alarm enough{[](void* waiting) noexcept {
                     boost::system::error_code ignored;
                     static_cast<tcp_socket*>(waiting)->close(ignored);
                 },
                 &socket};
    clocks.arm(enough, deadline::after(turn_away_time));
    boost::system::error_code failed;
    socket.non_blocking(true, failed);
    socket.write_some(asio::buffer(text), failed);
    socket.shutdown(tcp_socket::shutdown_send, failed);
    char dropped[1024];
    for (int reads = 0; reads < 8 && !failed; ++reads) {
        const auto [interrupted] = co_await socket.async_wait(tcp_socket::wait_read, asio::as_tuple(asio::deferred));
        if (interrupted || socket.read_some(asio::buffer(dropped), failed) == 0)
            break;
    }
}

} // namespace

server::state::state(asio::io_context& io, timer_wheel& clocks, const router& routes, server_options options,
                     access_log on_access)
    : context(io), shared{.clocks = clocks,
                          .routes = routes,
                          .options = std::move(options),
                          .on_access = std::move(on_access),
                          .writer = response_writer{""},
                          .stats = {},
                          .id_state = {random_seed(), random_seed()},
                          .queueing = admission{{}}, // below
                          .rank = [this](session& who) { rank(who); },
                          .scratch = std::make_unique_for_overwrite<char[]>(session_context::read_size)},
      acceptor(io.get_executor()), most_connections_(connection_limit(shared.options.limits.connections)),
      reserve_(open_reserve()),
      resume_accepting_([](void* self) noexcept { static_cast<state*>(self)->accept_next(); }, this)
{
    shared.writer = response_writer{shared.options.version};
    const auto& limits = shared.options.limits;
    shared.queueing = admission{
        {.target = limits.queue_delay, .least = limits.queueing_requests, .most = limits.queueing_requests_most}};
}

server::state::~state()
{
    if (reserve_ >= 0)
        ::close(reserve_);
}

void server::state::listen()
{
    const auto& options = shared.options;
    boost::system::error_code failed;
    const auto address = asio::ip::make_address(options.host == "localhost" ? "127.0.0.1" : options.host, failed);
    if (failed)
        fail_to_listen(options, "the host must be an IPv4 or IPv6 address, or localhost");
    const asio::ip::tcp::endpoint at{address, options.port};
    const auto check = [&] {
        if (failed)
            fail_to_listen(options, failed.message());
    };
    acceptor.open(at.protocol(), failed);
    check();
    acceptor.set_option(asio::socket_base::reuse_address(true), failed);
    check();
    if (options.reuse_port) {
        const int on = 1;
        if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) != 0)
            fail_to_listen(options, std::strerror(errno));
    }
    acceptor.bind(at, failed);
    check();
    acceptor.listen(asio::socket_base::max_listen_connections, failed);
    check();
    acceptor.non_blocking(true, failed);
    check();
    bound_port = acceptor.local_endpoint().port();
}

void server::state::accept_next()
{
    if (!acceptor.is_open())
        return;
    acceptor.async_accept([self = shared_from_this()](boost::system::error_code failed, tcp_socket socket) {
        // Also when the listener was closed meanwhile: whom the kernel accepted for us is served.
        if (!failed && !self->abandoned_)
            self->welcome(std::move(socket));
        if (!self->acceptor.is_open())
            return;
        if (is_out_of_descriptors(failed) && !self->evict_stranger())
            self->pause_accepting();
        else
            self->accept_next(); // ECONNABORTED and the like concern that one connection
    });
}

// Out of descriptors: the one in reserve serves to tell those who wait, then the loop has 100 ms for others (promises
// H10).
void server::state::pause_accepting()
{
    ++shared.stats.accept_pauses;
    turn_away_one();
    shared.clocks.arm(resume_accepting_, deadline::after(accept_pause));
}

void server::state::turn_away_one()
{
    if (reserve_ < 0)
        return;
    ::close(reserve_);
    boost::system::error_code failed;
    {
        auto socket = acceptor.accept(failed);
        if (!failed) {
            ++shared.stats.refused;
            std::string text;
            char dropped[4096];
            shared.writer.append(
                text, error_response(error{error_kind::overloaded, "The server has too many connections."}, "-"),
                {.request_id = "-", .close = true});
            socket.non_blocking(true, failed);
            socket.read_some(asio::buffer(dropped), failed);
            socket.write_some(asio::buffer(text), failed);
        }
    }
    reserve_ = open_reserve();
}

void server::state::take_backlog()
{
    boost::system::error_code failed;
    while (acceptor.is_open()) {
        auto socket = acceptor.accept(failed);
        if (failed)
            return;
        welcome(std::move(socket));
    }
}

void server::state::stop_accepting()
{
    resume_accepting_.disarm();
    boost::system::error_code ignored;
    acceptor.close(ignored);
}

void server::state::welcome(tcp_socket socket)
{
    if (connections() >= most_connections_ && !evict_stranger())
        return refuse(std::move(socket));
    ++shared.stats.accepted;
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    auto client = text_of(socket);
    const auto at =
        strangers_.insert(strangers_.end(), std::make_shared<session>(shared, std::move(socket), std::move(client)));
    (*at)->place = at;
    update_crowded();
    asio::co_spawn(context, (*at)->run(),
                   asio::bind_cancellation_slot(
                       (*at)->slot(), [self = shared_from_this(), at](const std::exception_ptr&) { self->ended(at); }));
}

void server::state::rank(session& who)
{
    auto& list = who.known() ? known_ : strangers_;
    list.splice(list.end(), strangers_, who.place);
}

// Connections are for those who may use them: before one of these is turned away, one goes that has shown nothing yet.
// The first of them has had the most time for it. It ends in a later turn, and stands last until then.
bool server::state::evict_stranger()
{
    std::size_t looked = 0;
    for (auto at = strangers_.begin(); at != strangers_.end() && looked < looked_at; ++at, ++looked) {
        if (!(*at)->evictable())
            continue;
        ++shared.stats.evicted;
        const auto leaving = *at;
        strangers_.splice(strangers_.end(), strangers_, at);
        leaving->abandon();
        return true;
    }
    return false;
}

void server::state::refuse(tcp_socket socket)
{
    ++shared.stats.refused;
    if (turned_away_ >= most_turned_away)
        return;
    ++turned_away_;
    std::shared_ptr<void> counted{nullptr, [self = shared_from_this()](void*) { --self->turned_away_; }};
    std::string text;
    shared.writer.append(text,
                         error_response(error{error_kind::overloaded, "The server has too many connections."}, "-"),
                         {.request_id = "-", .close = true});
    asio::co_spawn(context, turn_away(shared.clocks, std::move(socket), std::move(text), std::move(counted)),
                   asio::detached);
}

void server::state::ended(session_list::iterator at)
{
    ((*at)->known() ? known_ : strangers_).erase(at);
    update_crowded();
    if (connections() == 0 && emptied_)
        emptied_->set(true);
}

// Above 80 % of the limit idle connections get less time, until use falls under 75 % (promises H7).
void server::state::update_crowded()
{
    const auto used = connections() * 100;
    const bool now = used > most_connections_ * (shared.crowded ? 75 : 80);
    if (now == shared.crowded)
        return;
    shared.crowded = now;
    for_each_session([](session& each) { each.refresh_idle_time(); });
}

void server::state::close_idle()
{
    for_each_session([](session& each) { each.close_when_idle(); });
}

std::size_t server::state::cancel_busy()
{
    std::vector<std::shared_ptr<session>> now{known_.begin(), known_.end()}; // cancelling one may end others
    now.insert(now.end(), strangers_.begin(), strangers_.end());
    std::size_t cancelled = 0;
    for (const auto& each : now) {
        if (each->busy()) {
            ++cancelled;
            each->cancel();
        }
    }
    return cancelled;
}

void server::state::abandon()
{
    abandoned_ = true;
    stop_accepting();
    cut_all();
}

void server::state::cut_all()
{
    for_each_session([](session& each) { each.abandon(); });
}

task<bool> server::state::wait_until_empty(deadline until)
{
    if (connections() == 0)
        co_return true;
    completion<bool> done;
    alarm late{[](void* waiting) noexcept { static_cast<completion<bool>*>(waiting)->set(false); }, &done};
    shared.clocks.arm(late, until);
    emptied_ = &done;
    struct forget {
        completion<bool>*& place;
        ~forget() { place = nullptr; }
    } forget_it{emptied_};
    const bool emptied = co_await done.wait();
    co_return emptied;
}

} // namespace lightdash::http
