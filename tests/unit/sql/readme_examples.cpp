// The code of include/lightdash/sql/README.md: readme_test.cpp looks for each piece of it here.
#include "lightdash/sql/builder.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"

#include <string>
#include <tuple>
#include <vector>

namespace lightdash::sql::readme {

const std::vector<int> ids{1, 2};
const std::string text{"a = ?"};
const pg::json_text json{R"({"lang":"en"})"};

void whole_query()
{
    static const auto recent = select("d.id", "d.name", "u.first_name")
                                   .from("dashboards as d")
                                   .join("users as u", "u.id", "d.created_by")
                                   .where("d.project_id", param<uuid>())
                                   .where_in("d.status", {"active", "draft"})
                                   .order_by("d.created_at", desc)
                                   .limit(10)
                                   .named<uuid>("dashboards.recent");
    (void)recent;
}
struct tile {
    std::string title;
    int x = 0;
};
LIGHTDASH_DESCRIBE(tile, title, x)

const std::vector<tile> tiles{{"Sales", 1}};

void described_structs()
{
    select(columns_of<tile>());
    select(columns_of<tile>("t").set("x", "t.position_x")).from("tiles as t");
    insert("t").returning(columns_of<tile>());
    insert("t").row(tile{"Sales", 1});
    insert("t").rows(tiles);
    insert("t").unnest(tiles);
    insert("t").values_of<tile>().set("x", raw("0")).returning<tile>().named<tile>("t.create");
    update("t").changes_of<tile>();
    select().from("t").where("x", param<int>("x")).named<tile>("t.at");
    raw::open("select :x + 1").named<tile>("t.next");
    insert("t").set("a", ref("u.a")).set("b", 1).from(select().from("u"));
}

void columns_and_tables()
{
    select("a", "b as c", raw("1"));
    select("a").columns("b").from("t");
    select(select().from("t").as("x")).from("u");
    (void)ref("a").as("any.name");
    select().distinct("a").from("t");
    select().from("t").distinct_on("a");
    select().from("t as u");
    select().from("t", "u");
    select().from(only("t"));
    select().from(select("a").from("t").as("u"));
    select().from(raw("generate_series(1, ?) as n", 3));
    select().from("t").with_schema("reports");
    select().with("x", select("a").from("t")).from("x");
    select().with("x", {"a"}, raw("select 1")).from("x");
    select().with("gone", remove("t").returning("a")).from("gone");
    select().with_materialized("x", select().from("t")).from("x");
    select().with_not_materialized("x", select().from("t")).from("x");
    select().with_recursive("x", {"n"}, raw("select 1 union all select n + 1 from x where n < ?", 9)).from("x");
    select("a.b.c", "tags[1]", "t.*", "a as b");
}

void conditions()
{
    select().from("t").where("a", 1);
    select().from("t").where("a", ">=", 1);
    select().from("t").where("a", std::nullopt);
    select().from("t").where(raw("lower(a)"), "=", "x");
    select().from("t").where("a", "=", select().max("a").from("u"));
    select().from("t").where(true);
    select().from("t").where("a", 1).or_where("b", 2);
    select().from("t").or_where("b", 2);
    select().from("t").where_not("a", 1);
    select().from("t").or_where_not("a", 1);
    select().from("t").where(where("a", 1).or_where("b", 2));
    select().from("t").where_not(condition().where_null("a").or_where_null("b"));
    select().from("t").where_column("t.a", "t.b");
    select().from("t").where_column("a", "<", "b");
    select().from("t").or_where_column("a", "b");
    select().from("t").where_not_column("a", "b");
    select().from("t").or_where_not_column("a", "b");
    select().from("t").where_in("a", {1, 2});
    select().from("t").where_in("a", ids);
    select().from("t").where_in("a", select("a").from("u"));
    select().from("t").or_where_in("a", {1, 2});
    select().from("t").where_in("a", each{1, 2});
    select().from("t").where_in(row("a", "b"), each{std::tuple{1, 2}, std::tuple{3, 4}});
    select().from("t").where_in(row("a", "b"), unnest(ids, ids));
    select().from("t").where_not_in("a", {1, 2});
    select().from("t").or_where_not_in("a", each{1, 2});
    select().from("t").where_null("a");
    select().from("t").where_not_null("a");
    select().from("t").or_where_null("a");
    select().from("t").or_where_not_null("a");
    select().from("t").where_between("a", 1, 2);
    select().from("t").or_where_between("a", 1, 2);
    select().from("t").where_not_between("a", 1, 2);
    select().from("t").or_where_not_between("a", 1, 2);
    select().from("t").where_exists(select("a").from("u").where_column("u.a", "t.a"));
    select().from("t").where_not_exists(raw("select 1"));
    select().from("t").or_where_exists(raw("select 1"));
    select().from("t").or_where_not_exists(raw("select 1"));
    select().from("t").where_like("a", "x%");
    select().from("t").where_ilike("a", "x%");
    select().from("t").or_where_like("a", "x%");
    select().from("t").or_where_ilike("a", "x%");
    select().from("t").where_raw("a % ? = 0", 2);
    select().from("t").or_where_raw("a is document");
    select().from("t").where_json_object("j", json);
    select().from("t").where_not_json_object("j", json);
    select().from("t").or_where_json_object("j", json);
    select().from("t").or_where_not_json_object("j", json);
    select().from("t").where_json_path("j", "$.size", ">", 10);
    select().from("t").or_where_json_path("j", "$.lang", "=", "en");
    select().from("t").where_json_superset_of("j", json);
    select().from("t").where_json_not_superset_of("j", json);
    select().from("t").or_where_json_superset_of("j", json);
    select().from("t").or_where_json_not_superset_of("j", json);
    select().from("t").where_json_subset_of("j", json);
    select().from("t").where_json_not_subset_of("j", json);
    select().from("t").or_where_json_subset_of("j", json);
    select().from("t").or_where_json_not_subset_of("j", json);
}

void joins()
{
    select().from("t").join("u", "u.id", "t.id");
    select().from("t").inner_join("u as v", "v.id", "=", "t.id");
    select().from("t").join(select("id").from("u").as("v"), "v.id", "t.id");
    select().from("t").join("u", raw("u.id = t.id and u.a > ?", 1));
    select().from("t").left_join("u", "u.id", "t.id");
    select().from("t").left_outer_join("u", "u.id", "t.id");
    select().from("t").right_join("u", "u.id", "t.id");
    select().from("t").right_outer_join("u", "u.id", "t.id");
    select().from("t").full_outer_join("u", "u.id", "t.id");
    select().from("t").cross_join("u");
    select().from("t").join_raw(raw("join u using (id)"));
    select().from("t").natural_join("u");
    select().from("t").left_join_lateral(select().from("u").limit(1).as("v"));
    select().from("t").join("u", on("u.id", "t.id").where_column("u.a", ">", "t.a").or_where_column("u.b", "t.b"));
    select().from("t").join("u", on("u.id", "t.id").where(on("u.a", "t.a").or_where_column("u.b", "t.b")));
    select().from("t").join("u", on("u.id", "t.id").where("u.a", ">", 1));
    select().from("t").join("u", on("u.id", "t.id").or_where("u.a", 1));
    select().from("t").join("u", on("u.id", "t.id").where_in("u.a", {1, 2}));
    select().from("t").join("u", on("u.id", "t.id").where_not_in("u.a", each{1, 2}));
    select().from("t").join("u", on("u.id", "t.id").or_where_in("u.a", {1, 2}));
    select().from("t").join("u", on("u.id", "t.id").or_where_not_in("u.a", {1, 2}));
    select().from("t").join("u", on("u.id", "t.id").where_null("u.a"));
    select().from("t").join("u", on("u.id", "t.id").where_not_null("u.a"));
    select().from("t").join("u", on("u.id", "t.id").or_where_null("u.a"));
    select().from("t").join("u", on("u.id", "t.id").or_where_not_null("u.a"));
    select().from("t").join("u", on("u.id", "t.id").where_between("u.a", 1, 2));
    select().from("t").join("u", on("u.id", "t.id").where_not_between("u.a", 1, 2));
    select().from("t").join("u", on("u.id", "t.id").or_where_between("u.a", 1, 2));
    select().from("t").join("u", on("u.id", "t.id").or_where_not_between("u.a", 1, 2));
    select().from("t").join("u", on("u.id", "t.id").where_exists(raw("select 1")));
    select().from("t").join("u", on("u.id", "t.id").where_not_exists(raw("select 1")));
    select().from("t").join("u", on("u.id", "t.id").or_where_exists(raw("select 1")));
    select().from("t").join("u", on("u.id", "t.id").or_where_not_exists(raw("select 1")));
    select().from("t").join("u", on("u.id", "t.id").where_json_path_equals("t.j", "$.a", "u.j", "$.b"));
    select().from("t").join("u", on("u.id", "t.id").or_where_json_path_equals("t.j", "$.a", "u.j", "$.b"));
    select().from("t").join("u", using_columns("id", "a"));
}

void groups_order_pages()
{
    select("a").from("t").group_by("a");
    select("a").from("t").group_by(raw("lower(a)"));
    select("a").from("t").group_by(rollup("a", "b"));
    select("a").from("t").group_by(cube("a"));
    select("a").from("t").group_by(grouping_sets(row("a"), row("b"), row()));
    select("a").from("t").group_by("a").having("a", ">", 1);
    select("a").from("t").group_by("a").having(where("a", 1).or_where("a", 3));
    select("a").from("t").group_by("a").having(condition().where_in("a", {1, 2}));
    select("a").from("t").group_by("a").having(condition().where_not_in("a", {1, 2}));
    select("a").from("t").group_by("a").having(condition().or_where_in("a", {1, 2}));
    select("a").from("t").group_by("a").having(condition().or_where_not_in("a", {1, 2}));
    select("a").from("t").group_by("a").having(condition().where_null("a"));
    select("a").from("t").group_by("a").having(condition().where_not_null("a"));
    select("a").from("t").group_by("a").having(condition().or_where_null("a"));
    select("a").from("t").group_by("a").having(condition().or_where_not_null("a"));
    select("a").from("t").group_by("a").having(condition().where_exists(raw("select 1")));
    select("a").from("t").group_by("a").having(condition().where_not_exists(raw("select 1")));
    select("a").from("t").group_by("a").having(condition().or_where_exists(raw("select 1")));
    select("a").from("t").group_by("a").having(condition().or_where_not_exists(raw("select 1")));
    select("a").from("t").group_by("a").having(condition().where_between("a", 1, 2));
    select("a").from("t").group_by("a").having(condition().where_not_between("a", 1, 2));
    select("a").from("t").group_by("a").having(condition().or_where_between("a", 1, 2));
    select("a").from("t").group_by("a").having(condition().or_where_not_between("a", 1, 2));
    select("a").from("t").group_by("a").having(raw("count(*) > ?", 1));
    select("a").from("t").group_by("a").having(condition().or_where_raw("max(b) > ?", 1));
    select().from("t").order_by("a");
    select().from("t").order_by("a", desc, nulls::last);
    select().from("t").order_by(raw("2"));
    select().from("t").order_by(select().count().from("u"), desc);
    select().from("t").order_by_raw(raw("a desc, b"));
    select().from("t").limit(10);
    select().from("t").offset(20);
    select().from("t").limit(raw("10"));
    select().from("t").first("a");
    select().from("t").first();
    select().from("t").order_by("a").order_by("id").after(5, 17);
}

void set_operations()
{
    select().from("t").union_with(select().from("u"), raw("select 1"));
    select().from("t").union_all(select().from("u")).order_by("a").limit(3);
    select().from("t").intersect(select().from("u"));
    select().from("t").except(select().from("u"));
    select().from("t").intersect_all(select().from("u"));
    select().from("t").except_all(select().from("u"));
    select().from("t").union_with(select().from("u")).parenthesized();
}

void aggregates_and_windows()
{
    select().count("* as n").from("t");
    select().sum("a").from("t");
    select().avg("a as mean").from("t");
    select().min("a").from("t");
    select().max("a").from("t");
    select().count_distinct("a").from("t");
    select().sum_distinct("a").from("t");
    select().avg_distinct("a").from("t");
    select(count_distinct("a", "b").as("n")).from("t");
    select(row_number().over(window().partition_by("a").order_by("b", desc)).as("n")).from("t");
    select(rank().over(window().order_by("a"))).from("t");
    select(dense_rank().over("w")).from("t").window("w", window().order_by("a"));
    select(count("id").filter(where("a", ">", 1)).as("n")).from("t");
    select(call("percentile_cont", 0.5).within_group("a")).from("t");
    select(call("lag", ref("a")).over(window().order_by("b"))).from("t");
    select(sum("a").over(window().order_by("b").rows(frame_bound::preceding(2), frame_bound::current_row()))).from("t");
}

void json_functions()
{
    select(json_extract("j", "$.a").as("x")).from("t");
    select(json_set("j", "$.a.b[0]", json)).from("t");
    select(json_insert("j", "$.a", json)).from("t");
    select(json_remove("j", "{a,b}")).from("t");
    select(json_first("j", "$.a")).from("t");
    select(json_get("j", "a")).from("t");
    select(json_get_text("j", "a")).from("t");
    select(json_get_path("j", "$.a[0]")).from("t");
    select(json_get_path_text("j", "$.a[0]")).from("t");
}

void insert_and_conflicts()
{
    insert("t").set("a", 1).set("b", std::nullopt);
    insert("t").row(set("a", 1)).row(set("a", 2).set("b", 3));
    insert("t").columns("a", "b").values(1, 2).values(3, 4);
    insert("t").default_values();
    insert("t").unnest("a", ids).unnest("b", ids);
    insert("t").columns("a").from(select("a").from("u"));
    insert("t").set("a", 1).returning("a", "b as c", raw("a * 2"));
    remove("t").returning("*");
    insert("t").set("a", 1).on_conflict(conflict("a").ignore());
    insert("t").set("a", 1).on_conflict(conflict::ignore_any());
    insert("t").set("a", 1).on_conflict(conflict("a").merge());
    insert("t").set("a", 1).on_conflict(conflict("a").merge("b", "c"));
    insert("t").set("a", 1).on_conflict(conflict("a").merge(set("n", raw("t.n + 1"))).where("t.n", "<", 9));
    insert("t").set("a", 1).on_conflict(conflict(raw("(lower(a))")).merge("b"));
    insert("t").set("a", 1).on_conflict(conflict::constraint("t_pkey").merge());
    insert("t").set("a", 1).on_conflict(conflict("a").where(where("b", true)).ignore());
    merge("t")
        .using_rows("u", on("u.id", "t.id"))
        .when_matched_update(set("a", ref("u.a")))
        .when_not_matched_insert(set("id", ref("u.id")));
}

void update_delete_truncate()
{
    update("t").set("a", 1).set("b", now());
    update("t").set(set("a", 1).set("b", 2));
    update(only("t")).set("a", 1);
    update("t").set("a", 1).from("u as v").where_column("v.id", "t.id");
    update("t").set("a", ref("v.n")).from(unnest(ids, ids).as("v", {"id", "n"})).where_column("v.id", "t.id");
    update("t").set("a", 1).increment("n", 2);
    update("t").set("a", 1).decrement("n");
    update("t").set("a", 1).clear(update::clause::counters);
    remove("t").where("a", 1);
    remove(only("t"));
    remove("t").using_tables("u").where_column("u.id", "t.id");
    truncate("t");
    truncate("t", "u").cascade();
    truncate("t").continue_identity();
}

void locks()
{
    select().from("t").for_update();
    select().from("t").for_share("t");
    select().from("t").for_no_key_update();
    select().from("t").for_key_share();
    select().from("t").for_update().skip_locked();
    select().from("t").for_update().no_wait();
}

void raw_text_references_functions()
{
    raw("a = ? and ?? = b", 1, "t.a");
    raw("select ?? from t", names("a", "b"));
    raw("j \\? ?", "key");
    raw("j \\? 'key'");
    raw("a = :a and :b: = b", named("a", 1), named("b", "t.b"));
    raw::trusted(text, 1);
    (void)raw("select 1").wrap("(", ") as a");
    (void)ref("reports.t.a").as("x");
    now();
    now(3);
    random_uuid();
    value(5);
    call("coalesce", ref("a"), 0);
    select().from("t").where("t", untyped{"1 day"});
}

void values()
{
    const pg::timestamptz instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 31}};
    const std::chrono::sys_days days{std::chrono::year{2026} / 1 / 31};
    const std::string data{"\0\1", 2};
    select().from("t").where("seen_at", "<", std::chrono::system_clock::now());
    update("t").set("seen_at", pg::timestamptz{instant});
    update("t").set("created_at", pg::timestamp{instant});
    select().from("t").where("day", std::chrono::year{2026} / 1 / 31);
    select().from("t").where("day", pg::date{days});
    select().from("t").where("age", ">", untyped{"1 day"});
    update("t").set("kind", untyped{"draft"});
    update("t").set("settings", pg::json_text{R"({"lang":"en"})"});
    update("t").set("photo", pg::bytes{data});
    update("t").set("price", pg::numeric{"12.30"});
    update("t").set("tags", std::vector<std::string>{"a", "b"});
    select().from("t").where("tags", "&&", std::vector<std::string>{"a"});
    update("t").set("a", std::nullopt);
    update("t").set("a", std::optional<int>{});
}

