#include "pg/connection/cleaning.hpp"

namespace lightdash::pg {

cleaning::action cleaning::next(const situation& now) noexcept
{
    if (now.broken || now.copying || now.out_of_time || uncertain_)
        return action::close;
    if (now.busy) {
        asked_ = !asked_;
        if (asked_)
            return action::cancel;
        patience_ *= 2;
        return action::wait;
    }
    switch (now.status) {
    case transaction_status::idle:
        return action::reusable;
    case transaction_status::open:
    case transaction_status::failed:
        if (rolled_back_)
            return action::close;
        rolled_back_ = true;
        return action::roll_back;
    case transaction_status::unknown:
        break;
    }
    return action::close;
}

} // namespace lightdash::pg
