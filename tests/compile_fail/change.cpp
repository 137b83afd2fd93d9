// What insert, update, remove and truncate refuse to compile: clauses that would have no effect.
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"

namespace lightdash::sql {

void update_with_limit()
{
    // expected-error@+1 {{no member named 'limit'}}
    update("users").set("role", "x").limit(1);
}
void update_with_order()
{
    // expected-error@+1 {{no member named 'order_by'}}
    update("users").set("role", "x").order_by("id");
}
void update_with_join()
{
    // expected-error@+1 {{no member named 'join'}}
    update("users").set("role", "x").join("projects", "a", "b");
}
void remove_with_limit()
{
    // expected-error@+1 {{no member named 'limit'}}
    remove("users").limit(1);
}
void remove_with_order()
{
    // expected-error@+1 {{no member named 'order_by'}}
    remove("users").order_by("id");
}
void remove_with_having()
{
    // expected-error@+1 {{no member named 'having'}}
    remove("users").having("id", ">", 1);
}
void remove_with_join()
{
    // expected-error@+1 {{no member named 'join'}}
    remove("users").join("projects", "a", "b");
}
void truncate_with_where()
{
    // expected-error@+1 {{no member named 'where'}}
    truncate("users").where("id", 1);
}
void truncate_of_nothing()
{
    // expected-error@+1 {{no matching constructor for initialization of 'truncate'}}
    (void)truncate();
}
void insert_with_where()
{
    // expected-error@+1 {{no member named 'where'}}
    insert("users").set("id", 1).where("id", 1);
}
void first_on_insert()
{
    // expected-error@+1 {{no member named 'first'}}
    insert("users").set("id", 1).first();
}
void upsert() // MySQL's
{
    // expected-error@+1 {{no member named 'upsert'}}
    insert("users").upsert(set("id", 1));
}
void where_on_ignored_conflict() // there is no update that it could restrict
{
    // expected-error@+1 {{no member named 'where'}}
    conflict("id").ignore().where("id", 1);
}
void merge_on_any_conflict() // do update needs to know which conflict
{
    // expected-error@+1 {{no member named 'merge'}}
    conflict::ignore_any().merge();
}
void returning_nothing()
{
    // expected-error@*:* {{returning() names at least one column}}
    remove("users").returning();
}
void change_as_subquery()
{
    // expected-error@*:* {{no viable conversion from 'const lightdash::sql::remove'}}
    select().from(remove("users"));
    // expected-error@*:* {{non-const lvalue reference}}
}

} // namespace lightdash::sql
