#include "api/keyed_write.hpp"

#include "lightdash/core/digest.hpp"
#include "lightdash/pg/held_commit.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace lightdash::api {
namespace {

constexpr std::array<std::string_view, 2> kept_headers{"Location", "ETag"};

std::optional<std::string> header_of(const http::response& answer, std::string_view name)
{
    for (const auto& [known, value] : answer.headers)
        if (known == name)
            return value;
    return std::nullopt;
}

kept_answer kept_of(const keyed_request& asked, const http::response& made, bool told_once)
{
    return {.fingerprint = asked.fingerprint,
            .status = static_cast<std::int16_t>(made.status),
            .location = header_of(made, kept_headers[0]),
            .etag = header_of(made, kept_headers[1]),
            .body = told_once ? sha256_hex(made.body) : made.body,
            .told_once = told_once};
}

[[noreturn]] void refuse_key(std::string message)
{
    throw error{error_kind::invalid_parameter, std::move(message)};
}

} // namespace

keyed_request keyed_request::of(const http::request& rq, std::string_view route)
{
    const auto fields = rq.header_all(key_header);
    if (fields.size() != 1)
        refuse_key("There is more than one Idempotency-Key header: send one.");
    auto key = fields.front();
    if (key.size() >= 2 && key.starts_with('"') && key.ends_with('"'))
        key = key.substr(1, key.size() - 2);
    const auto is_visible = [](char c) { return c > 0x20 && c < 0x7F; };
    if (key.empty() || key.size() > longest_key || !std::ranges::all_of(key, is_visible))
        refuse_key("The Idempotency-Key header must be 1 to 255 visible ASCII characters, such as a UUID.");
    std::string whole{rq.target()};
    whole.append("\n").append(rq.body());
    return {key, route, sha256_hex(whole)};
}

keyed_write::keyed_write(pg::database& db, kept_answers& kept, const route& row, http::request& rq)
    : db_(db), kept_(kept), row_(row), rq_(rq), asked_(keyed_request::of(rq, row.pattern))
{}

task<http::response> keyed_write::answer()
{
    for (bool again = false;; again = true) {
        std::exception_ptr failure;
        std::optional<http::response> told;
        try {
            if (again)
                co_await kept_.pause();
            told = co_await db_.transact(row_.transaction(), rq_.deadline(),
                                         [this](pg::transaction& tx) { return attempt(tx); });
        } catch (...) {
            failure = std::current_exception();
        }
        if (told)
            co_return std::move(*told);
        if (failure)
            note(failure);
        else if (!began_)
            throw error{error_kind::already_exists,
                        "The same request, with the same Idempotency-Key, is being carried out at this moment."}
                .with_retry_after(std::chrono::seconds{1});
    }
}

// Returns when it can be asked once more what became of a COMMIT; throws what the client is to be told.
void keyed_write::note(std::exception_ptr failure)
{
    try {
        std::rethrow_exception(failure);
    } catch (const error& known) {
        if (known.in_doubt())
            doubt_ = failure;
        const bool over = rq_.deadline().expired() || known.kind() == error_kind::deadline_exceeded ||
                          known.kind() == error_kind::cancelled;
        const bool says_nothing = known.in_doubt() || known.service_unavailable() || known.retryable();
        if (doubt_ && says_nothing && !over)
            return;
        if (doubt_ && (says_nothing || over))
            std::rethrow_exception(doubt_);
        throw;
    }
}

// Nothing when it is being carried out elsewhere: by somebody else, or by a transaction of ours that the server has not
// ended yet.
task<std::optional<http::response>> keyed_write::attempt(pg::transaction& tx)
{
    const auto claimed = co_await kept_.claim(tx, rq_, asked_);
    if (claimed.known)
        co_return told_again(*claimed.known);
    if (!claimed.ours)
        co_return std::nullopt;
    began_ = true;
    std::exception_ptr failure;
    try {
        made_ = co_await carry_out(tx);
        const auto kept = kept_of(asked_, *made_, row_.told_once);
        co_await kept_.keep(tx, rq_, asked_, kept);
        co_return made_;
    } catch (...) {
        failure = std::current_exception();
    }
    co_await tx.rollback(); // so that the key is free before the client knows
    std::rethrow_exception(failure);
}

// Its COMMIT waits for what is kept. A handler that has committed and then throws has written what the failure is
// about: that stays.
task<http::response> keyed_write::carry_out(pg::transaction& tx)
{
    pg::hold_commit(tx);
    std::exception_ptr failure;
    try {
        auto made = co_await row_.call(rq_, {nullptr, &tx}, row_.handler);
        pg::release_commit(tx);
        co_return made;
    } catch (...) {
        failure = std::current_exception();
    }
    if (pg::release_commit(tx))
        co_await tx.commit();
    std::rethrow_exception(failure);
}

http::response keyed_write::told_again(const kept_answer& known) const
{
    if (known.fingerprint != asked_.fingerprint)
        throw error{error_kind::invalid_body,
                    "The Idempotency-Key was used for another request: give each request a key of its own."}
            .with_fields({{std::string{key_header}, "was used for another request."}});
    if (known.told_once && doubt_ && made_ && sha256_hex(made_->body) == known.body)
        return *made_;
    if (known.told_once)
        throw error{error_kind::already_exists,
                    "This request was carried out before, and what it made is shown only once. If the answer was lost, "
                    "delete what it made and ask anew with another Idempotency-Key."};
    http::response again{.status = static_cast<unsigned>(known.status), .body = known.body};
    const auto add = [&](std::string_view name, const std::optional<std::string>& value) {
        if (value)
            again.headers.emplace_back(name, *value);
    };
    add(kept_headers[0], known.location);
    add(kept_headers[1], known.etag);
    if (!doubt_)
        again.headers.emplace_back(replayed_header, "true");
    return again;
}

} // namespace lightdash::api