void putting_queries_together()
{
    const auto query = select().from("t");
    const auto only_active = [](select& q) { q.where("is_active", true); };
    auto copy = query;
    select().from("t").modify(only_active);
    select().from("t").clear(select::clause::where);
    select().from("t").clear(select::clause::columns);
    select().from("t").clear(select::clause::group);
    select().from("t").clear(select::clause::order);
    select().from("t").clear(select::clause::having);
    select().from("t").comment("route: /users");
    remove("t").comment("route: /users");
    query.compile();
    query.to_string();
    select().from("t").where("id", param<int>()).named<int>("t.by_id");
}

void schema_statements(schema_builder& schema)
{
    schema.create_table("t", [](table& t) { t.increments(); });
    schema.create_table_if_not_exists("t", [](table& t) { t.increments(); });
    schema.create_table_like("copy", "t");
    schema.alter_table("t", [](table& t) { t.text("a"); });
    schema.rename_table("t", "u");
    schema.drop_table("t");
    schema.drop_table("t", {.if_exists = true, .cascade = true});
    schema.drop_table_if_exists("t");
    schema.create_view("v", raw("select a from t"), {.columns = {"b"}, .check = view_check::local});
    schema.create_or_replace_view("v", raw("select a from t"));
    schema.create_materialized_view("m", raw("select a from t"));
    schema.refresh_materialized_view("m", {.concurrently = true});
    schema.drop_view("v");
    schema.drop_materialized_view("m", {.if_exists = true});
    schema.rename_view("v", "w");
    schema.alter_view("v", [](view& v) { v.rename_column("a", "b"); });
    schema.alter_view("v", [](view& v) { v.set_default("b", 1); });
    schema.create_schema("reports");
    schema.create_schema("reports", {.if_not_exists = true});
    schema.drop_schema("reports", {.cascade = true});
    schema.create_extension("pg_trgm", {.if_not_exists = true});
    schema.drop_extension("pg_trgm", {.if_exists = true});
    schema.raw("vacuum analyze t");
    compile(schema);
    to_string(schema);
    schema.create_enum("mood", {"good", "bad"});
    schema.add_enum_value("mood", "fine", {.after = "good"});
    schema.rename_enum_value("mood", "bad", "sad");
    schema.create_sequence("numbers");
    schema.create_domain("email", "text");
}

