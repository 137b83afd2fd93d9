#include "lightdash/pg/copy.hpp"

#include "pg/connection/connection.hpp"
#include "pg/pool/transaction_access.hpp"

#include <utility>

namespace lightdash::pg {

task<std::uint64_t> copy_in(transaction& tx, const statement& copy, std::function<std::optional<std::string>()> next)
{
    auto* const line = co_await transaction_access::begun(tx);
    co_return co_await line->copy_in(copy, std::move(next), transaction_access::until(tx));
}

task<std::uint64_t> copy_out(transaction& tx, const statement& copy, std::function<void(std::string_view)> take)
{
    auto* const line = co_await transaction_access::begun(tx);
    co_return co_await line->copy_out(copy, std::move(take), transaction_access::until(tx));
}

} // namespace lightdash::pg
