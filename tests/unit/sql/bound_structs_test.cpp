// Structs as the values of a prepared statement: by their members' names, whatever the order of the text.
#include "lightdash/json/types.hpp"
#include "lightdash/sql/builder.hpp"
#include "unit/sql/building.hpp"

#include <gmock/gmock.h>

namespace lightdash::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using user_id = strong_id<struct user_tag>;
using project_id = strong_id<struct project_tag>;

struct page {
    std::string name;
    std::optional<std::string> about;
    int views = 0;
};
LIGHTDASH_DESCRIBE(page, name, about, views)

struct page_changes {
    json::omittable<std::string> name;
    json::patch<std::string> about;
    std::optional<int> views;
    bool open = false;
};
LIGHTDASH_DESCRIBE(page_changes, name, about, views, open)

struct editor {
    user_id user;
    std::string mail;
};
LIGHTDASH_DESCRIBE(editor, user, mail)

struct shelf {
    std::optional<page> first;
    editor by;
};
LIGHTDASH_DESCRIBE(shelf, first, by)

const project_id some_project{*uuid::parse("3fa85f64-5717-4562-b3fc-2c963f66afa6")};

// What is sent: texts as they are, anything else by its number of bytes.
std::vector<std::string> sent(const pg::bound_statement& bound)
{
    std::vector<std::string> made;
    for (const auto& each : bound.values.values())
        made.push_back(each.null                       ? "NULL"
                       : each.type == pg::oid::text    ? std::string{bound.values.data(each)}
                       : each.type == pg::oid::boolean ? (*bound.values.data(each) != 0 ? "true" : "false")
                                                       : std::to_string(each.length) + " bytes");
    return made;
}

TEST(values_of, makes_a_column_of_each_member)
{
    const auto made = insert("pages").values_of<page>().returning<page>().named<page>("pages.create");
    EXPECT_EQ(made.text(), R"(insert into "pages" ("name", "about", "views") values ($1, $2, $3) returning "name", )"
                           R"("about", "views")");
    EXPECT_THAT(sent(made(page{"a", std::nullopt, 7})), ElementsAre("a", "NULL", "4 bytes"));
    EXPECT_EQ(made(page{"a", "b", 7}).values.values()[1].type, pg::oid::text);
}

TEST(values_of, lets_set_take_a_members_place_and_add_columns)
{
    const auto made = insert("pages")
                          .values_of<page>()
                          .set("views", raw("0"))
                          .set("author", param<user_id>())
                          .set("project", ref("p.id"))
                          .from(select().from("projects as p").where("p.id", param<project_id>()))
                          .named<project_id, editor, page>("pages.create");
    EXPECT_EQ(made.text(),
              R"(insert into "pages" ("name", "about", "views", "author", "project") select $1, $2, 0, $3, )"
              R"("p"."id" from "projects" as "p" where "p"."id" = $4)");
    EXPECT_THAT(sent(made(some_project, editor{{}, "m"}, page{"a", "b", 7})),
                ElementsAre("a", "b", "16 bytes", "16 bytes"));
}

TEST(values_of, refuses_a_column_that_is_set_twice)
{
    EXPECT_THAT(refusal([] { insert("t").set("name", 1).values_of<page>(); }), HasSubstr("is set twice"));
    EXPECT_THAT(refusal([] { insert("t").values_of<page>().set("name", 1).set("name", 2); }), HasSubstr("set twice"));
    EXPECT_THAT(refusal([] { insert("t").values_of<page>().values_of<page>(); }), HasSubstr("set twice"));
}

