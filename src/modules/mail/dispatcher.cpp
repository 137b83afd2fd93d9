#include "modules/mail/dispatcher.hpp"

#include "lightdash/async/pause.hpp"
#include "lightdash/core/log.hpp"

#include <algorithm>
#include <atomic>
#include <memory>

namespace lightdash::mail {
namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 2s;
constexpr auto between_sweeps = 1h;
constexpr auto patience = 5s;
constexpr std::chrono::seconds lease = 2min; // longer than an attempt can take
constexpr std::int32_t most_attempts = 12;

std::chrono::seconds pause_after(std::int32_t attempts)
{
    return std::min<std::chrono::seconds>(30s * (1 << std::min(attempts - 1, 10)), 1h);
}

// Tells the thread that sends that nobody waits any more: a server that stops does not wait for a mail server.
class abandoning {
public:
    std::shared_ptr<std::atomic<bool>> flag() const { return flag_; }
    abandoning() = default;
    abandoning(const abandoning&) = delete;
    abandoning& operator=(const abandoning&) = delete;
    ~abandoning() { flag_->store(true); }

private:
    std::shared_ptr<std::atomic<bool>> flag_ = std::make_shared<std::atomic<bool>>(false);
};

} // namespace

dispatcher::dispatcher(pg::database& db, offload_pool& blocking, timer_wheel& clocks,
                       std::optional<smtp_options> server, bool log_text)
    : db_(db), blocking_(blocking), clocks_(clocks), server_(std::move(server)), log_text_(log_text)
{}

task<void> dispatcher::transmit(const letter& mail)
{
    const auto id = mail.id.to_string();
    const auto db = db_.exclusive(deadline::after(lease));
    if (!server_) {
        if (log_text_)
            log::info("a mail that nobody sends: EMAIL_SMTP_HOST is not set",
                      {{"to", mail.recipient}, {"subject", mail.subject}, {"text", mail.text}});
        else
            log::warn("a mail is dropped: EMAIL_SMTP_HOST is not set", {{"mail", id}, {"subject", mail.subject}});
        co_await store::close(*db, mail.id, "EMAIL_SMTP_HOST is not set");
        co_return;
    }
    const abandoning abandoned;
    const auto result =
        co_await blocking_.run([server = *server_, out = outgoing{id, mail.recipient, mail.subject, mail.text},
                                cancelled = abandoned.flag()] { return send(server, out, *cancelled); });
    if (result.failure.empty()) {
        log::info("mail sent", {{"mail", id}, {"subject", mail.subject}, {"attempt", mail.attempts}});
        co_await store::close(*db, mail.id, {});
    } else if (result.permanent || mail.attempts >= most_attempts) {
        log::error("a mail is given up: the mail server does not take it",
                   {{"mail", id}, {"subject", mail.subject}, {"attempt", mail.attempts}, {"error", result.failure}});
        co_await store::close(*db, mail.id, result.failure);
    } else {
        const auto again = pause_after(mail.attempts);
        log::warn("a mail was not sent, trying again",
                  {{"mail", id}, {"attempt", mail.attempts}, {"in_s", again.count()}, {"error", result.failure}});
        co_await store::try_again(*db, mail.id, result.failure, again);
    }
}

task<bool> dispatcher::send_one()
{
    const auto db = db_.exclusive(deadline::after(patience));
    const auto mail = co_await store::take(*db, lease);
    if (mail)
        co_await transmit(*mail);
    co_return mail.has_value();
}

task<void> dispatcher::work()
{
    while (co_await send_one()) {
    }
    if (!next_sweep_.expired())
        co_return;
    next_sweep_ = deadline::after(between_sweeps);
    const auto db = db_.exclusive(deadline::after(patience));
    co_await store::sweep(*db);
}

task<void> dispatcher::run()
{
    for (;; co_await pause(clocks_, between_looks)) {
        try {
            co_await work();
        } catch (const error& failure) {
            if (failure.kind() == error_kind::cancelled)
                throw;
            log::debug("the outbox could not be read",
                       {{"error", failure.message()}}); // the pool tells of the database
        }
    }
}

} // namespace lightdash::mail
