// How connections leave the pool: cleaned and reused, or closed. A slot is free again only when the server has let go
// of it.
#include "pg/pool/pool.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::pg {

namespace {

constexpr std::chrono::seconds cleaning_time{2};
// How long the server may take to close its end after Terminate.
constexpr std::chrono::seconds leaving_time{1};
constexpr std::chrono::seconds repeat_loss_line{1};

// Reads and drops what is there. True: the other side has closed.
bool drained_to_the_end(int socket) noexcept
{
    std::array<char, 4096> dropped;
    for (;;) {
        const auto got = ::recv(socket, dropped.data(), dropped.size(), MSG_DONTWAIT);
        if (got == 0)
            return true;
        if (got < 0 && errno != EINTR)
            return errno != EAGAIN && errno != EWOULDBLOCK;
    }
}

} // namespace

// The connection itself reports that it broke.
void pool::lost(pool_member& m, const error& why) noexcept
{
    const auto now = deadline::clock::now();
    if (!stopping_ && now - told_loss_at_ >= repeat_loss_line) {
        told_loss_at_ = now;
        tell(pool_event::kind::connection_lost, "A connection to " + place_ + " broke: " + why.message());
    }
    const auto at = std::ranges::find(idle_, &m, &member::get);
    if (at == idle_.end())
        return; // its borrower or the cleaner hears of it too
    auto gone = std::move(*at);
    idle_.erase(at);
    close(std::move(gone), figures_.closed_broken);
    plan();
}

// One dead connection is seldom alone.
void pool::drop_dead_idle()
{
    auto checked = std::exchange(idle_, {});
    for (auto& m : checked) {
        m->where = pool_member::place::used;
        if (m->link->alive()) {
            m->where = pool_member::place::idle;
            idle_.push_back(std::move(m));
        } else {
            close(std::move(m), figures_.closed_broken);
        }
    }
}

void pool::clean(member m)
{
    ++cleaning_;
    m->where = pool_member::place::cleaning;
    dirty_.push_back({std::move(m), deadline::after(cleaning_time)});
    if (cleaners_ < cleaners(options_.max)) {
        ++cleaners_;
        background_.spawn("pool.clean", clean_all());
    }
}

task<void> pool::clean_all()
{
    const auto self = shared_from_this();
    while (!dirty_.empty()) {
        auto next = std::move(dirty_.front());
        dirty_.pop_front();
        bool cleaned = false;
        try {
            cleaned = co_await next.returned->link->clean(next.until);
        } catch (const std::exception&) {
            cleaned = false; // cancelled: the pool is closing
        }
        --cleaning_;
        const bool fit = cleaned && next.returned->link->reusable();
        if (abandoned_) {
            forget(*next.returned);
        } else if (fit && deadline::clock::now() < next.returned->lifetime_ends) {
            next.returned->attachment.reset();
            place(std::move(next.returned));
        } else {
            close(std::move(next.returned), fit ? figures_.closed_lifetime : figures_.closed_dirty);
            plan();
        }
    }
    --cleaners_;
}

void pool::close(member m, std::uint64_t& counter)
{
    ++counter;
    const int socket = m->link->socket();
    const int kept = socket < 0 ? -1 : ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    forget(*m);
    m.reset(); // says Terminate; the kept descriptor holds the socket open until the server has closed its end
    if (kept < 0) {
        wake_watchers();
        return;
    }
    ::shutdown(kept, SHUT_WR); // a server at work does not read Terminate, but sees that its client is gone
    ++closing_;
    background_.spawn("pool.close", wait_until_closed(kept));
}

task<void> pool::wait_until_closed(int socket)
{
    const auto self = shared_from_this();
    struct slot {
        std::size_t& count;
        ~slot() { --count; }
    };
    {
        const slot held{closing_};
        try {
            asio::posix::stream_descriptor end{context_, socket};
            alarm late{[](void* d) noexcept {
                           boost::system::error_code ignored;
                           static_cast<asio::posix::stream_descriptor*>(d)->cancel(ignored);
                       },
                       &end};
            clocks_.arm(late, deadline::after(leaving_time));
            while (!drained_to_the_end(socket))
                co_await end.async_wait(asio::posix::stream_descriptor::wait_read, asio::use_awaitable);
        } catch (const std::exception&) {
            // Out of time, or the pool is closing: the server is left alone with it.
        }
    }
    wake_watchers();
    plan();
}

void pool::forget(pool_member& m) noexcept
{
    add_counters(figures_, m.link->counters());
    std::erase(members_, &m);
}

} // namespace lightdash::pg
