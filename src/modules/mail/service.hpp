// Mail that other slices want sent: a row of the table outbox, written by the statement that makes it necessary.
#pragma once

#include "lightdash/core/describe.hpp"
#include "lightdash/sql/insert.hpp"

#include <string>
#include <string_view>

namespace lightdash::mail {

// An argument of the statement: named<…, mail::message>(…).
struct message {
    std::string mail_to; // an e-mail address, checked
    std::string mail_subject;
    std::string mail_text; // plain text; kept until the mail is sent or given up
};
LIGHTDASH_DESCRIBE(message, mail_to, mail_subject, mail_text)

// For the statement's with_unread(): the message, once for each row of its CTE `changed`. Nothing is mailed about what
// did not happen. Sent within seconds of the commit, by the dispatcher of any process (dispatcher.hpp).
sql::insert to_outbox(std::string_view changed);

} // namespace lightdash::mail
