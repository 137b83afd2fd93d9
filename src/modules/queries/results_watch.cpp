#include "modules/queries/results_watch.hpp"

#include "lightdash/core/uuid.hpp"

#include <algorithm>
#include <chrono>

namespace lightdash::queries {

task<void> results_watch::wait(result_id id, deadline until, std::uint64_t looked) const
{
    using namespace std::chrono_literals;
    if (told_ != looked)
        co_return;
    // On every way out, also a cancelled one.
    struct entry {
        std::multimap<result_id, completion<bool>*>& all;
        std::multimap<result_id, completion<bool>*>::iterator at;
        ~entry() { all.erase(at); }
    };
    completion<bool> ended;
    const entry mine{waiting_, waiting_.emplace(id, &ended)};
    alarm clock{[](void* of) noexcept { static_cast<completion<bool>*>(of)->set(false); }, &ended};
    clocks_.arm(clock, listening_ ? until : until.shortened_to(100ms));
    co_await ended.wait();
}

void results_watch::told(std::string_view payload) const noexcept
{
    ++told_;
    const auto id = uuid::parse(payload);
    const auto [first, last] = id ? waiting_.equal_range(result_id{*id}) : std::pair{waiting_.begin(), waiting_.end()};
    std::for_each(first, last, [](const auto& each) { each.second->set(true); });
}

} // namespace lightdash::queries
