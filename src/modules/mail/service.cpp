#include "modules/mail/service.hpp"

#include "lightdash/sql/builder.hpp"

namespace lightdash::mail {

sql::insert to_outbox(std::string_view changed)
{
    return sql::insert("outbox")
        .set("recipient", sql::param<std::string>("mail_to"))
        .set("subject", sql::param<std::string>("mail_subject"))
        .set("text", sql::param<std::string>("mail_text"))
        .from(sql::select().from(changed));
}

} // namespace lightdash::mail
