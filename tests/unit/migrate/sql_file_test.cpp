#include "lightdash/migrate/sql_file.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/sql_splitter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace lightdash::migrate {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> split(std::string_view text)
{
    std::vector<std::string> texts;
    for (auto& statement : split_statements("f.sql", text))
        texts.push_back(statement.text);
    return texts;
}

std::string refusal(std::string_view text)
{
    try {
        parse_sql_file("migrations/007_x.sql", text);
    } catch (const error& refused) {
        EXPECT_EQ(refused.kind(), error_kind::configuration);
        return refused.message();
    }
    return "accepted";
}

TEST(SplitStatements, CutsAtSemicolonsOutsideOfEverything)
{
    EXPECT_THAT(split("select 1; select 2 ;\n\n;; select 3"), ElementsAre("select 1", "select 2", "select 3"));
    EXPECT_THAT(split("select ';', 'it''s;' ; select \"a;\"\"b\""),
                ElementsAre("select ';', 'it''s;'", "select \"a;\"\"b\""));
    EXPECT_THAT(split(R"(select E'a\';b', e'\\'; select 'x\'; select 2)"),
                ElementsAre(R"(select E'a\';b', e'\\')", R"(select 'x\')", "select 2"));
    EXPECT_THAT(split(R"(select E'a''b\';c'; select 2)"), ElementsAre(R"(select E'a''b\';c')", "select 2"));
    EXPECT_THAT(split("do $$ begin; end $$; do $x$ $$;$$ $y$;$y$ $x$"),
                ElementsAre("do $$ begin; end $$", "do $x$ $$;$$ $y$;$y$ $x$"));
    EXPECT_THAT(split("select $1; select a$b$c; select 1"), ElementsAre("select $1", "select a$b$c", "select 1"));
    EXPECT_THAT(split("create rule r as on insert to t do (select 1; select 2); select 3"),
                ElementsAre("create rule r as on insert to t do (select 1; select 2)", "select 3"));
}

TEST(SplitStatements, KeepsATextThatGoesOnInTheNextLineWhole)
{
    for (const auto* one :
         {"select E'a'\n  'b\\';c'", "select e'a' -- about; it's\n\n -- more\n 'b\\';c' ", "select E'a'\r'\\';'"})
        EXPECT_THAT(split(std::string{one} + "; select 2"), ElementsAre(::testing::StartsWith("select "), "select 2"))
            << one;
    EXPECT_THAT(split("select E'a' '\\'; select 2"), ElementsAre("select E'a' '\\'", "select 2"))
        << "on one line it is a syntax error of the server's, and an ordinary text";
    EXPECT_THAT(split("select 'a'\n'\\'; select 2"), ElementsAre("select 'a'\n'\\'", "select 2"));
}

TEST(SplitStatements, ReadsNumbersAsPostgresqlDoes)
{
    EXPECT_THAT(split("select 1$$a;b$$; select 1e'\\';'; select $1$$;$$"),
                ElementsAre("select 1$$a;b$$", "select 1e'\\';'", "select $1$$;$$"));
}

TEST(SplitStatements, RefusesWhatOnlyPsqlUnderstandsWithItsLine)
{
    const auto failure = [](std::string_view text) {
        try {
            split_statements("f.sql", text, 1);
        } catch (const error& refused) {
            return refused.message();
        }
        return std::string{"accepted"};
    };
    EXPECT_EQ(failure("-- dump\n\\restrict abc\nselect 1;"),
              "f.sql:2: \\restrict is a line that pg_dump writes for psql alone: take it out.");
    EXPECT_THAT(failure("select 1;\n\\unrestrict abc"), HasSubstr("f.sql:2: \\unrestrict is a line that pg_dump"));
    EXPECT_EQ(failure("select 1;\n\n\\i other.sql\n"), "f.sql:3: \\i is a command of psql, not of SQL: write what it "
                                                       "does as SQL, or take it out.");
    EXPECT_THAT(failure("select 1\n\\gset"), HasSubstr("f.sql:2: \\gset is a command of psql"));
    EXPECT_THAT(failure("\\set x 1"), HasSubstr("f.sql:1: \\set is"));
    EXPECT_EQ(
        failure("select 1;\ncopy t (a) from stdin with (format csv);\n1,'\n\\.\n"),
        "f.sql:2: COPY … FROM stdin is between psql and the server: write the rows as INSERT (pg_dump --inserts).");
    EXPECT_THAT(failure("COPY public.t FROM STDIN;\n\\N\t1\n"), HasSubstr("f.sql:1: COPY … FROM stdin"));
    EXPECT_THAT(failure("copy (select stdin from t) to stdout;"), HasSubstr("f.sql:1: COPY … TO stdout"));
    EXPECT_EQ(
        failure("copy t from '/tmp/stdin'; copy stdin from '/x'; create table stdin (copy int); select '\\i'; select "
                "$$\\i$$ -- \\i"),
        "accepted");
}