void schema_column_types(table& t)
{
    t.increments("id");
    t.big_increments("id");
    t.integer("a");
    t.big_integer("a");
    t.small_integer("a");
    t.decimal("a", 8, 2);
    t.real("a");
    t.double_precision("a");
    t.string("a", 255);
    t.text("a");
    t.boolean("a");
    t.binary("a");
    t.bit("a", 8);
    t.date("a");
    t.time("a");
    t.timestamptz("a");
    t.timestamp("a", 3);
    t.timestamps();
    t.timestamps({.time_zone = true, .camel_case = true});
    t.text("a").array().default_to(std::vector<std::string>{"x"});
    t.json("a");
    t.jsonb("a");
    t.uuid("a");
    t.enumeration("a", {"x", "y"});
    t.enumeration("a", "mood", {"x", "y"});
    t.of_type("a", "mood");
    t.geometry("a");
    t.geography("a");
    t.point("a");
    t.column("a", "tstzrange");
    t.integer("a").array();
    t.serial("a");
    t.character("a", 2);
}

void schema_modifiers(table& t)
{
    t.integer("a").not_null();
    t.integer("a").nullable();
    t.integer("a").default_to(5);
    t.integer("a").default_to(raw("now()"));
    t.integer("a").comment("how many");
    t.comment("one row per thing");
    t.integer("a").primary();
    t.integer("a").unique();
    t.integer("a").index();
    t.integer("a").references("id").in_table("u").on_delete(referential_action::cascade);
    t.integer("a")
        .references("u.id")
        .on_update(referential_action::restrict)
        .with_key_name("k")
        .deferrable(deferral::deferred);
    t.integer("a").check_positive();
    t.integer("a").check_negative("a_is_negative");
    t.integer("a").check_in({1, 2});
    t.integer("a").check_not_in({3, 4});
    t.integer("a").check_between(1, 5);
    t.text("b").check_length(">=", 3);
    t.text("b").check_regex("^[a-z]+$");
    t.integer("a").check(raw("a > 0"), "a_positive");
    t.text("b").collate("C");
    t.set_type("a", "bigint");
    t.set_default("a", 1);
    t.drop_default("a");
    t.integer("a").identity();
    t.integer("a").generated_as(raw("b * 2"));
    t.integer("a").if_not_exists();
}

