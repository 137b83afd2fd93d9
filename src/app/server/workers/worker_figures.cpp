#include "app/server/workers/worker_figures.hpp"

#include "lightdash/async/pause.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <fmt/format.h>

#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <map>
#include <string_view>
#include <system_error>
#include <utility>

namespace lightdash::app {
namespace {

using namespace std::chrono_literals;

constexpr auto answer_patience = 300ms;
constexpr auto between_looks = 2ms;

int checked(int descriptor)
{
    if (descriptor < 0)
        throw std::system_error{errno, std::generic_category(), "cannot share figures between workers"};
    return descriptor;
}

} // namespace

// Of one worker, in every process.
struct worker_figures::place {
    using version = std::atomic<std::uint64_t>;
    static_assert(version::is_always_lock_free); // it is shared by processes

    place()
        : wish(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))), text(checked(::memfd_create("figures", MFD_CLOEXEC)))
    {
        void* const made = ::mmap(nullptr, sizeof(version), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (made == MAP_FAILED)
            checked(-1);
        written = new (made) version{0};
    }
    place(place&& other) noexcept
        : wish(std::exchange(other.wish, -1)), text(std::exchange(other.text, -1)),
          written(std::exchange(other.written, nullptr))
    {}
    place& operator=(place&&) = delete;
    ~place()
    {
        if (written == nullptr)
            return;
        ::munmap(written, sizeof(version));
        ::close(wish);
        ::close(text);
    }

    void ask() const
    {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto full = ::write(wish, &one, sizeof one); // then it is asked already
    }

    void write(std::string_view page) const
    {
        const auto writing = written->load(std::memory_order_relaxed) | 1U; // odd also after a writer that died
        written->store(writing);
        const std::uint64_t size = page.size();
        const bool kept = ::pwrite(text, &size, sizeof size, 0) == sizeof size &&
                          ::pwrite(text, page.data(), page.size(), sizeof size) == static_cast<ssize_t>(page.size());
        if (kept)
            written->store(writing + 1);
    }

    // nullopt: nothing newer than `known` yet, or it changed meanwhile.
    std::optional<std::string> read_newer(std::uint64_t known) const
    {
        const auto before = written->load();
        std::uint64_t size = 0;
        if (before <= known || before % 2 != 0 || ::pread(text, &size, sizeof size, 0) != sizeof size)
            return std::nullopt;
        std::string page(size, '\0');
        if (::pread(text, page.data(), size, sizeof size) != static_cast<ssize_t>(size) || written->load() != before)
            return std::nullopt;
        return page;
    }

    int wish, text;             // eventfd; memfd: the size in 8 bytes, then the page
    version* written = nullptr; // odd while a page is being written
};

struct worker_figures::member {
    member(asio::io_context& context, const place& mine, unsigned at, std::function<std::string()> makes)
        : wishes(context, checked(::dup(mine.wish))), where(mine), index(at), page(std::move(makes))
    {
        wait();
    }

    void wait()
    {
        wishes.async_wait(asio::posix::stream_descriptor::wait_read, [this](boost::system::error_code failed) {
            if (failed)
                return;
            std::uint64_t times = 0;
            if (::read(wishes.native_handle(), &times, sizeof times) == sizeof times)
                where.write(page());
            wait();
        });
    }

    asio::posix::stream_descriptor wishes;
    const place& where;
    unsigned index;
    std::function<std::string()> page;
};

worker_figures::worker_figures(unsigned workers)
{
    places_.reserve(workers);
    for (unsigned i = 0; i < workers; ++i)
        places_.emplace_back();
}

worker_figures::~worker_figures() = default;

void worker_figures::take_part(asio::io_context& context, unsigned index, std::function<std::string()> page)
{
    mine_ = std::make_unique<member>(context, places_.at(index), index, std::move(page));
}

void worker_figures::close() noexcept
{
    mine_.reset();
}

task<std::vector<std::optional<std::string>>> worker_figures::collect(timer_wheel& clocks)
{
    std::vector<std::optional<std::string>> pages(places_.size());
    std::vector<std::uint64_t> known;
    pages[mine_->index] = mine_->page();
    for (std::size_t i = 0; i < places_.size(); ++i) {
        known.push_back(places_[i].written->load());
        if (!pages[i])
            places_[i].ask();
    }
    for (const auto until = deadline::after(answer_patience); !until.expired();) {
        bool all = true;
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (!pages[i])
                pages[i] = places_[i].read_newer(known[i]);
            all = all && pages[i];
        }
        if (all)
            break;
        co_await pause(clocks, between_looks);
    }
    co_return pages;
}

namespace {

struct family {
    std::string head, samples;
};

// "name{a="b"} 1" becomes "name{worker="0",a="b"} 1".
void append_labelled(std::string& out, std::string_view sample, std::size_t worker)
{
    const auto name_end = sample.find_first_of("{ ");
    const bool has_labels = name_end != std::string_view::npos && sample[name_end] == '{';
    out += sample.substr(0, name_end);
    out += fmt::format("{{worker=\"{}\"{}", worker, has_labels ? "," : "}");
    out += sample.substr(std::min(name_end + (has_labels ? 1 : 0), sample.size()));
    out += '\n';
}

} // namespace

std::string joined_pages(std::span<const std::optional<std::string>> pages)
{
    std::vector<family> families;
    std::map<std::string, std::size_t, std::less<>> places; // by the line "# HELP name …"
    std::string up = "# HELP lightdash_worker_up 1 when the worker process told its figures.\n"
                     "# TYPE lightdash_worker_up gauge\n";
    for (std::size_t worker = 0; worker < pages.size(); ++worker) {
        up += fmt::format("lightdash_worker_up{{worker=\"{}\"}} {}\n", worker, pages[worker] ? 1 : 0);
        std::string_view rest = pages[worker] ? std::string_view{*pages[worker]} : std::string_view{};
        std::size_t at = 0;
        bool heading = false; // of a family that no page before had
        while (!rest.empty()) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            if (line.starts_with("# HELP ")) {
                const auto [place, fresh] = places.try_emplace(std::string{line}, families.size());
                at = place->second;
                if (fresh)
                    families.push_back({std::string{line} + '\n', {}});
                heading = fresh;
            } else if (!line.starts_with('#') && !families.empty()) {
                append_labelled(families[at].samples, line, worker);
            } else if (heading) {
                families[at].head.append(line).append("\n");
            }
        }
    }
    std::string page;
    for (const auto& one : families)
        page += one.head + one.samples;
    return page + up;
}

} // namespace lightdash::app
