#include "lightdash/sql/identifier.hpp"

#include "lightdash/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace lightdash::sql {
namespace {

using namespace std::string_view_literals;

TEST(Identifier, IsQuotedAndItsQuotesAreDoubled)
{
    EXPECT_EQ(quote_identifier("users"), R"("users")");
    EXPECT_EQ(quote_identifier(R"(a"; drop table users; --)"), R"("a""; drop table users; --")");
    EXPECT_EQ(quote_identifier("größe.x"), R"("größe.x")");
}

TEST(Identifier, RefusesWhatPostgresqlWouldCutOrCannotHold)
{
    EXPECT_EQ(quote_identifier(std::string(63, 'a')).size(), 65U);
    EXPECT_THROW(quote_identifier(std::string(64, 'a')), error);
    EXPECT_THROW(quote_identifier("a\0b"sv), error);
    EXPECT_THROW(quote_identifier(""), error);
    try {
        quote_identifier(std::string(70, 'x'));
        FAIL();
    } catch (const error& refused) {
        EXPECT_NE(refused.message().find("has 70 bytes, but PostgreSQL keeps only 63"), std::string::npos)
            << refused.message();
    }
}

TEST(Identifier, IsQuotedPartByPartWhenQualified)
{
    EXPECT_EQ(quote_qualified("reports.monthly"), R"("reports"."monthly")");
    EXPECT_EQ(quote_qualified("users"), R"("users")");
    EXPECT_THROW(quote_qualified("reports."), error);
    EXPECT_THROW(quote_qualified(".users"), error);
}

TEST(Literal, CannotEndItself)
{
    EXPECT_EQ(quote_literal("it's"), "'it''s'");
    EXPECT_EQ(quote_literal(R"(a\'b)"), R"(E'a\\''b')");
    EXPECT_THROW(quote_literal("a\0b"sv), error);
}

} // namespace
} // namespace lightdash::sql
