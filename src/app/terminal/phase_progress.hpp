// The progress of work in phases, each with a line of its own.
#pragma once

#include "app/terminal/progress.hpp"

#include <memory>
#include <optional>
#include <string>

namespace lightdash::app {

class phase_progress {
public:
    explicit phase_progress(const terminal& where, bool in_bytes = false)
        : shown_(std::make_shared<shown>(where, in_bytes))
    {}

    void operator()(std::string_view what, std::uint64_t done, std::uint64_t total) const
    {
        if (!shown_->line || what != shown_->what) {
            shown_->line.reset();
            shown_->what = what;
            shown_->line.emplace(shown_->where, shown_->what, total, shown_->in_bytes);
        }
        shown_->line->update(done);
    }

private:
    struct shown {
        shown(const terminal& on, bool bytes) : where(on), in_bytes(bytes) {}
        terminal where;
        bool in_bytes;
        std::string what;
        std::optional<progress_line> line;
    };
    std::shared_ptr<shown> shown_; // one line, whatever copies std::function makes; wiped with the last of them
};

} // namespace lightdash::app