void schema_keys_indexes_changes(table& t)
{
    t.primary({"a", "b"}, "t_key");
    t.unique({"a", "b"}).deferrable();
    t.unique_index("a", "t_a_live").where(raw("gone is null"));
    t.index({"a", "b"}, "t_a_b");
    t.index(raw("lower(a)"), "t_lower_a").using_method("gin").where(raw("a is not null"));
    t.index({index_column("a").desc().nulls_last()}, "t_a").concurrently().include({"b"});
    t.exclude({{"room", "="}, {"span", "&&"}}, "t_no_overlap");
    t.foreign("a").references("id").in_table("u").not_valid();
    t.check(raw("lo <= hi"), "lo_le_hi");
    t.drop_primary();
    t.drop_unique({"a", "b"});
    t.drop_foreign("a", "", {.if_exists = true});
    t.drop_index("a");
    t.drop_index("a", "t_a", {.concurrently = true});
    t.drop_index_named("idx_t_a");
    t.drop_check("lo_le_hi");
    t.drop_not_null("a");
    t.set_not_null("a");
    t.rename_column("a", "b");
    t.drop_column("a");
    t.drop_columns({"a", "b"});
    t.drop_timestamps();
    t.inherits("parent");
    t.rename_index("t_a", "t_b");
    t.validate_constraint("t_a_foreign");
    t.partition_by(partition_method::range, {"day"});
    t.attach_partition("t_2025", partition_bounds::range({"2025-01-01"}, {"2026-01-01"}));
}

