// Plain dumps: what pg_dump writes passes, statement by statement; everything else is refused with its line.
#include "ops/backup/plain_dump.hpp"

#include "lightdash/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace lightdash::ops {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const std::string head = "--\n-- PostgreSQL database dump\n--\n\n"; // four lines
const std::string tail = "\n--\n-- PostgreSQL database dump complete\n--\n\n";

struct seen {
    std::vector<std::string> statements; // rows of a COPY as one more
    std::uint64_t locks = 0, objects = 0;
    std::vector<std::string> extensions;
};

seen read_all(const std::string& text)
{
    std::istringstream in{text};
    plain_dump dump{"a.sql", in};
    seen made;
    while (const auto one = dump.next()) {
        made.statements.push_back(one->text);
        std::string rows;
        while (const auto piece = dump.next_rows())
            rows += *piece;
        if (one->copies)
            made.statements.push_back(rows);
    }
    made.locks = dump.locks();
    made.objects = dump.objects();
    made.extensions = dump.extensions();
    return made;
}

std::vector<std::string> statements(const std::string& body)
{
    return read_all(head + body + tail).statements;
}

// What is said of the file; "" when it is taken.
std::string refusal_of_file(const std::string& text)
{
    try {
        read_all(text);
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::usage);
        return refused.message();
    }
    return {};
}
std::string refusal(const std::string& body)
{
    return refusal_of_file(head + body + tail);
}

TEST(PlainDump, StatementsEndAtTheirSemicolonsAlone)
{
    EXPECT_THAT(statements("SET a = 'x;y';\nCREATE TABLE \"a;b\" (c text DEFAULT $x$;$x$, d text DEFAULT E'\\';');\n"
                           "COMMENT ON TABLE t IS 'it''s; fine \\';"),
                ElementsAre("SET a = 'x;y'", "CREATE TABLE \"a;b\" (c text DEFAULT $x$;$x$, d text DEFAULT E'\\';')",
                            "COMMENT ON TABLE t IS 'it''s; fine \\'"));
}

TEST(PlainDump, FunctionBodiesInStandardSqlStayWhole)
{
    const std::string body =
        "CREATE FUNCTION f() RETURNS integer\n LANGUAGE sql\n BEGIN ATOMIC\n SELECT CASE WHEN true "
        "THEN 1 ELSE 2 END;\n SELECT 2;\nEND";
    EXPECT_THAT(statements(body + ";\nCREATE TABLE t (a int);"), ElementsAre(body, "CREATE TABLE t (a int)"));
    EXPECT_THAT(statements("CREATE RULE r AS ON INSERT TO t DO (DELETE FROM a; DELETE FROM b);").size(), 1u);
}

TEST(PlainDump, RowsOfACopyAreDataWhateverTheyLookLike)
{
    EXPECT_THAT(statements("COPY public.t (a, \"b c\") FROM stdin;\n1\t\\\\! x\n\\connect live\ndrop table t;\n\\.\n"
                           "COPY t () FROM stdin;\n\n\\.\nCREATE TABLE u ();"),
                ElementsAre("COPY public.t (a, \"b c\") FROM stdin", "1\t\\\\! x\n\\connect live\ndrop table t;\n",
                            "COPY t () FROM stdin", "\n", "CREATE TABLE u ()"));
}

