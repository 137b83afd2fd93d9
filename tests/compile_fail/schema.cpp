// What the schema builder refuses to compile.
#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>

namespace lightdash::sql {

extern const std::string sent;

void deferrable_unique_index(table& t) // only constraints are checked late
{
    // expected-error@+1 {{no member named 'deferrable'}}
    t.unique_index({"email"}).deferrable();
}
void partial_unique_constraint(table& t) // only an index has a predicate
{
    // expected-error@+1 {{no member named 'where'}}
    t.unique({"email"}).where(raw("deleted_at is null"));
}
void column_without_name(table& t)
{
    // expected-error@+1 {{no matching member function for call to 'string'}}
    t.string();
}
void predicate_of_a_string(table& t)
{
    // expected-error@+1 {{no viable conversion}}
    t.index({"email"}).where(sent);
}

} // namespace lightdash::sql
