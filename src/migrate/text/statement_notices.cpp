#include "migrate/text/statement_notices.hpp"

#include <fmt/format.h>

namespace lightdash::migrate {

void statement_notices::on_notice(const pg::notice& said) noexcept
{
    if (!file_ || !tell_)
        return;
    auto text = line_ > 0 ? fmt::format("{}:{}: {}: {}", *file_, line_, said.severity, said.said.message)
                          : fmt::format("{}: {}: {}", *file_, said.severity, said.said.message);
    for (const auto& more : {said.said.detail, said.said.hint})
        if (!more.empty())
            text += ". " + more;
    tell_(text);
}

} // namespace lightdash::migrate