TEST(SplitStatements, LeavesCommentsOutBetweenStatementsAndKeepsThemInside)
{
    EXPECT_THAT(split("-- a;\nselect /* b; /* nested; */ c; */ 1 -- d;\n; -- e;\n/* f */"),
                ElementsAre("select /* b; /* nested; */ c; */ 1 -- d;"));
    EXPECT_THAT(split("  \n-- nothing\n/* at all; */ ;"), IsEmpty());
}

TEST(SplitStatements, KeepsBodiesOfSqlFunctionsWhole)
{
    const std::string function =
        "create or replace function f() returns int language sql begin atomic select 1; select case "
        "when true then 2 end; end";
    EXPECT_THAT(split(function + "; select 3"), ElementsAre(function, "select 3"));
    // `end` is also a column's name, and an exponent a part of its number.
    EXPECT_THAT(
        split("create function f() returns int language sql begin atomic select 1; select a end; end; select 2"),
        ElementsAre("create function f() returns int language sql begin atomic select 1; select a end; end",
                    "select 2"));
    EXPECT_THAT(split("select 1e0$$a;b$$; select 2"), ElementsAre("select 1e0$$a;b$$", "select 2"));
    EXPECT_THAT(split("begin; select 1; end; create table function_names (atomic int); select 2"),
                ElementsAre("begin", "select 1", "end", "create table function_names (atomic int)", "select 2"));
}

TEST(SplitStatements, KnowsTheLineEachStatementBeginsOn)
{
    const auto statements = split_statements("f.sql", "\n-- c\nselect\n1;\n\nselect 2; select $$\n\n$$; select 4", 10);
    std::vector<int> lines;
    for (const auto& statement : statements)
        lines.push_back(statement.line);
    EXPECT_THAT(lines, ElementsAre(12, 15, 15, 17));
}

TEST(SplitStatements, NamesTheLineOfWhatIsNotClosed)
{
    const auto failure = [](std::string_view text) {
        try {
            split_statements("f.sql", text, 1);
        } catch (const error& refused) {
            return refused.message();
        }
        return std::string{"accepted"};
    };
    EXPECT_EQ(failure("select 1;\nselect 'abc;\n"), "f.sql:2: a quoted text is not closed.");
    EXPECT_EQ(failure("select \"abc;\n"), "f.sql:1: a quoted name is not closed.");
    EXPECT_EQ(failure("\n\n/* a /* b */ c"), "f.sql:3: a comment is not closed.");
    EXPECT_EQ(failure("do $a$ x $b$"), "f.sql:1: the text quoted with $a$ is not closed.");
    EXPECT_EQ(failure("select (1;\nselect 2;"), "f.sql:1: a parenthesis is not closed.");
}

TEST(SqlFile, HoldsWhatIsBetweenItsMarkers)
{
    const auto made = parse_sql_file("migrations/007_add_things.sql",
                                     "-- about\n\n-- migrate:up\ncreate table a (b int);\nselect 1;\n"
                                     "--migrate:down\ndrop table a;\n");
    EXPECT_EQ(made.name, "007_add_things");
    EXPECT_EQ(made.file, "migrations/007_add_things.sql");
    EXPECT_TRUE(made.transaction);
    EXPECT_TRUE(made.reversible());
    ASSERT_EQ(made.up.size(), 2U);
    EXPECT_EQ(made.up[0].text, "create table a (b int)");
    EXPECT_EQ(made.up[0].line, 4);
    EXPECT_EQ(made.up[1].line, 5);
    ASSERT_EQ(made.down.size(), 1U);
    EXPECT_EQ(made.down[0].line, 7);
}

TEST(SqlFile, MayRunOutsideOfATransactionAndMayBeIrreversible)
{
    const auto made = parse_sql_file("1_x.sql", "-- migrate:up transaction:off\nselect 1;\n-- migrate:down\n");
    EXPECT_FALSE(made.transaction);
    EXPECT_FALSE(made.reversible());
}

