#include "hostile/herd.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using namespace std::chrono_literals;

constexpr auto tick = 5ms;
constexpr std::size_t most_at_once = 64 * 1024; // bytes
constexpr std::size_t most_connecting = 500;    // the kernel's queue of a listener is not endless

} // namespace

struct herd::member {
    company* of = nullptr;
    int socket = -1;
    bool connected = false, waiting = false, settled = false, watched_for_sending = false;
    std::size_t sent = 0; // of the request
    double may_send = 0, may_read = 0;
    clock::time_point asked{};
    clock::time_point next{}; // request of one that asks every so often
    std::string head;         // of the answer under way
    std::size_t body_left = 0;
    int status = 0;
};

struct herd::company {
    client_plan plan;
    group_report seen;
    std::vector<std::unique_ptr<member>> members;
    std::size_t open = 0, settled = 0;
    bool dismissed = false;
    bool ticks() const { return plan.send_rate >= 0 || plan.read_rate >= 0 || plan.every > 0ms; }
};

std::size_t group_report::answered() const
{
    std::size_t sum = 0;
    for (const auto& [status, count] : statuses)
        sum += count;
    return sum;
}

std::size_t group_report::with(int status) const
{
    const auto found = statuses.find(status);
    return found == statuses.end() ? 0 : found->second;
}

std::chrono::microseconds group_report::percentile(double share, int status) const
{
    const auto found = times.find(status);
    if (found == times.end() || found->second.empty())
        return {};
    auto sorted = found->second;
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
    return sorted[static_cast<std::size_t>(at)];
}

std::string group_report::line() const
{
    std::string text = fmt::format("{} ({}):", name, clients);
    for (const auto& [status, count] : statuses)
        text += fmt::format(" {} x {} (p50 {:.1f}, p99 {:.1f} ms)", count, status,
                            static_cast<double>(percentile(0.5, status).count()) / 1000,
                            static_cast<double>(percentile(0.99, status).count()) / 1000);
    return text +
           fmt::format(", {} closed, {} reset, {} not accepted, {} bytes", closed, reset, not_accepted, received);
}

herd::herd(std::uint16_t port) : port_(port), epoll_(::epoll_create1(EPOLL_CLOEXEC)), now_(clock::now()), ticked_(now_)
{}

herd::~herd()
{
    for (const auto& each : companies_)
        for (const auto& who : each->members)
            close(*who, true);
    ::close(epoll_);
}

herd::group herd::add(std::string name, std::size_t clients, client_plan plan)
{
    auto made = std::make_unique<company>();
    made->plan = std::move(plan);
    made->seen.name = std::move(name);
    made->seen.clients = clients;
    for (std::size_t i = 0; i < clients; ++i) {
        auto& who = *made->members.emplace_back(std::make_unique<member>());
        who.of = made.get();
    }
    companies_.push_back(std::move(made));
    return companies_.size() - 1;
}

void herd::dismiss(group whom)
{
    companies_[whom]->dismissed = true;
    for (const auto& who : companies_[whom]->members)
        close(*who, true);
}

void herd::forget()
{
    own_lag_ = {};
    played_ = {};
    for (const auto& each : companies_) {
        group_report fresh;
        fresh.name = each->seen.name;
        fresh.clients = each->seen.clients;
        each->seen = std::move(fresh);
    }
}

const group_report& herd::report(group of) const
{
    return companies_[of]->seen;
}

std::size_t herd::open(group of) const
{
    return companies_[of]->open;
}

void herd::run(std::chrono::milliseconds time)
{
    now_ = ticked_ = clock::now();
    const auto began = now_;
    while (now_ < began + time)
        turn(began + time);
    played_ += now_ - began;
}

void herd::run_until_settled(group until, std::chrono::milliseconds most)
{
    now_ = ticked_ = clock::now();
    const auto began = now_;
    const auto& whom = *companies_[until];
    while (now_ < began + most && whom.settled < whom.members.size())
        turn(began + most);
    played_ += now_ - began;
}