void schema_further_verbs_of_tables(table& t)
{
    t.time("a", 3);
    t.timetz("a");
    t.interval("a");
    t.bit_varying("a", 8);
    t.inet("a");
    t.cidr("a");
    t.macaddr("a");
    t.xml("a");
    t.tsvector("a");
    t.big_serial("a");
    t.primary("a").include({"b"}).using_index("t_a");
    t.unique("a").nulls_not_distinct();
    t.unique_index("a").if_not_exists().with("fillfactor", 70);
    t.index({index_column("a").op_class("text_pattern_ops").collate("C")}, "t_a");
    t.foreign("a").references("id").in_table("u").match_full();
    t.drop_constraint("t_a_key");
    t.drop_unique_index("a");
    t.comment_column("a", "text");
    t.inherit("parent");
    t.no_inherit("parent");
    t.rename_constraint("a", "b");
    t.set_schema("reports");
    t.set_statistics("a", 100);
    t.add_identity("a");
    t.drop_identity("a");
    t.drop_generation("a");
    t.temporary();
    t.on_commit(commit_action::drop);
    t.unlogged();
    t.set_logged();
    t.set_unlogged();
    t.with("fillfactor", 70);
    t.reset("fillfactor");
    t.partition_of("t", partition_bounds::rest());
    t.detach_partition("t_2024", detaching::concurrently);
}

