#include "lightdash/pg/sqlstate.hpp"

#include "pg/sqlstate/connect_error.hpp"

#include <gmock/gmock.h>

namespace lightdash::pg {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

database_diagnostics said(std::string sqlstate)
{
    database_diagnostics made;
    made.sqlstate = std::move(sqlstate);
    made.message = "server words with secret-value";
    made.statement = "users.by_id";
    return made;
}

struct row {
    const char* sqlstate;
    error_kind kind;
    bool poisons;
    bool retry_after;
};

class SqlstateTable : public ::testing::TestWithParam<row> {};

TEST_P(SqlstateTable, SaysWhatItMeansForTheRequestAndTheConnection)
{
    const auto& expected = GetParam();
    const auto made = make_error(said(expected.sqlstate));
    EXPECT_EQ(made.kind(), expected.kind) << to_string(made.kind());
    EXPECT_EQ(made.poisons_connection(), expected.poisons);
    EXPECT_EQ(made.retry_after() > seconds{0}, expected.retry_after);
    EXPECT_EQ(made.sqlstate(), expected.sqlstate);
    EXPECT_THAT(made.message(), Not(HasSubstr("secret-value")));
    EXPECT_THAT(made.message(), Not(HasSubstr("{}")));
    EXPECT_THAT(made.detail(), HasSubstr("secret-value"));
}

// What a state means, whether the connection is closed, whether a time to
// retry is said.
INSTANTIATE_TEST_SUITE_P(
    AllRows, SqlstateTable,
    ::testing::Values(
        row{"", error_kind::database_unavailable, true, true},
        row{"08006", error_kind::database_unavailable, true, true},
        row{"08P01", error_kind::database_unavailable, true, true},
        row{"57P01", error_kind::database_unavailable, true, true},
        row{"57P02", error_kind::database_unavailable, true, true},
        row{"57P03", error_kind::database_unavailable, true, true},
        row{"53300", error_kind::resource_exhausted, false, true},
        row{"53400", error_kind::resource_exhausted, false, true},
        row{"53100", error_kind::resource_exhausted, false, false},
        row{"53200", error_kind::resource_exhausted, false, false},
        row{"58030", error_kind::resource_exhausted, false, false}, row{"25006", error_kind::read_only, false, false},
        row{"40001", error_kind::serialization_failure, false, true},
        row{"40P01", error_kind::serialization_failure, false, true},
        row{"55P03", error_kind::lock_timeout, false, false}, row{"57014", error_kind::statement_timeout, false, false},
        row{"25P03", error_kind::database_unavailable, true, false},
        row{"57P05", error_kind::database_unavailable, true, false},
        row{"26000", error_kind::statement_invalidated, false, false},
        row{"42P05", error_kind::statement_invalidated, false, false},
        row{"0A000", error_kind::database_error, false, false},
        row{"23505", error_kind::unique_violation, false, false},
        row{"23P01", error_kind::unique_violation, false, false},
        row{"23503", error_kind::foreign_key_missing, false, false},
        row{"23001", error_kind::foreign_key_in_use, false, false},
        row{"23502", error_kind::invalid_value, false, false}, row{"23514", error_kind::invalid_value, false, false},
        row{"22001", error_kind::invalid_value, false, false}, row{"22003", error_kind::invalid_value, false, false},
        row{"22007", error_kind::invalid_value, false, false}, row{"22008", error_kind::invalid_value, false, false},
        row{"22P02", error_kind::invalid_value, false, false}, row{"22021", error_kind::invalid_text, false, false},
        row{"22P05", error_kind::invalid_text, false, false},
        row{"42501", error_kind::insufficient_privilege, false, false},
        row{"42P01", error_kind::not_ready, false, true}, row{"42703", error_kind::not_ready, false, true},
        row{"42601", error_kind::database_error, false, false}, row{"25P02", error_kind::database_error, false, false},
        row{"XX000", error_kind::database_error, false, false}),
    [](const auto& info) {
        const std::string state = info.param.sqlstate;
        return state.empty() ? std::string{"none"} : state;
    });

TEST(Sqlstate, KnowsAStalePlanByItsRoutineInEveryLanguage)
{
    auto stale = said("0A000");
    stale.message = "zwischengespeicherter Plan darf den Ergebnistyp nicht ändern";
    stale.routine = "RevalidateCachedQuery";
    EXPECT_EQ(make_error(stale).kind(), error_kind::statement_invalidated);
    EXPECT_TRUE(make_error(stale).retryable());
    stale.message = "cached plan must not change result type";
    stale.routine.clear();
    EXPECT_EQ(make_error(stale).kind(), error_kind::statement_invalidated);
}

TEST(Sqlstate, AStandbyThatKnowsNoSerializableTakesNoWrites)
{
    for (const auto* routine : {"call_enum_check_hook", "GetSerializableTransactionSnapshot"}) {
        auto standby = said("0A000");
        standby.routine = routine;
        EXPECT_EQ(make_error(standby).kind(), error_kind::read_only) << routine;
    }
}

TEST(Sqlstate, NamesTheUniqueFieldsButNotTheirValues)
{
    auto twice = said("23505");
    twice.constraint = "users_email_key";
    twice.detail = "Key (organization_id, email)=(17, ada@example.com) already exists.";
    const auto made = make_error(twice);
    EXPECT_EQ(made.message(), "A row with this value of \"organization_id, email\" exists already.");
    EXPECT_EQ(made.constraint(), "users_email_key");
    EXPECT_THAT(made.detail(), HasSubstr("ada@example.com"));
    twice.detail.clear();
    EXPECT_THAT(make_error(twice).message(), HasSubstr("\"users_email_key\""));
}

TEST(Sqlstate, TakesTheFieldFromTheFirstParenthesesOnly)
{
    auto twice = said("23505");
    twice.detail = "Key (name)=(x)=(leak) already exists.";
    EXPECT_EQ(make_error(twice).message(), "A row with this value of \"name\" exists already.");
    twice.detail = "Key (lower(email::text))=(ada@example.com) already exists.";
    EXPECT_EQ(make_error(twice).message(), "A row with this value of \"lower(email::text)\" exists already.");
}

TEST(Sqlstate, TellsAMissingRowFromOneInUse)
{
    auto refers = said("23503");
    refers.table = "dashboards";
    refers.detail = R"(Key (project_id)=(7) is not present in table "projects".)";
    EXPECT_EQ(make_error(refers).kind(), error_kind::foreign_key_missing);
    EXPECT_EQ(make_error(refers).message(), "The row that \"project_id\" refers to does not exist.");
    refers.detail = R"(Key (id)=(7) is still referenced from table "dashboards".)";
    EXPECT_EQ(make_error(refers).kind(), error_kind::foreign_key_in_use);
    EXPECT_THAT(make_error(refers).message(), HasSubstr("\"dashboards\""));
}

TEST(Sqlstate, TellsThemApartInOtherLanguagesAndWhateverTheValueSays)
{
    auto refers = said("23503");
    refers.table = "dashboards";
    refers.detail = "Auf Schlüssel (id)=(7) wird noch aus Tabelle »dashboards« verwiesen.";
    EXPECT_EQ(make_error(refers).kind(), error_kind::foreign_key_in_use);
    refers.detail = "Schlüssel (project)=(7) ist nicht in Tabelle »projects« vorhanden.";
    EXPECT_EQ(make_error(refers).kind(), error_kind::foreign_key_missing);
    refers.detail = R"(Key (name)=(is still referenced from table "dashboards") is not present in table "names".)";
    EXPECT_EQ(make_error(refers).kind(), error_kind::foreign_key_missing);
}

TEST(Sqlstate, NamesTheColumnOrRuleOfARefusedValue)
{
    auto missing = said("23502");
    missing.column = "name";
    missing.detail = "Failing row contains (secret-value, null).";
    EXPECT_EQ(make_error(missing).message(), "\"name\" must have a value.");
    auto rule = said("23514");
    rule.constraint = "tiles_width_check";
    EXPECT_EQ(make_error(rule).message(), "A value breaks the rule \"tiles_width_check\".");
}

TEST(Sqlstate, NamesTheStatementAndTheStateOfOurOwnMistakes)
{
    EXPECT_EQ(make_error(said("42601")).message(), "The database refused \"users.by_id\" (SQLSTATE 42601).");
}

TEST(Sqlstate, RetriesWhatBrokeButNotWhatTheUserSent)
{
    EXPECT_TRUE(make_error(said("")).retryable());
    EXPECT_TRUE(make_error(said("57P01")).retryable());
    EXPECT_TRUE(make_error(said("40001")).retryable());
    EXPECT_FALSE(make_error(said("23505")).retryable());
    EXPECT_FALSE(make_error(said("53100")).retryable());
}

struct attempt {
    const char* name;
    const char* text;
    error_kind kind;
    bool retry_after;
    connect_scope tried = connect_scope::one_server;
};

class ConnectFailure : public ::testing::TestWithParam<attempt> {};

TEST_P(ConnectFailure, SaysWhetherAskingAgainHelps)
{
    const auto made = make_connect_error(GetParam().text, GetParam().tried);
    EXPECT_EQ(made.kind(), GetParam().kind) << to_string(made.kind());
    EXPECT_EQ(made.retry_after() > seconds{0}, GetParam().retry_after);
    EXPECT_FALSE(made.detail().empty());
    EXPECT_FALSE(made.retryable());
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ConnectFailure,
    ::testing::Values(
        attempt{"full", "FATAL:  sorry, too many clients already\n", error_kind::resource_exhausted, true},
        attempt{"reserved", "FATAL:  remaining connection slots are reserved for non-replication superuser connections",
                error_kind::resource_exhausted, true},
        attempt{"full_in_german", "FATAL:  53300: Verbindungen aufgebraucht\nLOCATION:  InitProcess, proc.c:353",
                error_kind::resource_exhausted, true},
        attempt{"starting", "FATAL:  the database system is starting up", error_kind::database_unavailable, true},
        attempt{"stopping", "FATAL:  the database system is shutting down", error_kind::database_unavailable, true},
        attempt{"recovering", "FATAL:  the database system is in recovery mode", error_kind::database_unavailable,
                true},
        attempt{"starting_in_german", "FATAL:  57P03: das Datenbanksystem startet", error_kind::database_unavailable,
                true},
        attempt{"refused", "connection to server at \"127.0.0.1\", port 1 failed: Connection refused",
                error_kind::database_unavailable, true},
        attempt{
            "no_socket",
            "connection to server on socket \"/s\" failed: No such file or directory\n\tIs the server running locally?",
            error_kind::database_unavailable, true},
        attempt{"timeout", "timeout expired", error_kind::database_unavailable, true},
        attempt{"anything_else", "something new", error_kind::database_unavailable, true},
        attempt{"standby", "connection to server failed: session is read-only", error_kind::read_only, true},
        attempt{"password", "FATAL:  password authentication failed for user \"app\"", error_kind::configuration,
                false},
        attempt{"no_password", "fe_sendauth: no password supplied", error_kind::configuration, false},
        attempt{"pg_hba", "FATAL:  no pg_hba.conf entry for host \"::1\", user \"a\", database \"b\", no encryption",
                error_kind::configuration, false},
        attempt{"database", "FATAL:  database \"shop\" does not exist", error_kind::configuration, false},
        attempt{"database_in_german", "FATAL:  3D000: Datenbank »shop« existiert nicht", error_kind::configuration,
                false},
        attempt{"role", "FATAL:  role \"app\" does not exist", error_kind::configuration, false},
        attempt{"tls_wanted", "server does not support SSL, but SSL was required", error_kind::configuration, false},
        attempt{"tls_distrusted", "SSL error: certificate verify failed", error_kind::configuration, false},
        attempt{"conninfo", "invalid sslmode value: \"maybe\"", error_kind::configuration, false},
        attempt{"one_server_wrong_one_down",
                "connection to server at \"a\" failed: FATAL:  password authentication failed for user \"x\"\n"
                "connection to server at \"b\" failed: Connection refused",
                error_kind::database_unavailable, true, connect_scope::several_servers},
        attempt{"one_address_silent_one_wrong",
                "connection to server at \"::1\", port 5432 failed: Connection refused\n"
                "\tIs the server running on that host and accepting TCP/IP connections?\n"
                "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  database \"shop\" does not exist",
                error_kind::configuration, false},
        attempt{"one_address_silent_one_starting",
                "connection to server at \"::1\", port 5432 failed: timeout expired\n"
                "connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  the database system is starting up",
                error_kind::database_unavailable, true},
        attempt{"both_addresses_silent",
                "connection to server at \"::1\", port 5432 failed: Connection refused\n"
                "connection to server at \"127.0.0.1\", port 5432 failed: Connection refused",
                error_kind::database_unavailable, true}),
    [](const auto& info) { return std::string{info.param.name}; });

struct refused_connection {
    const char* text; // in verbose form
    connect_fault fault;
    error_kind kind;
};

TEST(ConnectText, IsUnderstoodByItsSqlstateInEveryLanguage)
{
    using enum connect_fault;
    constexpr auto stays = error_kind::configuration;
    for (const auto& [text, fault, kind] : {
             refused_connection{
                 "FATAL:  28000: Rolle »app« existiert nicht\nLOCATION:  InitializeSessionUserId, miscinit.c:719",
                 no_role, stays},
             refused_connection{"FATAL:  28000: kein pg_hba.conf-Eintrag für Host »::1«, Benutzer »a«, Datenbank »b«, "
                                "keine Verschlüsselung\nLOCATION:  ClientAuthentication, auth.c:543",
                                no_entry, stays},
             refused_connection{"ВАЖНО:  28P01: пользователь \"app\" не прошёл проверку подлинности", wrong_password,
                                stays},
             refused_connection{"FATAL:  42501: keine Berechtigung für Datenbank »shop«\nDETAIL:  CONNECT fehlt.\n"
                                "LOCATION:  CheckMyDatabase, postinit.c:379",
                                no_privilege, stays},
             refused_connection{
                 "FATAL:  42501: keine Berechtigung, um Parameter »session_preload_libraries« zu setzen\n"
                 "LOCATION:  set_config_option_ext, guc.c:7600",
                 setting_not_allowed, stays},
             refused_connection{"FATAL:  55000: Datenbank »shop« akzeptiert gegenwärtig keine Verbindungen",
                                not_accepting, stays},
             refused_connection{"FATAL:  22023: ungültiger Wert für Parameter »TimeZone«: »Mars«", bad_setting, stays},
             refused_connection{"FATAL:  42704: unbekannter Konfigurationsparameter »x«", bad_setting, stays},
             refused_connection{"FATAL:  55P02: parameter \"wal_level\" cannot be changed without restarting",
                                bad_setting, stays},
             refused_connection{"FATAL:  08P01: unsupported startup parameter: options", pooler_parameter, stays},
             refused_connection{"FATAL:  08P01: no such database: shop", no_database, stays},
             refused_connection{"FATAL:  08P01: no more connections allowed (max_client_conn)", no_slot,
                                error_kind::resource_exhausted},
             refused_connection{"FATAL:  08P01: server login has been failing, try again later", refused,
                                error_kind::database_unavailable},
             refused_connection{"FATAL:  0A000: Protokoll wird nicht unterstützt", refused, stays},
             refused_connection{"FATAL:  XX000: cache lookup failed for database 5", refused,
                                error_kind::database_unavailable},
             // A name is no word of the server's.
             refused_connection{"FATAL:  3D000: Datenbank »certificate« existiert nicht", no_database, stays},
         }) {
        const auto made = make_connect_error(text);
        EXPECT_EQ(made.connect_fault(), fault) << text << ": " << made.message();
        EXPECT_EQ(made.kind(), kind) << text;
        EXPECT_EQ(made.retry_after() > seconds{0}, kind != stays) << text;
        const std::string_view said{text};
        EXPECT_EQ(said.substr(0, made.detail().size()), made.detail()) << "the server's own words";
        EXPECT_EQ(made.detail().size(), std::min(said.find("LOCATION"), said.size()));
    }
}

TEST(ConnectText, KeepsTheSqlstateOfAVerboseText)
{
    EXPECT_EQ(make_connect_error("FATAL:  28P01: password authentication failed").sqlstate(), "28P01");
    EXPECT_EQ(make_connect_error("FATAL:  password authentication failed").sqlstate(), "");
}

TEST(ConnectText, KeepsTheTextForTheLog)
{
    const auto* text =
        "connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  role \"app\" does not exist\n";
    EXPECT_EQ(make_connect_error(text).detail(), text);
}

TEST(ConnectText, NeverRepeatsAPassword)
{
    for (const auto* text : {
             "invalid port number: \"hunter2@db\" in \"postgresql://app:hunter2@db/shop\"",
             "missing \"=\" after \"hunter2\" in connection info string",
             "invalid percent-encoded token: \"hunter2%zz\"",
             "could not translate host name \"hunter2@db\" to address: Name or service not known",
             "unexpected words about postgresql://app:hunter2@db/shop",
             "unexpected words about host=db password=hunter2",
         }) {
        const auto made = make_connect_error(text);
        EXPECT_THAT(made.detail(), Not(HasSubstr("hunter2"))) << text;
        EXPECT_THAT(made.detail(), HasSubstr("***")) << text;
        EXPECT_THAT(made.message(), Not(HasSubstr("hunter2")));
    }
}

} // namespace
} // namespace lightdash::pg