TEST(changes_of, leaves_what_is_absent_as_it_is)
{
    const auto made = update("pages as p")
                          .changes_of<page_changes>("p")
                          .where("p.id", param<project_id>())
                          .named<page_changes, project_id>("u");
    EXPECT_EQ(made.text(),
              R"(update "pages" as "p" set "name" = coalesce($1, "p"."name"), "about" = case when $2 then $3 )"
              R"(else "p"."about" end, "views" = coalesce($4, "p"."views"), "open" = $5 )"
              R"(where "p"."id" = $6)");
    EXPECT_THAT(sent(made({}, some_project)), ElementsAre("NULL", "false", "NULL", "NULL", "false", "16 bytes"));
    page_changes emptied;
    emptied.about.present = true;
    emptied.name.emplace("n");
    EXPECT_THAT(sent(made(emptied, some_project)), ElementsAre("n", "true", "NULL", "NULL", "false", "16 bytes"));
    emptied.about.value = "b";
    EXPECT_THAT(sent(made(emptied, some_project)), ElementsAre("n", "true", "b", "NULL", "false", "16 bytes"));
    EXPECT_EQ(text(update("t").changes_of<editor>().set("user", 1).set("mail", raw("''"))),
              R"(update "t" set "user" = $1, "mail" = '')");
}

TEST(named, finds_members_of_structs_in_structs)
{
    const auto made =
        select(param<std::string>("by_mail"), param<std::string>("first_name"), param<user_id>()).named<shelf>("shelf");
    EXPECT_THAT(sent(made({page{"a", "b", 1}, {{}, "m"}})), ElementsAre("m", "a", "16 bytes"));
    EXPECT_THAT(sent(made({std::nullopt, {{}, "m"}})), ElementsAre("m", "NULL", "16 bytes"));
}

TEST(named, gives_one_value_to_all_places_of_a_name_and_of_an_id)
{
    const auto made = select()
                          .where("a", param<project_id>())
                          .where("b", param<std::string>("mail"))
                          .where("c", param<project_id>())
                          .where("d", param<std::string>("mail"))
                          .named<editor, project_id>("t");
    EXPECT_EQ(made.text(), R"(select * where "a" = $1 and "b" = $2 and "c" = $1 and "d" = $2)");
    EXPECT_EQ(made.open_parameters(), 2U);
}

TEST(named, keeps_values_that_are_given_beforehand_between_those_of_structs)
{
    const auto made = select().where("a", "x").where("b", param<std::string>("mail")).where("c", 1).named<editor>("t");
    EXPECT_THAT(sent(made({{}, "m"})), ElementsAre("x", "m", "4 bytes"));
}

TEST(raw_open, takes_its_types_from_what_is_bound)
{
    const auto made = raw::open("select (:views::int4), :name, ':no', :views").named<page>("t");
    EXPECT_EQ(made.text(), "select ($1::int4), $2, ':no', $1");
    EXPECT_EQ(made(page{"a", {}, 1}).values.values()[0].type, pg::oid::int4);
    EXPECT_THAT(refusal([] { raw::open("select :a:"); }), HasSubstr(":a:"));
    EXPECT_EQ(select(raw::open(":views")).where("a", param<int>("views")).named<page>("t").text(),
              R"(select $1 where "a" = $1)");
}

TEST(named, says_what_does_not_fit)
{
    const auto by = [](std::string_view name) { return select().where("a", param<std::string>(name)); };
    EXPECT_THAT(refusal([&] { by("nam").named<page>("t.find"); }),
                HasSubstr(R"("t.find" has a parameter "nam" that no argument brings; their members are name, about, )"
                          R"(views; did you mean name?)"));
    EXPECT_THAT(refusal([&] { by("name").named<page, editor>("t.find"); }), HasSubstr("no use for its argument 2"));
    EXPECT_THAT(refusal([&] { by("name").named<page, project_id>("t.find"); }), HasSubstr("no use for its argument 2"));
    EXPECT_THAT(refusal([&] { by("name").named<page, page>("t.find"); }), HasSubstr("two values for one parameter"));
    EXPECT_THAT(refusal([&] { by("views").named<page>("t.find"); }), HasSubstr("takes text"));
    EXPECT_THAT(refusal([&] { by("name").named("t.find")(); }), HasSubstr("1 open parameters, but 0"));
}

} // namespace
} // namespace lightdash::sql