TEST(SqlFile, HasAChecksumOfItsTextWhateverTheLineEnds)
{
    const auto text = std::string{"-- migrate:up\nselect 1;\n-- migrate:down\n"};
    const auto made = parse_sql_file("1_x.sql", text);
    EXPECT_EQ(made.checksum, checksum_of(text));
    EXPECT_EQ(parse_sql_file("1_x.sql", "-- migrate:up\r\nselect 1;\r\n-- migrate:down\r\n").checksum, made.checksum);
    EXPECT_NE(parse_sql_file("1_x.sql", "-- migrate:up\nselect 2;\n-- migrate:down\n").checksum, made.checksum);
}

TEST(SqlFile, KeepsTheBytesInsideOfQuotes)
{
    const auto made =
        parse_sql_file("1_x.sql", "\xEF\xBB\xBF-- migrate:up transaction:off\r\nselect 'a\r\nb',\r\n1;\r\n"
                                  "do $$\r\n$$;\r\n-- migrate:down \r\nselect 2;");
    EXPECT_FALSE(made.transaction);
    ASSERT_EQ(made.up.size(), 2U);
    EXPECT_EQ(made.up[0].text, "select 'a\r\nb',\r\n1");
    EXPECT_EQ(made.up[1].text, "do $$\r\n$$");
    EXPECT_EQ(made.up[1].line, 5);
    EXPECT_EQ(made.down.size(), 1U);
    EXPECT_EQ(parse_sql_file("1_x.sql",
                             "-- migrate:up transaction:off\nselect 'a\nb',\n1;\ndo $$\n$$;\n-- migrate:down "
                             "\nselect 2;")
                  .checksum,
              made.checksum);
}

TEST(SqlFile, RefusesWhatIsNoTextWithTheBytesPlace)
{
    EXPECT_EQ(refusal(std::string_view{"-- migrate:up\n\0", 15}),
              "migrations/007_x.sql:2: byte 15 is NUL: this is no text.");
    EXPECT_THAT(refusal(std::string_view{"\xFF\xFE-\0-\0", 6}), HasSubstr("007_x.sql:1: byte 1 begins a UTF-16"));
    EXPECT_THAT(refusal("-- migrate:up\nselect 'gr\xFC\xDF';\n"),
                HasSubstr("007_x.sql:2: byte 25 (0xFC) is not UTF-8"));
    EXPECT_THAT(refusal("-- migrate:up\rselect 1;\r"), HasSubstr("007_x.sql:1: its lines end in a carriage return"));
}

TEST(SqlFile, SaysWhereAndWhatIsWrongInOneSentence)
{
    EXPECT_EQ(refusal(""), "migrations/007_x.sql:1: there is no line \"-- migrate:up\".");
    EXPECT_EQ(refusal("select 1;\n-- migrate:up\n"), "migrations/007_x.sql:1: there is SQL before \"-- migrate:up\".");
    EXPECT_THAT(refusal("-- migrate:up\nselect 1;\n"), HasSubstr("007_x.sql:2: there is no line \"-- migrate:down\""));
    EXPECT_THAT(refusal("-- migrate:down\n"), HasSubstr(":1: migrate:down stands before migrate:up"));
    EXPECT_THAT(refusal("-- migrate:up\nselect 1;\n-- migrate:up\n-- migrate:down\n"),
                HasSubstr(":3: migrate:up stands here a second "
                          "time (first on line 1)"));
    EXPECT_THAT(refusal("-- migrate:up\n-- migrate:down\n"), HasSubstr(":1: migrate:up holds no statement"));
    EXPECT_THAT(refusal("-- migrate:sideways\n"), HasSubstr("\"migrate:sideways\" is neither"));
    EXPECT_THAT(refusal("-- migrate:up fast\n"), HasSubstr("the option \"fast\" is not known"));
    EXPECT_THAT(refusal("-- migrate:up\nselect 1;\n-- migrate:down transaction:off\n"),
                HasSubstr(":3: transaction:off belongs to migrate:up"));
    EXPECT_THAT(refusal("-- migrate:up\nselect 1;\n\nselect 'a;\n-- migrate:down\n"),
                HasSubstr(":4: a quoted text is not closed"));
    EXPECT_THAT(refusal("-- migrate:up\nselect 1;\n\\i x\n-- migrate:down\n"),
                HasSubstr(":3: \\i is a command of psql"));
}

TEST(LeadingWords, AreUpperCaseAndAtMostTwo)
{
    EXPECT_EQ(leading_words("create table a"), "CREATE TABLE");
    EXPECT_EQ(leading_words("Commit"), "COMMIT");
    EXPECT_EQ(leading_words("select(1)"), "SELECT");
    EXPECT_EQ(leading_words(""), "");
}

} // namespace
} // namespace lightdash::migrate
