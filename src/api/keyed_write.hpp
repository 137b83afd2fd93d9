// A write whose request has an Idempotency-Key.
#pragma once

#include "lightdash/api/idempotency.hpp"
#include "lightdash/api/routes.hpp"

#include <exception>
#include <optional>

namespace lightdash::api {

class keyed_write {
public:
    // All of them must outlive answer().
    keyed_write(pg::database& db, kept_answers& kept, const route& row, http::request& rq);

    // Carries the request out, or tells what it was answered before. Throws already_exists when somebody else is
    // carrying it out, invalid_body when the key was used for another request, commit_in_doubt only when the deadline
    // passed before it was known what became of a COMMIT.
    task<http::response> answer();

private:
    task<std::optional<http::response>> attempt(pg::transaction& tx);
    task<http::response> carry_out(pg::transaction& tx);
    http::response told_again(const kept_answer& known) const;
    void note(std::exception_ptr failure);

    pg::database& db_;
    kept_answers& kept_;
    const route& row_;
    http::request& rq_;
    keyed_request asked_;
    bool began_ = false;
    std::optional<http::response> made_; // by the last attempt, before its COMMIT
    std::exception_ptr doubt_;           // the COMMIT of which nobody knows what became
};

} // namespace lightdash::api