void herd::turn(clock::time_point until)
{
    std::array<epoll_event, 256> events;
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(std::min<clock::duration>(tick, until - now_));
    const int count =
        ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), static_cast<int>(wait.count()));
    const auto before = now_;
    now_ = clock::now();
    own_lag_ = std::max(own_lag_, std::chrono::duration_cast<std::chrono::microseconds>(now_ - before - tick));
    for (int i = 0; i < count; ++i)
        on_ready(*static_cast<member*>(events[static_cast<std::size_t>(i)].data.ptr),
                 events[static_cast<std::size_t>(i)].events);
    if (now_ - ticked_ >= tick)
        on_tick();
}

void herd::on_tick()
{
    const auto seconds = std::chrono::duration<double>(now_ - ticked_).count();
    ticked_ = now_;
    for (const auto& each : companies_) {
        if (each->dismissed || (!each->ticks() && each->open == each->members.size()))
            continue;
        for (const auto& who : each->members) {
            if (who->socket < 0) {
                if (!who->settled || each->plan.reconnects || each->plan.leaves)
                    connect(*who);
                continue;
            }
            if (!who->connected || !each->ticks())
                continue;
            if (each->plan.every > 0ms && !who->waiting && now_ >= who->next)
                begin_request(*who);
            who->may_send += seconds * std::max(each->plan.send_rate, 0.0);
            who->may_read += seconds * std::max(each->plan.read_rate, 0.0);
            if (each->plan.send_rate > 0 && who->may_send >= 1)
                send(*who);
            if (who->socket >= 0 && each->plan.read_rate > 0 && who->may_read >= 1)
                receive(*who);
        }
    }
}

