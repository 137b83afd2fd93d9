#include "app/runtime/connection_advice.hpp"

namespace lightdash::app {

std::string connection_advice(const error& failure)
{
    switch (failure.connect_fault()) {
    case connect_fault::none:
    case connect_fault::no_writer:
    case connect_fault::untrusted_tls:
    case connect_fault::refused: // the server's own words stand above
        break;
    case connect_fault::not_accepting:
        return "On the server: ALTER DATABASE name ALLOW_CONNECTIONS true. A restore forbids them for the moment in "
               "which "
               "it exchanges databases.";
    case connect_fault::bad_setting:
        return "The server's words name it. SHOW ALL lists the settings that there are.";
    case connect_fault::setting_not_allowed:
        return "On the server, since PostgreSQL 15: GRANT SET ON PARAMETER setting TO role";
    case connect_fault::pooler_parameter:
        return "Behind PgBouncer in transaction mode: LIGHTDASH_POOLER=transaction, and no options in DATABASE_URL, "
               "its "
               "service or PGOPTIONS. In session mode, in pgbouncer.ini: ignore_startup_parameters = options";
    case connect_fault::no_slot:
        return "'lightdash-backend db connections' shows who holds them; PGMAXCONNECTIONS times the workers must fit "
               "into max_connections.";
    case connect_fault::starting:
        return "'lightdash-backend db wait' waits until it is ready.";
    case connect_fault::unreachable:
        return "Is it running, and are host and port right? 'lightdash-backend db wait' waits for it.";
    case connect_fault::wrong_password:
        return "Special characters of a password are percent-encoded in a URL: @ is %40, / is %2F, # is %23. A new one "
               "is set on the server with: ALTER ROLE name PASSWORD '...'";
    case connect_fault::no_entry:
        return "A line such as 'host DATABASE ROLE ADDRESS/32 scram-sha-256' in the server's pg_hba.conf lets it in; "
               "SELECT pg_reload_conf() makes it count.";
    case connect_fault::tls_required:
        return "Add sslmode=verify-full to DATABASE_URL, with sslrootcert=FILE for a CA of your own; sslmode=require "
               "encrypts without checking who answers.";
    case connect_fault::no_tls:
        return "sslmode=prefer uses TLS where the server has it.";
    case connect_fault::no_database:
        return "'lightdash-backend db create' creates it.";
    case connect_fault::no_role:
        return "On the server: CREATE ROLE name LOGIN PASSWORD '...'";
    case connect_fault::no_privilege:
        return "On the server: GRANT CONNECT ON DATABASE database TO role";
    case connect_fault::bad_url:
        return "In a password, @ is %40, / is %2F, : is %3A, ? is %3F, # is %23; behind ? stand only parameters that "
               "libpq "
               "knows, such as sslmode.";
    case connect_fault::bad_service:
        return "A service stands in ~/.pg_service.conf, or in the file that PGSERVICEFILE names, as [NAME] with a line "
               "such "
               "as 'host=db.example.com' for each setting.";
    case connect_fault::at_in_password:
        return "For example, the password p@ss is written p%40ss.";
    case connect_fault::unknown_host:
        return "'getent hosts NAME' shows what this machine knows of it.";
    }
    return {};
}

} // namespace lightdash::app