TEST(PlainDump, RowsMayBeMoreThanABlockAndEndWithCarriageReturns)
{
    std::string rows;
    for (int i = 0; i < 40'000; ++i)
        rows += std::to_string(i) + "\tsome text\r\n";
    EXPECT_THAT(statements("COPY t FROM stdin;\r\n" + rows + "\\.\r\n"), ElementsAre("COPY t FROM stdin", rows));
}

TEST(PlainDump, RestrictLinesAreSkippedAndEveryOtherBackslashIsRefusedWithItsLine)
{
    EXPECT_THAT(statements("\\restrict abc\nSET a = 1;\n\\unrestrict abc\n"), ElementsAre("SET a = 1"));
    EXPECT_THAT(refusal("\\connect live\ndrop table precious;"),
                AllOf(StartsWith("a.sql:5: "), HasSubstr("--create"), HasSubstr("Nothing was changed")));
    for (const auto* command :
         {"\\! touch x", "\\i other.sql", "\\q", "\\set ON_ERROR_STOP off", "\\copy t from x", "select 1 \\g file",
          "CREATE TABLE t (a int) \\gexec", "SET a = 1; \\restrict x", "CREATE FUNCTION f() RETURNS int \\; SELECT"})
        EXPECT_THAT(refusal(std::string{"SET a = 1;\n"} + command + "\n;"), StartsWith("a.sql:6: ")) << command;
}

TEST(PlainDump, WhatEndsTheTransactionIsRefusedAndThatOfLargeObjectsLeftOut)
{
    EXPECT_THAT(statements("BEGIN;\n\nSELECT pg_catalog.lo_open('1', 131072);\nSELECT pg_catalog.lowrite(0, '\\x00');\n"
                           "SELECT pg_catalog.lo_close(0);\n\nCOMMIT;\n"),
                ElementsAre("SELECT pg_catalog.lo_open('1', 131072)", "SELECT pg_catalog.lowrite(0, '\\x00')",
                            "SELECT pg_catalog.lo_close(0)"));
    for (const auto* ending : {"commit", "COMMIT AND CHAIN", "rollback", "end", "abort", "prepare transaction 'x'",
                               "start transaction", "commit prepared 'x'", "savepoint a", "/* x */ commit"})
        EXPECT_THAT(refusal(std::string{"CREATE TABLE t ();\n"} + ending + ";"),
                    AllOf(StartsWith("a.sql:6: "), HasSubstr("one transaction")))
            << ending;
    EXPECT_THAT(refusal("BEGIN;\nDROP TABLE t;\nCOMMIT;"), StartsWith("a.sql:6: "));
}

TEST(PlainDump, WhatReachesBeyondTheDatabaseIsRefused)
{
    for (const auto* statement : {"CREATE DATABASE x", "DROP DATABASE x", "ALTER DATABASE x SET a = 1", "CREATE ROLE r",
                                  "ALTER ROLE r SUPERUSER", "CREATE USER u", "ALTER SYSTEM SET a = 1",
                                  "DROP TABLESPACE t", "COMMENT ON DATABASE x IS 'y'", "GRANT ALL ON DATABASE x TO y",
                                  "GRANT admin TO y", "REVOKE SET ON PARAMETER a FROM b"})
        EXPECT_THAT(refusal(std::string{statement} + ";"), HasSubstr("beyond one database")) << statement;
    for (const auto* statement : {"CREATE USER MAPPING FOR u SERVER s", "GRANT SELECT(a) ON TABLE database TO x",
                                  "ALTER DEFAULT PRIVILEGES FOR ROLE a GRANT SELECT ON TABLES TO b",
                                  "CREATE TABLE \"database\" ()", "SECURITY LABEL FOR p ON TABLE t IS 'x'"})
        EXPECT_EQ(refusal(std::string{statement} + ";"), "") << statement;
}

TEST(PlainDump, StatementsThatPgDumpNeverWritesAreRefused)
{
    for (const auto* statement : {"SELECT 1",
                                  "SELECT pg_catalog.pg_terminate_backend(1)",
                                  "SELECT lo_export(1, 'x')",
                                  "SELECT pg_catalog.setval('s', (SELECT pg_terminate_backend(1)))",
                                  "DO $$ begin end $$",
                                  "CALL p()",
                                  "COPY t TO 'file'",
                                  "COPY t FROM '/etc/passwd'",
                                  "COPY t FROM PROGRAM 'id'",
                                  "COPY (SELECT 1) TO STDOUT",
                                  "DELETE FROM t",
                                  "UPDATE t SET a = 1",
                                  "TRUNCATE t",
                                  "VACUUM",
                                  "SET LOCAL a = 1",
                                  "LOCK TABLE t",
                                  "INSERT INTO t SELECT f()",
                                  "INSERT INTO t VALUES ((SELECT f()))",
                                  "INSERT INTO t VALUES (f(1))",
                                  "INSERT INTO t VALUES (1) RETURNING a",
                                  "CREATE TABLE t AS SELECT f()",
                                  "NOTIFY x",
                                  "LOAD 'x'",
                                  "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a"})
        EXPECT_THAT(refusal(std::string{statement} + ";"),
                    AllOf(StartsWith("a.sql:5: "), HasSubstr("no such statement")))
            << statement;
    for (const auto* statement :
         {"SELECT pg_catalog.set_config('search_path', '', false)", "SELECT pg_catalog.setval('public.s', 7, true)",
          "SELECT setval('s', 7)",
          "SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata WHERE oid = '5'",
          "SELECT pg_catalog.lo_create('1')", "REFRESH MATERIALIZED VIEW m", "INSERT INTO t VALUES (1)",
          "INSERT INTO public.\"t;\" (a, \"b c\") OVERRIDING SYSTEM VALUE VALUES\n\t(-1.5e3, "
          "'it''s (fine)'),\n\t(NULL, B'101')\nON CONFLICT DO NOTHING",
          "INSERT INTO t DEFAULT VALUES", "CREATE UNLOGGED TABLE t (a int)", "ALTER LARGE OBJECT 1 OWNER TO x",
          "SELECT * FROM pg_catalog.pg_restore_relation_stats('version', '180000'::integer)"})
        EXPECT_EQ(refusal(std::string{statement} + ";"), "") << statement;
}

TEST(PlainDump, ItsFirstAndLastLinesAreDemanded)
{
    EXPECT_THAT(refusal_of_file("CREATE TABLE t ();\n"), AllOf(StartsWith("a.sql:1: "), HasSubstr("no dump")));
    EXPECT_THAT(refusal_of_file("-- nothing\n"), HasSubstr("no dump"));
    EXPECT_THAT(refusal_of_file(head + "CREATE TABLE t ();\n"), HasSubstr("cut off"));
    EXPECT_THAT(refusal_of_file(head + tail + "DROP TABLE t;\n"), HasSubstr("behind the last line"));
    EXPECT_THAT(refusal_of_file("--\n-- PostgreSQL database cluster dump\n--\n"), HasSubstr("pg_dumpall"));
    EXPECT_THAT(refusal_of_file(head + "-- PostgreSQL database dump complete?\n"), HasSubstr("cut off"));
    EXPECT_EQ(refusal_of_file("\xEF\xBB\xBF" + head + tail), "");
}

TEST(PlainDump, CutAnywhereItIsRefused)
{
    const std::string whole = head +
                              "SET a = 'b';\nCREATE TABLE t (a text DEFAULT $q$x$q$);\n"
                              "COPY t (a) FROM stdin;\none\ntwo\n\\.\n\nALTER TABLE t ADD PRIMARY KEY (a);\n\n--\n"
                              "-- PostgreSQL database dump complete\n";
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
        EXPECT_NE(refusal_of_file(whole.substr(0, size)), "") << size;
    EXPECT_EQ(refusal_of_file(whole), "");
    EXPECT_THAT(refusal_of_file(whole.substr(0, whole.find("two"))),
                AllOf(StartsWith("a.sql:7: "), HasSubstr("rows of the COPY"), HasSubstr("cut off")));
}

TEST(PlainDump, OtherEncodingsAndNulBytesAreRefused)
{
    using namespace std::string_literals;
    EXPECT_THAT(refusal_of_file("\xFF\xFE-\0-\0"s), HasSubstr("UTF-16"));
    EXPECT_THAT(refusal("SET a = 'b\0c';"s), HasSubstr("NUL"));
    EXPECT_THAT(refusal("SET client_encoding = 'SJIS';"), HasSubstr("--encoding=UTF8"));
    EXPECT_EQ(refusal("SET client_encoding = 'LATIN1';"), "");
}

TEST(PlainDump, BackslashesInStringsMeanWhatTheSessionSays)
{
    EXPECT_THAT(statements("SET standard_conforming_strings = off;\nCOMMENT ON TABLE t IS 'a\\';b';\n"),
                ElementsAre("SET standard_conforming_strings = off", "COMMENT ON TABLE t IS 'a\\';b'"));
    EXPECT_THAT(statements("SET standard_conforming_strings = on;\nCOMMENT ON TABLE t IS 'a\\';\n"),
                ElementsAre("SET standard_conforming_strings = on", "COMMENT ON TABLE t IS 'a\\'"));
}

TEST(PlainDump, WhatItMakesIsCountedWithItsLocksAndExtensions)
{
    const auto made = read_all(head +
                               "SET a = 1;\nCREATE EXTENSION IF NOT EXISTS hstore WITH SCHEMA public;\n"
                               "CREATE EXTENSION \"uuid-ossp\";\nCREATE TABLE t (a int);\n"
                               "ALTER TABLE ONLY t\n    ADD CONSTRAINT k PRIMARY KEY (a);\n"
                               "CREATE UNIQUE INDEX i ON t (a);\nALTER LARGE OBJECT 4 OWNER TO x;\n" +
                               tail);
    EXPECT_THAT(made.extensions, ElementsAre("hstore", "uuid-ossp"));
    EXPECT_EQ(made.objects, 6u);
    EXPECT_EQ(made.locks, 4u);
    EXPECT_EQ(read_all(head + "SET a = 1;" + tail).objects, 0u);
    EXPECT_THAT(statements(""), IsEmpty());
}

} // namespace
} // namespace lightdash::ops
