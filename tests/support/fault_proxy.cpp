#include "support/fault_proxy.hpp"

#include "support/test_server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <libpq-fe.h>

#include <array>
#include <future>
#include <limits>
#include <list>
#include <stdexcept>
#include <thread>
#include <utility>

namespace lightdash::testing {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using generic_socket = asio::generic::stream_protocol::socket;
using boost::system::error_code;

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

} // namespace

struct fault_proxy::state {
    struct link;
    // One way of one connection: bytes are read, perhaps held, then written.
    struct pipe {
        link* owner;
        direction way;
        std::array<char, 16384> buffer{};
        std::size_t held = 0; // read, not yet forwarded
        std::size_t left = unlimited;
        bool idle = false; // waits for resume()
    };
    struct link : std::enable_shared_from_this<link> {
        link(state& p, tcp::socket c) : proxy(p), client(std::move(c)), server(p.context) {}
        state& proxy;
        tcp::socket client;
        generic_socket server;
        pipe up{this, direction::to_server};
        pipe down{this, direction::to_client};
        bool ended = false;
        bool asked = false; // the last bytes went to the server
    };

    explicit state(asio::generic::stream_protocol::endpoint where) : upstream(std::move(where)), acceptor(context)
    {
        listen(0);
        port = acceptor.local_endpoint().port();
        thread = std::thread{[this] { context.run(); }};
    }
    ~state()
    {
        context.stop();
        thread.join();
    }

    void listen(std::uint16_t at)
    {
        acceptor.open(tcp::v4());
        acceptor.set_option(tcp::acceptor::reuse_address{true});
        acceptor.bind({asio::ip::address_v4::loopback(), at});
        acceptor.listen();
        accept_next();
    }

    void accept_next()
    {
        acceptor.async_accept([this](error_code failure, tcp::socket client) {
            if (failure == asio::error::operation_aborted)
                return;
            if (!failure) {
                ++accepted;
                begin(std::move(client));
            }
            if (acceptor.is_open())
                accept_next();
        });
    }

    void begin(tcp::socket client)
    {
        auto made = std::make_shared<link>(*this, std::move(client));
        error_code ignored;
        made->client.set_option(tcp::no_delay{true}, ignored);
        made->up.left = cut_up;
        made->down.left = cut_down;
        links.push_back(made);
        made->server.async_connect(upstream, [made](error_code failure) {
            if (failure)
                return end(*made, true);
            pump(made, made->up);
            pump(made, made->down);
        });
    }

    static void pump(const std::shared_ptr<link>& l, pipe& p)
    {
        const auto got = [l, &p](error_code failure, std::size_t bytes) {
            if (failure || l->ended)
                return end(*l, false);
            p.held = bytes;
            forward(l, p);
        };
        if (p.way == direction::to_server)
            l->client.async_read_some(asio::buffer(p.buffer), got);
        else
            l->server.async_read_some(asio::buffer(p.buffer), got);
    }

    static void forward(const std::shared_ptr<link>& l, pipe& p)
    {
        p.idle = l->proxy.stalled;
        if (p.idle)
            return;
        const auto part = std::min(p.held, p.left);
        if (p.left != unlimited)
            p.left -= part;
        const bool last = p.left == 0;
        // Counted before it is sent: whoever has received a byte finds it counted.
        const bool asks = p.way == direction::to_server;
        l->proxy.asked += asks && !l->asked;
        l->asked = asks;
        (p.way == direction::to_server ? l->proxy.bytes_up : l->proxy.bytes_down) += part;
        const auto sent = [l, &p, last](error_code failure, std::size_t) {
            if (l->ended)
                return;
            if (last)
                return end(*l, true);
            if (failure)
                return end(*l, false);
            pump(l, p);
        };
        const auto bytes = asio::buffer(p.buffer.data(), part);
        if (p.way == direction::to_server)
            asio::async_write(l->server, bytes, sent);
        else
            asio::async_write(l->client, bytes, sent);
    }

    static void end(link& l, bool reset)
    {
        if (std::exchange(l.ended, true))
            return;
        error_code ignored;
        if (reset) {
            const asio::socket_base::linger at_once{true, 0};
            l.client.set_option(at_once, ignored);
            l.server.set_option(at_once, ignored);
        }
        l.client.close(ignored);
        l.server.close(ignored);
        l.proxy.links.remove_if([&](const auto& other) { return other.get() == &l; });
    }

    void end_all(bool reset)
    {
        const auto all = links;
        for (const auto& l : all)
            end(*l, reset);
    }

