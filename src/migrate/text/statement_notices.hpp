// What the server says while a statement of a file runs, told with its place.
#pragma once

#include "lightdash/migrate/migration.hpp"
#include "lightdash/pg/notice.hpp"

#include <functional>
#include <string>

namespace lightdash::migrate {

class statement_notices final : public pg::notice_listener {
public:
    // `tell` may be empty and must not throw.
    explicit statement_notices(std::function<void(const std::string&)> tell) : tell_(std::move(tell)) {}
    statement_notices(const statement_notices&) = delete;
    statement_notices& operator=(const statement_notices&) = delete;

    // As long as it lives, what the server says is about the statement of `file` that begins on `line` (0: not known).
    // Otherwise it is about statements of the program's own, and nobody is told.
    class scope {
    public:
        scope(statement_notices& owner, const std::string& file, int line) noexcept : owner_(owner)
        {
            owner_.file_ = &file;
            owner_.line_ = line;
        }
        scope(const scope&) = delete;
        scope& operator=(const scope&) = delete;
        ~scope() { owner_.file_ = nullptr; }

    private:
        statement_notices& owner_;
    };
    [[nodiscard]] scope during(const std::string& file, int line) noexcept { return {*this, file, line}; }

    void on_notice(const pg::notice& said) noexcept override;

private:
    std::function<void(const std::string&)> tell_;
    const std::string* file_ = nullptr;
    int line_ = 0;
};

} // namespace lightdash::migrate
