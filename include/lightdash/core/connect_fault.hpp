// Which way a connection to the database failed, for advice to people.
#pragma once

namespace lightdash {

enum class connect_fault : unsigned char {
    none, // the error is no connection's
    no_slot,
    starting,
    no_writer,
    unreachable,
    wrong_password,
    no_entry,
    tls_required,
    no_database,
    no_role,
    no_privilege,
    not_accepting,
    bad_setting,
    setting_not_allowed,
    pooler_parameter,
    refused,
    no_tls,
    untrusted_tls,
    bad_url,
    bad_service,
    at_in_password,
    unknown_host,
};

} // namespace lightdash
