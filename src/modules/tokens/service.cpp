#include "modules/tokens/service.hpp"

#include "modules/users/service.hpp"

namespace lightdash::tokens {

void end_access_of(pg::statement_batch& statements, const caller& who, const other_user& member)
{
    static const auto erase = users::access_removal("personal_access_tokens", "tokens.delete_of_member");
    statements.add(erase(who, member));
}

} // namespace lightdash::tokens
