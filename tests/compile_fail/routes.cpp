// Routes that do not compile. Each function is one case; the comments say what clang has to answer.
#include "lightdash/api/routes.hpp"

namespace lightdash::api {

struct person {
    std::string name;
};
template <>
inline constexpr bool is_caller<person> = true;

struct draft {
    std::string name;
};
LIGHTDASH_DESCRIBE(draft, name)
struct more {
    std::string text;
};
LIGHTDASH_DESCRIBE(more, text)
struct undescribed {};

using thing_id = strong_id<struct thing_tag>;
using part_id = strong_id<struct part_tag>;

task<void> of_nothing(pg::session&);
task<void> of_a_thing(pg::session&, thing_id);
task<void> of_a_part(pg::session&, thing_id, part_id);
task<void> with_body(pg::session&, const draft&);
task<void> with_two_bodies(pg::transaction&, const draft&, const more&);
task<void> reading_and_writing(pg::session&, pg::transaction&);
task<void> writing(pg::transaction&);
task<void> with_something(pg::session&, undescribed);
task<void> with_a_copied_caller(person, pg::session&);
task<void> with_a_copied_body(pg::transaction&, draft);
int without_waiting(pg::session&);
constexpr need right{.right = 1};

void fewer_parameters_in_the_pattern(routes& r)
{
    // expected-error@+2 {{is not a constant expression}}
    // expected-note@* {{'the_handler_takes_more_ids_than_the_pattern_has_parameters' cannot be used}}
    r.get("/things", right, of_a_thing, "A thing");
}
void more_parameters_in_the_pattern(routes& r)
{
    // expected-error@+2 {{is not a constant expression}}
    // expected-note@* {{'the_pattern_has_more_parameters_than_the_handler_takes_ids' cannot be used}}
    r.get("/things/{thing}", right, of_nothing, "A thing");
}
void other_names_in_the_pattern(routes& r)
{
    // expected-error@+1 {{is not a constant expression}}
    r.get("/things/{chart}", right, of_a_thing, "A thing");
}
void another_order_in_the_pattern(routes& r)
{
    // expected-error@+1 {{is not a constant expression}}
    r.get("/parts/{part}/of/{thing}", right, of_a_part, "A part of a thing");
}
void a_body_on_get(routes& r)
{
    // expected-error@*:* {{a GET or DELETE has no body: take the struct as const api::query<T>&}}
    r.get("/things", right, with_body, "Things");
}
void a_body_on_delete(routes& r)
{
    // expected-error@*:* {{a GET or DELETE has no body: take the struct as const api::query<T>&}}
    r.remove("/things", right, with_body, "No things");
}
void two_bodies(routes& r)
{
    // expected-error@*:* {{a request has one body: join the two structs in one, or take one as api::query<T>}}
    r.post("/things", right, with_two_bodies, "Make a thing");
}
void reading_beside_writing(routes& r)
{
    // expected-error@*:* {{a handler reads or writes: take one of pg::session&, pg::snapshot& and pg::transaction&}}
    r.post("/things", right, reading_and_writing, "Make a thing");
}
void a_get_that_writes(routes& r)
{
    // expected-error@*:* {{a GET changes nothing: take pg::session& or pg::snapshot&}}
    r.get("/things", right, writing, "Things");
}
void without_a_right(routes& r)
{
    // expected-error@*:* {{write needs(right) or open between the pattern and the handler}}
    r.get("/things", of_nothing, "Things");
}
void a_parameter_that_nothing_supplies(routes& r)
{
    // expected-error@*:* {{nothing supplies one of the handler's parameters}}
    r.get("/things", right, with_something, "Things");
}
void a_copied_caller(routes& r)
{
    // expected-error@*:* {{take the caller, the query and the body as const T&, a session or transaction as T&}}
    r.get("/things", right, with_a_copied_caller, "Things");
}
void a_copied_body(routes& r)
{
    // expected-error@*:* {{take the caller, the query and the body as const T&, a session or transaction as T&}}
    r.post("/things", right, with_a_copied_body, "Make a thing");
}
void using_the_database_without_waiting(routes& r)
{
    // expected-error@*:* {{a handler that uses the database, or what the program gave, returns task<T>}}
    r.get("/things", right, without_waiting, "Things");
}

} // namespace lightdash::api