void herd::connect(member& who)
{
    if (connecting_ >= most_connecting)
        return;
    who.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (who.socket < 0)
        throw std::runtime_error(fmt::format("the tool itself has no more descriptors: errno {}", errno));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    const int on = 1;
    ::setsockopt(who.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connecting_;
    ++who.of->open;
    epoll_event event{EPOLLOUT, {.ptr = &who}};
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, who.socket, &event);
    who.watched_for_sending = true;
    who.connected = who.waiting = false;
    if (::connect(who.socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS) {
        ++who.of->seen.not_accepted;
        close(who, true);
    }
}

void herd::watch(member& who, bool sending)
{
    who.watched_for_sending = sending;
    const bool reads = who.of->plan.read_rate < 0; // who reads slowly looks by the clock, and who never reads never
    epoll_event event{(reads ? EPOLLIN : 0U) | (sending ? EPOLLOUT : 0U), {.ptr = &who}};
    ::epoll_ctl(epoll_, EPOLL_CTL_MOD, who.socket, &event);
}

void herd::on_ready(member& who, std::uint32_t events)
{
    if (who.socket < 0)
        return;
    if (!who.connected) {
        --connecting_;
        who.connected = true;
        int failed = 0;
        socklen_t size = sizeof failed;
        ::getsockopt(who.socket, SOL_SOCKET, SO_ERROR, &failed, &size);
        if (failed != 0) {
            ++who.of->seen.not_accepted;
            connecting_ += 1; // close() takes it off
            who.connected = false;
            close(who, true);
            return;
        }
        watch(who, false);
        begin_request(who);
        return;
    }
    if ((events & EPOLLOUT) != 0)
        send(who);
    if (who.socket >= 0 && (events & EPOLLIN) != 0)
        receive(who);
    else if (who.socket >= 0 && (events & (EPOLLERR | EPOLLHUP)) != 0)
        ended(who, true);
}

void herd::begin_request(member& who)
{
    who.sent = 0;
    who.head.clear();
    who.body_left = 0;
    who.status = 0;
    who.asked = now_;
    who.next = now_ + who.of->plan.every;
    who.waiting = true;
    who.may_send = who.may_read = 0;
    send(who);
}

void herd::send(member& who)
{
    const auto& plan = who.of->plan;
    const auto at_once = std::min(plan.send_at_once, plan.request.size());
    std::size_t most = at_once > who.sent ? at_once - who.sent : 0;
    if (plan.send_rate < 0)
        most = std::min(plan.request.size() - who.sent, most_at_once); // the others have their turn, too
    else if (most == 0)
        most = std::min(plan.request.size() - who.sent, static_cast<std::size_t>(who.may_send));
    bool blocked = false;
    while (most > 0 && !blocked) {
        const auto count = ::send(who.socket, plan.request.data() + who.sent, most, MSG_NOSIGNAL);
        if (count < 0 && errno != EAGAIN) {
            // An answer may be there all the same: it is received first.
            who.sent = plan.request.size();
            if (plan.read_rate == client_plan::never)
                ended(who, true);
            else
                receive(who);
            return;
        }
        blocked = count < 0;
        const auto sent = blocked ? 0 : static_cast<std::size_t>(count);
        who.sent += sent;
        most -= sent;
        who.may_send -= static_cast<double>(who.sent > at_once ? sent : 0);
    }
    const bool goes_on = blocked || (plan.send_rate < 0 && who.sent < plan.request.size());
    if (goes_on != who.watched_for_sending)
        watch(who, goes_on);
}

void herd::receive(member& who)
{
    static std::array<char, 256 * 1024> block;
    const auto& plan = who.of->plan;
    const auto most =
        plan.read_rate < 0 ? block.size() : std::min(block.size(), static_cast<std::size_t>(who.may_read));
    const auto count = ::recv(who.socket, block.data(), most, 0);
    if (count < 0 && errno == EAGAIN)
        return;
    if (count <= 0) {
        ended(who, count < 0);
        return;
    }
    who.may_read -= static_cast<double>(count);
    who.of->seen.received += static_cast<std::uint64_t>(count);
    who.head.append(block.data(), static_cast<std::size_t>(count));
    take_answers(who);
}

void herd::take_answers(member& who)
{
    while (who.socket >= 0 && !who.head.empty()) {
        if (who.body_left > 0) {
            const auto taken = std::min(who.body_left, who.head.size());
            who.head.erase(0, taken);
            who.body_left -= taken;
        } else {
            const auto end = who.head.find("\r\n\r\n");
            if (end == std::string::npos)
                return;
            who.status = std::stoi(who.head.substr(9, 3));
            const auto length = who.head.find("Content-Length: ");
            who.body_left = length < end ? std::stoul(who.head.substr(length + 16)) : 0;
            who.head.erase(0, end + 4);
            if (who.status < 200)
                continue;
        }
        if (who.body_left == 0)
            answered(who, who.status);
    }
}

void herd::answered(member& who, int status)
{
    auto& of = *who.of;
    ++of.seen.statuses[status];
    // Who asks every so often would have asked again while it waited, and have waited nearly as long.
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(clock::now() - who.asked);
    auto missed = took;
    do
        of.seen.times[status].push_back(missed);
    while (of.plan.every > 0ms && (missed -= of.plan.every) > 0us);
    if (!std::exchange(who.settled, true))
        ++of.settled;
    who.waiting = false;
    if (of.plan.leaves)
        close(who, true);
    else if (of.plan.again)
        begin_request(who);
}

void herd::ended(member& who, bool by_reset)
{
    ++(by_reset ? who.of->seen.reset : who.of->seen.closed);
    if (!std::exchange(who.settled, true))
        ++who.of->settled;
    close(who, false);
}

void herd::close(member& who, bool with_reset)
{
    if (who.socket < 0)
        return;
    if (!who.connected)
        --connecting_;
    if (with_reset) {
        const linger at_once{1, 0};
        ::setsockopt(who.socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    ::close(who.socket);
    who.socket = -1;
    who.connected = false;
    --who.of->open;
}

} // namespace lightdash::testing
