// What POST requests with an Idempotency-Key were answered, in the database.
#pragma once

#include "lightdash/api/idempotency.hpp"
#include "lightdash/async/timer_wheel.hpp"
#include "lightdash/pg/session.hpp"

namespace lightdash::idempotency {

class kept_answers final : public api::kept_answers {
public:
    explicit kept_answers(timer_wheel& clocks) noexcept : clocks_(clocks) {}

    task<claimed> claim(pg::transaction& tx, const http::request& rq, const api::keyed_request& asked) override;
    task<void> keep(pg::transaction& tx, const http::request& rq, const api::keyed_request& asked,
                    const api::kept_answer& told) override;
    task<void> pause() override;

private:
    timer_wheel& clocks_;
};

inline constexpr int swept_at_once = 1000;

// Forgets up to so many answers that are older than 24 hours; how many there were. Several processes may do it at once.
task<std::uint64_t> sweep(pg::session& db);

} // namespace lightdash::idempotency
