// Structs that do not fit a statement: each is refused with one line that says what to change.
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"

#include <string>

namespace lightdash::sql {

struct undescribed {
    int id;
};
struct inner {};
struct with_other_member {
    int id;
    inner part;
};
LIGHTDASH_DESCRIBE(with_other_member, id, part)
struct plain {
    int id;
};
LIGHTDASH_DESCRIBE(plain, id)

void values_of_an_undescribed_struct()
{
    // expected-error@*:* {{describe this struct (LIGHTDASH_DESCRIBE): its members are the columns}}
    insert("t").values_of<undescribed>();
}
void changes_of_a_member_without_a_codec()
{
    // expected-error@*:* {{a member of this struct is no parameter}}
    update("t").changes_of<with_other_member>();
}
void returning_an_undescribed_struct()
{
    // expected-error@+1 {{no matching member function for call to 'returning'}}
    insert("t").values_of<plain>().returning<undescribed>();
}
void named_with_an_undescribed_struct()
{
    // expected-error@*:* {{an argument of a statement is a described struct or a parameter}}
    (void)insert("t").values_of<plain>().named<undescribed>("t.create");
}
void call_without_the_struct()
{
    const auto create = insert("t").values_of<plain>().named<plain>("t.create");
    // expected-error@+1 {{no match}}
    (void)create();
}
void call_with_another_struct()
{
    const auto create = insert("t").values_of<plain>().named<plain>("t.create");
    // expected-error@+1 {{no match}}
    (void)create(with_other_member{});
}

} // namespace lightdash::sql
