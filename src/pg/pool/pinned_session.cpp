#include "pg/pool/pinned_session.hpp"

#include "lightdash/pg/pinned.hpp"
#include "pg/pool/transaction_access.hpp"

#include <utility>

namespace lightdash::pg {

pinned_session::pinned_session(pool::lease borrowed, deadline until) : borrowed_(std::move(borrowed)), until_(until)
{
    borrowed_->link().mark_listening(); // the pool closes what others must not reuse
}

task<result> pinned_session::do_query(const statement& what, params values)
{
    auto b = std::make_unique<batch>();
    b->commands.push_back(command::of(what, std::move(values)));
    co_await borrowed_->run(b, until_);
    auto& only = b->commands.front();
    if (only.failure)
        throw error{*only.failure};
    co_return std::move(only.answer);
}

task<std::unique_ptr<row_source>> pinned_session::do_stream(const statement& what, params values)
{
    borrowed_->doing(what.name());
    return borrowed_->link().stream(command::of(what, std::move(values)), until_);
}

task<void> pinned_session::do_send(statement_batch& statements)
{
    auto b = std::make_unique<batch>();
    for (auto& entry : statements.entries())
        b->commands.push_back(command::of(*entry.what, std::move(entry.values)));
    if (b->commands.empty())
        co_return;
    co_await borrowed_->run(b, until_);
    if (const auto* refused = b->first_failure())
        throw error{*refused};
    for (std::size_t i = 0; i < b->commands.size(); ++i)
        statements.entries()[i].answer = std::move(b->commands[i].answer);
}

std::unique_ptr<session> pinned(transaction&& unused, deadline until)
{
    return std::make_unique<pinned_session>(transaction_access::take(unused), until);
}

} // namespace lightdash::pg