    void resume()
    {
        stalled = false;
        const auto all = links;
        for (const auto& l : all)
            for (pipe* p : {&l->up, &l->down})
                if (p->idle)
                    forward(l, *p);
    }

    void cut(std::size_t up, std::size_t down)
    {
        cut_up = up;
        cut_down = down;
        for (const auto& l : links) {
            l->up.left = up;
            l->down.left = down;
        }
    }

    template <class Work>
    auto on_thread(Work work) -> decltype(work())
    {
        std::packaged_task<decltype(work())()> packed{std::move(work)};
        auto done = packed.get_future();
        asio::post(context, [&packed] { packed(); });
        return done.get();
    }

    asio::io_context context{1};
    // A proxy that refuses and holds no connection still takes orders.
    asio::executor_work_guard<asio::io_context::executor_type> busy = asio::make_work_guard(context);
    asio::generic::stream_protocol::endpoint upstream;
    tcp::acceptor acceptor;
    std::list<std::shared_ptr<link>> links;
    std::string conninfo;
    std::uint16_t port = 0;
    bool stalled = false;
    std::size_t cut_up = unlimited, cut_down = unlimited;
    std::size_t accepted = 0, bytes_up = 0, bytes_down = 0, asked = 0;
    std::thread thread;
};

fault_proxy::fault_proxy(std::unique_ptr<state> made) : state_(std::move(made)) {}
fault_proxy::fault_proxy(std::uint16_t port)
    : fault_proxy(std::make_unique<state>(tcp::endpoint{asio::ip::address_v4::loopback(), port}))
{}
fault_proxy::fault_proxy(fault_proxy&&) noexcept = default;
fault_proxy::~fault_proxy() = default;

fault_proxy fault_proxy::before(const std::string& conninfo)
{
    const std::unique_ptr<PGconn, decltype(&PQfinish)> probe{PQconnectdb(conninfo.c_str()), &PQfinish};
    if (PQstatus(probe.get()) != CONNECTION_OK)
        throw std::runtime_error(std::string{"the proxy cannot reach its server: "} + PQerrorMessage(probe.get()));
    const std::string host = PQhost(probe.get());
    const std::string port = PQport(probe.get());
    asio::generic::stream_protocol::endpoint upstream;
    if (host.rfind('/', 0) == 0)
        upstream = asio::local::stream_protocol::endpoint{host + "/.s.PGSQL." + port};
    else
        upstream = tcp::endpoint{asio::ip::make_address(PQhostaddr(probe.get())),
                                 static_cast<std::uint16_t>(std::stoul(port))};
    fault_proxy made{std::make_unique<state>(std::move(upstream))};
    made.state_->conninfo =
        conninfo_with(conninfo, {{"host", "127.0.0.1"}, {"hostaddr", ""}, {"port", std::to_string(made.port())}});
    return made;
}

std::uint16_t fault_proxy::port() const noexcept
{
    return state_->port;
}
std::string fault_proxy::conninfo() const
{
    return state_->conninfo;
}

void fault_proxy::refuse()
{
    state_->on_thread([s = state_.get()] { s->acceptor.close(); });
}

void fault_proxy::accept()
{
    state_->on_thread([s = state_.get()] {
        if (!s->acceptor.is_open())
            s->listen(s->port);
    });
}

void fault_proxy::stall()
{
    state_->on_thread([s = state_.get()] { s->stalled = true; });
}

void fault_proxy::resume()
{
    state_->on_thread([s = state_.get()] { s->resume(); });
}

void fault_proxy::close_all()
{
    state_->on_thread([s = state_.get()] { s->end_all(false); });
}

void fault_proxy::reset_all()
{
    state_->on_thread([s = state_.get()] { s->end_all(true); });
}

void fault_proxy::cut_after(direction way, std::size_t bytes)
{
    state_->on_thread([s = state_.get(), way, bytes] {
        s->cut(way == direction::to_server ? bytes : unlimited, way == direction::to_client ? bytes : unlimited);
    });
}

void fault_proxy::never_cut()
{
    state_->on_thread([s = state_.get()] { s->cut(unlimited, unlimited); });
}

std::size_t fault_proxy::accepted() const
{
    return state_->on_thread([s = state_.get()] { return s->accepted; });
}

std::size_t fault_proxy::round_trips() const
{
    return state_->on_thread([s = state_.get()] { return s->asked; });
}

std::size_t fault_proxy::open() const
{
    return state_->on_thread([s = state_.get()] { return s->links.size(); });
}

std::size_t fault_proxy::forwarded(direction way) const
{
    return state_->on_thread(
        [s = state_.get(), way] { return way == direction::to_server ? s->bytes_up : s->bytes_down; });
}

} // namespace lightdash::testing
