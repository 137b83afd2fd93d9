#include "lightdash/pg/connection_target.hpp"

#include "lightdash/core/config.hpp"
#include "lightdash/core/error.hpp"
#include "pg/wire/conninfo.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>

namespace lightdash::pg {
namespace {

void append(std::string& text, const std::string& keyword, const std::string& value)
{
    text += (text.empty() ? "" : " ") + keyword + '=' + conninfo_quoted(value);
}

// As libpq does it: PGDATABASE or a service of PGSERVICE, else the role's name, given or from PGUSER or the account.
std::string default_database(const std::string& given_user)
{
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> all{PQconndefaults(), &PQconninfoFree};
    std::string user = given_user;
    for (const auto* one = all.get(); one && one->keyword; ++one) {
        if (one->val == nullptr)
            continue;
        if (std::string_view{one->keyword} == "dbname" && (std::getenv("PGDATABASE") || std::getenv("PGSERVICE")))
            return one->val;
        if (std::string_view{one->keyword} == "user" && user.empty())
            user = one->val;
    }
    return user;
}

} // namespace

connection_target target_of(const secret& conninfo)
{
    connection_target made;
    std::string user;
    for (const auto& [keyword, value] : parse_conninfo(conninfo.reveal())) {
        if (keyword == "sslpassword")
            throw error{error_kind::configuration,
                        "PostgreSQL's own programs cannot be given sslpassword: use a client key without a password."};
        if (keyword == "password") {
            made.password = secret{value};
            continue;
        }
        if (keyword == "dbname")
            made.database = value;
        if (keyword == "host")
            made.host = value;
        if (keyword == "user")
            user = value;
        append(made.arguments, keyword, value);
    }
    if (made.database.empty())
        made.database = default_database(user);
    return made;
}

secret with_database(const secret& conninfo, const std::string& database)
{
    std::string text;
    for (const auto& [keyword, value] : parse_conninfo(conninfo.reveal()))
        if (keyword != "dbname")
            append(text, keyword, value);
    append(text, "dbname", database);
    return secret{std::move(text)};
}

} // namespace lightdash::pg
