#include "pg/pool/pool_member.hpp"

#include "pg/pool/pool.hpp"

#include <utility>

namespace lightdash::pg {

pool_member::pool_member(pool& owner, std::unique_ptr<connection> opened, const pool_limits& limits, double share)
    : home(owner), link(std::move(opened)), jitter_share(share)
{
    const auto now = deadline::clock::now();
    lifetime_ends = lifetime_end(limits, now, share);
    idle_since = now;
    link->watch(this);
}

pool_member::~pool_member()
{
    if (link)
        link->watch(nullptr);
}

void pool_member::on_lost(connection&, const error& why) noexcept
{
    home.lost(*this, why);
}

void pool_member::on_notice(connection&, const notice& said) noexcept
{
    if (notices)
        notices->on_notice(said);
    else
        home.tell(pool_event::kind::notice, said.severity + ": " + said.said.message);
}

} // namespace lightdash::pg
