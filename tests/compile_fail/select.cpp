// What select refuses to compile. Each function is one case; the comments say what clang has to answer.
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/call.hpp"

namespace lightdash::sql {

void unknown_direction()
{
    // expected-error@+1 {{no matching member function for call to 'order_by'}}
    select().from("users").order_by("email", "sideways");
}
void unknown_operator()
{
    // expected-error@+1 {{is not a constant expression}}
    select().from("users").where("email", "=>", "x");
}
void outer_join() // PostgreSQL has left, right and full outer joins
{
    // expected-error@+1 {{no member named 'outer_join'}}
    select().from("a").outer_join("b", "a.id", "b.id");
}
void join_without_condition()
{
    // expected-error@+1 {{no matching member function for call to 'join'}}
    select().from("a").join("b");
}
void between_with_one_bound()
{
    // expected-error@+1 {{too few arguments to function call}}
    select().from("users").where_between("id", 1);
}
void in_without_a_list()
{
    // expected-error@+1 {{reference to type 'const choices' could not bind to an rvalue of type 'int'}}
    select().from("users").where_in("id", 4);
}
void distinct_on_nothing()
{
    // expected-error@*:* {{distinct_on() names at least one column}}
    select().from("users").distinct_on();
}
void from_nothing()
{
    // expected-error@*:* {{from() names at least one table}}
    select().from();
}
void count_of_two_columns() // PostgreSQL has no count(a, b)
{
    // expected-error@+1 {{too many arguments to function call}}
    select().count("a", "b");
    // expected-error@+1 {{no matching function for call to 'count'}}
    count("a", "b");
}
void clear_unknown()
{
    // expected-error@+1 {{cannot initialize a parameter of type 'clause'}}
    select().clear("everything");
}
void clear_a_clause_of_another_statement()
{
    // expected-error@+1 {{no member named 'returning'}}
    select().clear(select::clause::returning);
}
void with_text() // a text could come from anywhere
{
    // expected-error@+1 {{no matching member function for call to 'with'}}
    select().with("recent", "select 1");
}
void with_number_as_name()
{
    // expected-error@+1 {{no matching member function for call to 'with_materialized'}}
    select().with_materialized(1, select().from("users"));
}
void returning_of_select()
{
    // expected-error@+1 {{no member named 'returning'}}
    select().from("users").returning("id");
}
void union_of_text()
{
    // expected-error@*:* {{could not bind to an lvalue of type 'const char[9]'}}
    select().from("users").union_with("select 1");
}

void using_columns_with_conditions() // using ("a") takes none beside it
{
    // expected-error@+1 {{no member named 'where'}}
    using_columns("a").where("b", 1);
}

struct undescribed {
    int id;
};
void columns_of_an_undescribed_struct()
{
    // expected-error@+1 {{no matching function for call to 'columns_of'}}
    (void)columns_of<undescribed>();
}

} // namespace lightdash::sql
