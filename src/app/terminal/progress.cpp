#include "app/terminal/progress.hpp"
#include "lightdash/core/units.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdio>

namespace lightdash::app {
namespace {

constexpr std::chrono::seconds quiet_time{1}; // what is done by then needs no line
constexpr std::chrono::milliseconds redraw{100};
constexpr std::chrono::seconds plain_every{10};

void to_stderr(std::string_view text)
{
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
}

} // namespace

progress_line::progress_line(const terminal& where, std::string what, std::uint64_t total, bool in_bytes)
    : progress_line(where, std::move(what), total, in_bytes, [] { return std::chrono::steady_clock::now(); }, to_stderr)
{}

progress_line::progress_line(const terminal& where, std::string what, std::uint64_t total, bool in_bytes, clock now,
                             writer out)
    : where_(where), what_(std::move(what)), total_(total), in_bytes_(in_bytes), now_(std::move(now)),
      out_(std::move(out)), started_(now_()), next_(started_ + (where.interactive ? quiet_time : plain_every))
{}

progress_line::~progress_line()
{
    if (shown_ && where_.interactive)
        out_("\r\x1b[K");
}

void progress_line::update(std::uint64_t done)
{
    const auto now = now_();
    if (now < next_)
        return;
    shown_ = true;
    if (where_.interactive) {
        next_ = now + redraw;
        out_("\r\x1b[K" + cut_to_width(text(done), where_.width > 0 ? where_.width - 1 : 79, where_.unicode));
    } else {
        next_ = now + plain_every;
        out_(text(done) + "\n");
    }
}

std::string progress_line::text(std::uint64_t done) const
{
    const auto shown = [this](std::uint64_t amount) { return in_bytes_ ? rough_size(amount) : std::to_string(amount); };
    const auto passed = std::chrono::duration<double>(now_() - started_).count();
    const auto rate = passed > 0 ? static_cast<double>(done) / passed : 0;
    auto line = fmt::format("{}: {}", what_, shown(done));
    if (total_ > 0)
        line += fmt::format(" of {} ({} %)", shown(total_), done >= total_ ? 100 : done * 100 / total_);
    line += fmt::format(", {}/s", shown(static_cast<std::uint64_t>(rate)));
    if (total_ > done && rate > 0)
        line +=
            fmt::format(", {} left", rough_duration(std::chrono::seconds{
                                         static_cast<std::int64_t>(static_cast<double>(total_ - done) / rate) + 1}));
    return line;
}

} // namespace lightdash::app
