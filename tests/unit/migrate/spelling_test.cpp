// What PostgreSQL writes in two spellings comes out in one; everything else stays as it is.
#include "migrate/catalog/spelling.hpp"

#include <gtest/gtest.h>

namespace lightdash::migrate {
namespace {

TEST(SettledSpelling, TheCastOfAnArrayIsThatOfItsElements)
{
    const auto* once = "CHECK (((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))";
    const auto* twice =
        "CHECK (((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))";
    EXPECT_EQ(canonical_spelling(once), "CHECK (((v)::text = ANY (ARRAY['a'::text, 'b'::text])))");
    EXPECT_EQ(canonical_spelling(once), canonical_spelling(twice));
    EXPECT_EQ(canonical_spelling("((ARRAY[v, lower(x)])::character varying(5)[] @> a)"),
              "(ARRAY[(v)::character varying(5), (lower(x))::character varying(5)] @> a)");
    EXPECT_EQ(canonical_spelling("(ARRAY[ARRAY[a, b], ARRAY[c, d]])::\"My Schema\".\"T\"[]"),
              "ARRAY[ARRAY[(a)::\"My Schema\".\"T\", (b)::\"My Schema\".\"T\"], ARRAY[(c)::\"My Schema\".\"T\", "
              "(d)::\"My Schema\".\"T\"]]");
}

TEST(SettledSpelling, WhereParenthesesAreLeftOutToo)
{
    EXPECT_EQ(canonical_spelling("v::text = ANY (ARRAY['a'::character varying, 'b'::character varying]::text[])"),
              canonical_spelling("v::text = ANY (ARRAY['a'::character varying::text, 'b'::character varying::text])"));
    EXPECT_EQ(canonical_spelling("ARRAY[lower(x), a || b]::text[]"), "ARRAY[lower(x)::text, (a || b)::text]");
}

TEST(SettledSpelling, CommasAndBracketsInTextsNamesAndCallsDivideNothing)
{
    EXPECT_EQ(canonical_spelling("(ARRAY['a,]'::character varying, E'\\\\''),('::character varying, f(1, 2), "
                                 "\"x],\"])::text[]"),
              "ARRAY['a,]'::text, E'\\\\''),('::text, (f(1, 2))::text, (\"x],\")::text]");
}

TEST(SettledSpelling, WhatIsNoCastOfAnArrayStays)
{
    for (const auto* same :
         {"", "integer not null", "(ARRAY[]::text[] = a)", "ARRAY['a'::text, 'b'::text]", "f(ARRAY['a'::text])::text[]",
          "('a'::character varying)::text[]", "('a'::character varying(3))::text", "('a '::bpchar)::text",
          "lower('a'::character varying)::text", "((v)::character varying)::text",
          "AS $f$ select (ARRAY[a])::text[] $f$", "'(ARRAY[a])::text[]'", "options (quote='; ARRAY[)", "ARRAY[",
          "(ARRAY[a])::text"})
        EXPECT_EQ(canonical_spelling(same), same);
}

} // namespace
} // namespace lightdash::migrate