void schema_further_statements(schema_builder& schema)
{
    schema.alter_table_if_exists("t", [](table& t) { t.text("a"); });
    schema.alter_view("v", [](view& v) { v.drop_default("a"); });
    schema.alter_view("v", [](view& v) { v.set_schema("reports"); });
    schema.rename_materialized_view("m", "n");
    schema.rename_schema("reports", "archive");
    schema.rename_type("mood", "temper");
    schema.drop_type("mood");
    schema.drop_domain("email");
    schema.alter_sequence("numbers", {.restart = 1});
    schema.rename_sequence("numbers", "ids");
    schema.drop_sequence("numbers");
    schema.set_sequence_schema("ids", "archive");
    schema.set_type_schema("temper", "archive");
    schema.set_extension_schema("pg_trgm", "archive");
    schema.set_materialized_view_schema("n", "archive");
    schema.alter_domain("email", [](domain& d) {
        d.set_default("a@b");
        d.drop_default();
        d.set_not_null();
        d.drop_not_null();
        d.check("has_at", raw("value ~ '@'"));
        d.check_not_valid("short", raw("length(value) < 100"));
        d.validate_constraint("short");
        d.rename_constraint("short", "brief");
        d.drop_constraint("brief");
        d.set_schema("archive");
    });
}

void schema_rights(schema_builder& schema)
{
    schema.alter_table("t", [](table& t) {
        t.enable_row_level_security();
        t.disable_row_level_security();
        t.force_row_level_security();
        t.no_force_row_level_security();
        t.create_policy("own", {.command = policy_command::select, .roles = {"reader"}, .rows = raw("a = 1")});
        t.alter_policy("own", {.rows = raw("a = 2")});
        t.rename_policy("own", "theirs");
        t.drop_policy("theirs");
    });
    schema.grant({privilege::select}, grant_target::table("users"), {"reader"}, {.grant_option = true});
    schema.revoke({privilege::select}, grant_target::all_tables_in("reports"), {"reader"});
}

} // namespace lightdash::sql::readme
