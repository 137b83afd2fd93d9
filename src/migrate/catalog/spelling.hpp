// One spelling for what PostgreSQL writes in two.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::migrate {

// An expression, statement or definition as PostgreSQL's ruleutils.c writes it, in the spelling that it keeps when the
// text is parsed and written again. `v in ('a', 'b')` on a varchar column is first written as
//     (v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])
// and, once dumped and restored, as
//     (v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])
// because the parser hands the cast of ARRAY[…] down to its elements (parse_expr.c, transformArrayExpr). Both become
//     (v)::text = ANY (ARRAY['a'::text, 'b'::text])
// A constant that becomes text by way of varchar is the same constant. Texts, names and bodies in quotes stay as they
// are, and so does what is not understood.
std::string canonical_spelling(std::string_view definition);

} // namespace lightdash::migrate
