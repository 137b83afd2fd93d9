// Values and raw text: what a caller sent must not become SQL text, and what is missing must not become NULL.
#include "lightdash/sql/call.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"

#include <string>

namespace lightdash::sql {

extern const std::string sent;

void raw_of_a_string()
{
    // expected-error@+1 {{no matching constructor for initialization of 'raw'}}
    raw{sent};
}
void raw_of_a_view()
{
    // expected-error@+1 {{no matching constructor for initialization of 'raw'}}
    raw{std::string_view{sent}};
}
void where_raw_of_a_string()
{
    // expected-error@+1 {{no matching member function for call to 'where_raw'}}
    select().from("users").where_raw(sent);
}
void raw_with_too_few_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    raw("select ?, ?", 1);
}
void raw_with_too_many_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    raw("select ?", 1, 2);
}
void where_raw_with_too_few_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    select().from("users").where_raw("id = ? and role = ?", 1);
}
void raw_without_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    raw("select ?");
}
void raw_with_a_name_without_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    raw("select :id");
}
void where_raw_without_arguments()
{
    // expected-error@+1 {{is not a constant expression}}
    select().from("users").where_raw("id = ?");
}
void operator_of_a_string()
{
    const std::string op = "=";
    // expected-error@+1 {{no matching member function for call to 'where'}}
    select().from("users").where("id", op, 1);
}
void function_name_of_a_string()
{
    // expected-error@+1 {{no matching constructor for initialization of 'call'}}
    call{sent, 1};
}
void name_of_a_statement_of_a_string()
{
    // expected-error@+1 {{no matching member function for call to 'named'}}
    (void)select().from("users").named(sent);
}
void null_pointer_as_value() // NULL is std::nullopt
{
    // expected-error@+1 {{attempt to use a deleted function}}
    select().from("users").where("id", nullptr);
}
void null_pointer_as_name()
{
    // expected-error@+1 {{attempt to use a deleted function}}
    select().from("users").where(nullptr, 1);
}
void value_without_a_codec()
{
    struct thing {};
    // expected-error@+1 {{no matching member function for call to 'where'}}
    select().from("users").where("id", thing{});
}
void values_without_a_codec()
{
    struct thing {};
    // expected-error@+1 {{no matching member function for call to 'where'}}
    select().from("users").where("id", std::vector<thing>{});
}
void list_of_values_without_a_codec()
{
    // expected-error@+1 {{no viable conversion from}}
    select().from("users").where_in("tags", std::vector<std::vector<int>>{});
}
void call_with_values_of_other_types()
{
    const auto find = select().from("users").where("id", param<int>()).named<int>("users.find");
    // expected-error@+1 {{no match}}
    (void)find(std::string{"1"});
}
void call_with_too_few_values()
{
    const auto find = select().from("users").where("id", param<int>()).named<int>("users.find");
    // expected-error@+1 {{no match}}
    (void)find();
}

} // namespace lightdash::sql
