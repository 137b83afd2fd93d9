// What the schema builder writes for the schema-* cases.
#include "lightdash/sql/call.hpp"
#include "lightdash/sql/condition.hpp"
#include "lightdash/sql/schema/schema_builder.hpp"
#include "lightdash/sql/select.hpp"
#include "support/knex_twins.hpp"

#include <string>
#include <vector>

namespace lightdash::testing {
namespace {

using namespace sql;

std::vector<std::string> texts_of(const schema_builder& schema)
{
    std::vector<std::string> texts;
    for (auto& statement : compile(schema))
        texts.push_back(std::move(statement.text));
    return texts;
}

// The statements of a description, for the table of twins.
auto described(void (*describe)(schema_builder&))
{
    return [describe] {
        schema_builder schema;
        describe(schema);
        return texts_of(schema);
    };
}

auto created(std::string name, void (*describe)(table&))
{
    return [name = std::move(name), describe] {
        schema_builder schema;
        schema.create_table(name, describe);
        return texts_of(schema);
    };
}

auto altered(std::string name, void (*describe)(table&))
{
    return [name = std::move(name), describe] {
        schema_builder schema;
        schema.alter_table(name, describe);
        return texts_of(schema);
    };
}

sql_statement asked(const select& question)
{
    auto made = question.compile();
    return {std::move(made.text), std::move(made.values)};
}

const auto quotes_names = differs("the name of a check is quoted, as every name is");
const auto action_words = differs("the action of a foreign key is one of five, and written in lower case");

const knex_twins columns{
    "schema-columns",
    {
        {"serials", created("t_serial",
                            [](table& t) {
                                t.increments();
                                t.big_serial("big");
                                t.serial("other");
                            })},
        {"integers", created("t_int",
                             [](table& t) {
                                 t.integer("a");
                                 t.integer("b");
                                 t.big_integer("c");
                                 t.big_integer("d");
                                 t.small_integer("e");
                                 t.small_integer("f");
                                 t.integer("g");
                             })},
        {"integers-unsigned", created("t_uns", [](table& t) { t.integer("a").not_null(); })},
        {"decimals", created("t_dec",
                             [](table& t) {
                                 t.decimal("a", 8, 2);
                                 t.decimal("b", 12, 4);
                                 t.decimal("c");
                                 t.real("d");
                                 t.double_precision("e");
                             })},
        {"strings", created("t_str",
                            [](table& t) {
                                t.string("a", 255);
                                t.string("b", 64);
                                t.text("c");
                                t.text("d");
                            })},
        {"bools-bits-bytes", created("t_bool",
                                     [](table& t) {
                                         t.boolean("a");
                                         t.binary("c");
                                         t.binary("d");
                                     })},
        {"timestamp-options", created("t_ts",
                                      [](table& t) {
                                          t.timestamp("a");
                                          t.timestamptz("b", 6);
                                          t.timestamp("c", 3);
                                          t.timestamp("d");
                                          t.timestamptz("e", 0);
                                      })},
        {"timestamps-camel", created("t_tsc",
                                     [](table& t) {
                                         t.timestamps({.time_zone = true,
                                                       .not_null = true,
                                                       .camel_case = true,
                                                       .default_to = raw("CURRENT_TIMESTAMP")});
                                     })},
        {"json-uuid", created("t_json",
                              [](table& t) {
                                  t.json("a");
                                  t.jsonb("b");
                                  t.uuid("c");
                                  t.column("id", "uuid primary key").default_to(raw("(gen_random_uuid())"));
                              })},
        {"enum-native", created("t_enumn", [](table& t) { t.enumeration("status", "t_status", {"queued", "done"}); })},
        {"specific-type", created("t_spec",
                                  [](table& t) {
                                      t.text("tags").array().default_to("{}");
                                      t.column("span", "tstzrange");
                                      t.column("id", "bigint generated always as identity primary key");
                                  })},
        {"point", created("t_geo", [](table& t) { t.point("at"); })},
        {"quoted-names", created("Odd Table",
                                 [](table& t) {
                                     t.integer("select");
                                     t.text("Mixed\"Case");
                                 })},
        {"enum-value-with-quote", created("t_enumq", [](table& t) { t.enumeration("mood", {"it's fine", "bad"}); }),
         instead("values are escaped", "CREATE")},
        {"unknown-type-methods",
         created("t_unk",
                 [](table& t) {
                     t.character("a", 1);
                     t.real("b");
                     t.integer("c");
                     t.serial("d");
                 }),
         instead("there is a verb for each of PostgreSQL's types, and none for other systems'", "CREATE")},
    }};

const knex_twins modifiers{
    "schema-modifiers",
    {
        {"defaults-scalars", created("m_def",
                                     [](table& t) {
                                         t.text("a").default_to("it's");
                                         t.integer("b").default_to(5);
                                         t.boolean("c").default_to(true);
                                         t.boolean("d").default_to(false);
                                         t.text("e").default_to(nullptr);
                                     })},
        {"defaults-json", created("m_defj",
                                  [](table& t) {
                                      t.jsonb("a").default_to(R"({"k":"v"})");
                                      t.json("b").default_to("[]");
                                      t.jsonb("c").not_null().default_to("{}");
                                  })},
        {"default-backslash", created("m_defb", [](table& t) { t.text("a").default_to("c:\\temp"); })},
        {"comments", created("m_com",
                             [](table& t) {
                                 t.comment("one row per thing");
                                 t.text("a").comment("first column");
                                 t.text("b").comment("it's quoted");
                             })},
        {"check-positive-negative",
         created("m_chk",
                 [](table& t) {
                     t.integer("a").check_positive();
                     t.integer("b").check_negative("b_is_negative");
                 }),
         quotes_names},
        {"check-in",
         created("m_chki",
                 [](table& t) {
                     t.text("a").check_in({"x", "y"});
                     t.integer("b").check_not_in({1, 2}, "b_not_one");
                 }),
         quotes_names},
        {"check-name-case", created("m_chkn", [](table& t) { t.integer("a").check_positive("A_Positive"); }),
         instead("the name of a check is quoted and keeps its case", "CREATE")},
        {"table-check",
         created("m_chkt",
                 [](table& t) {
                     t.integer("lo");
                     t.integer("hi");
                     t.check(raw("?? <= ??", "lo", "hi"), "lo_le_hi");
                     t.check(raw("?? > 0", "lo"));
                 }),
         quotes_names},
        {"combined-order",
         created(
             "m_all",
             [](table& t) { t.integer("a").comment("c").default_to(1).not_null().check_positive().unique().index(); })},
        {"ignored-modifiers",
         created("m_ign",
                 [](table& t) {
                     t.text("a").collate("C");
                     t.integer("b");
                 }),
         instead("collate() is written; first(), after() and unsigned() are other systems', and not there", "CREATE")},
    }};

const knex_twins indexes{
    "schema-index",
    {
        {"index-one", altered("users", [](table& t) { t.index("role"); })},
        {"index-many", altered("users", [](table& t) { t.index({"role", "is_active"}); })},
        {"index-partial-with-value",
         altered("users", [](table& t) { t.index("email", "users_admins").where(where("role", "admin")); }),
         instead("the predicate's value is a literal", "CREATE")},
        {"index-raw-expression", altered("users", [](table& t) { t.index(raw("lower(email)"), "users_lower_email"); })},
        {"index-on-create", created("i_new",
                                    [](table& t) {
                                        t.integer("a").index();
                                        t.integer("b").index("i_new_b");
                                        t.text("c");
                                        t.index({"a", "c"});
                                    })},
        {"index-schema-table", altered("analytics.page_views", [](table& t) { t.index("user_id"); })},
        {"unique-partial",
         altered(
             "dashboards",
             [](table& t) { t.unique_index("name", "dash_name_live").where(condition{}.where_null("deleted_at")); })},
        {"unique-as-index", altered("spaces", [](table& t) { t.unique_index("name", "spaces_name_u"); })},
        {"drop-index-in-schema", altered("analytics.page_views",
                                         [](table& t) {
                                             t.index("path");
                                             t.drop_index("path");
                                         })},
        {"long-name-not-truncated",
         altered("dashboard_versions",
                 [](table& t) { t.index({"dashboard_version_id", "dashboard_id", "updated_by", "created_at"}); }),
         refuses("80 bytes, but PostgreSQL keeps only 63: give it a name of its own")},
    }};

const knex_twins keys{
    "schema-keys",
    {
        {"primary-column", created("k_pk", [](table& t) { t.uuid("id").primary(); })},
        {"primary-composite", created("k_pkc",
                                      [](table& t) {
                                          t.integer("a");
                                          t.integer("b");
                                          t.primary({"a", "b"});
                                      })},
        {"primary-named-deferrable", created("k_pkn",
                                             [](table& t) {
                                                 t.integer("a");
                                                 t.primary("a", "k_main").deferrable(deferral::deferred);
                                             })},
        {"primary-on-alter", described([](schema_builder& schema) {
             schema.create_table("k_pka", [](table& t) { t.integer("a"); });
             schema.alter_table("k_pka", [](table& t) { t.primary("a", "k_pka_key"); });
         })},
        {"increments-with-composite-primary", created("k_inc",
                                                      [](table& t) {
                                                          t.increments("id");
                                                          t.integer("tenant");
                                                          t.primary({"tenant", "id"});
                                                      })},
        {"unique-column-and-table", created("k_uq",
                                            [](table& t) {
                                                t.text("a").unique();
                                                t.text("b").unique("k_b_key");
                                                t.text("c");
                                                t.unique({"a", "c"});
                                                t.unique({"b", "c"}, "k_bc").deferrable(deferral::immediate);
                                            })},
        {"foreign-dotted",
         created(
             "k_fkd",
             [](table& t) {
                 t.integer("user_id").not_null().references("users.user_id").on_delete(referential_action::set_null);
             }),
         action_words},
        {"foreign-table-method",
         created("k_fkt",
                 [](table& t) {
                     t.integer("org");
                     t.foreign("org").references("organization_id").in_table("organizations").with_key_name("k_org");
                 })},
        {"foreign-deferrable",
         created("k_fkdf",
                 [](table& t) {
                     t.integer("user_id").references("user_id").in_table("users").deferrable(deferral::deferred);
                 }),
         differs("no blank at the end")},
        {"foreign-other-schema",
         created("analytics.k_fks",
                 [](table& t) { t.integer("view_id").references("view_id").in_table("analytics.page_views"); })},
        {"drop-keys", described([](schema_builder& schema) {
             schema.create_table("k_drop", [](table& t) {
                 t.integer("a").primary();
                 t.text("b").unique();
                 t.integer("c").references("user_id").in_table("users");
             });
             schema.alter_table("k_drop", [](table& t) {
                 t.drop_foreign("c");
                 t.drop_unique("b");
                 t.drop_primary();
             });
         })},
        {"drop-keys-named", described([](schema_builder& schema) {
             schema.create_table("k_dropn", [](table& t) {
                 t.integer("a");
                 t.unique("a", "k_a_u");
                 t.foreign("a", "k_a_f").references("user_id").in_table("users");
             });
             schema.alter_table("k_dropn", [](table& t) {
                 t.drop_foreign("a", "k_a_f");
                 t.drop_unique("a", "k_a_u");
             });
         })},
    }};

const knex_twins alterations{
    "schema-alter",
    {
        {"add-column-with-fk-index",
         altered("dashboards",
                 [](table& t) {
                     t.integer("owner_id")
                         .references("user_id")
                         .in_table("users")
                         .on_delete(referential_action::set_null)
                         .index();
                 }),
         action_words},
        {"drop-column", altered("users", [](table& t) { t.drop_column("balance"); })},
        {"drop-columns", altered("users", [](table& t) { t.drop_columns({"balance", "updated_at"}); })},
        {"drop-timestamps", described([](schema_builder& schema) {
             schema.create_table("a_ts", [](table& t) { t.timestamps({.time_zone = true, .default_to = {}}); });
             schema.alter_table("a_ts", [](table& t) { t.drop_timestamps(); });
         })},
        {"rename-column", altered("users", [](table& t) { t.rename_column("role", "org_role"); })},
        {"alter-type", altered("users", [](table& t) { t.set_type("login_count", "bigint"); }),
         instead("each verb changes one property, so default and not null stay", "ALTER")},
        {"alter-keep-nullability", altered("users", [](table& t) { t.set_type("role", "varchar(50)"); }),
         instead("each verb changes one property, so the default stays", "ALTER")},
        {"alter-default-only", altered("users",
                                       [](table& t) {
                                           t.drop_default("login_count");
                                           t.set_default("login_count", 1);
                                       })},
        {"alter-json-type", altered("sessions",
                                    [](table& t) {
                                        t.drop_default("sess");
                                        t.drop_not_null("sess");
                                        t.set_type("sess", "json");
                                        t.set_not_null("sess");
                                    })},
        {"add-table-check",
         altered("users", [](table& t) { t.check(raw("login_count >= 0"), "users_logins_positive"); }), quotes_names},
        {"add-table-check-bindings",
         altered("users", [](table& t) { t.check(raw("?? >= ?", "login_count", 0), "users_logins_ok"); }),
         instead("the condition's values are literals", "ALTER")},
        {"alter-add-check-modifier",
         altered("organizations",
                 [](table& t) {
                     t.drop_default("seats");
                     t.check(raw(R"("seats" > 0)"), "seats_pos");
                 }),
         quotes_names},
        {"add-column-with-checks",
         altered("dashboards", [](table& t) { t.integer("stars").check_between(0, 5).comment("0 to 5"); })},
        {"alter-comment", altered("users",
                                  [](table& t) {
                                      t.comment("people");
                                      t.text("nick").comment("display");
                                  })},
        {"alter-in-schema", altered("analytics.page_views",
                                    [](table& t) {
                                        t.text("referrer").nullable();
                                        t.drop_not_null("path");
                                    })},
    }};

// A description asks no server; whoever must, asks with the query builder.
const auto quotes_catalog = differs("a question for the query builder, which quotes every name");

const knex_twins tables{
    "schema-tables",
    {
        {"rename-in-schema",
         described([](schema_builder& schema) { schema.rename_table("analytics.page_views", "hits"); })},
        {"has-table",
         [] {
             return asked(select()
                              .from("information_schema.tables")
                              .where("table_name", "users")
                              .where("table_schema", call("current_schema")));
         },
         quotes_catalog},
        {"has-table-schema",
         [] {
             return asked(select()
                              .from("information_schema.tables")
                              .where("table_name", "page_views")
                              .where("table_schema", "analytics"));
         },
         quotes_catalog},
        {"has-column",
         [] {
             return asked(select()
                              .from("information_schema.columns")
                              .where("table_name", "users")
                              .where("column_name", "email")
                              .where("table_schema", call("current_schema")));
         },
         quotes_catalog},
        {"create-like", described([](schema_builder& schema) { schema.create_table_like("tt_users", "users"); })},
        {"create-like-extra", described([](schema_builder& schema) {
             schema.create_table_like("tt_orgs", "organizations",
                                      [](table& t) { t.text("region").not_null().default_to("eu"); });
         })},
        {"inherits", created("tt_child",
                             [](table& t) {
                                 t.text("shard");
                                 t.inherits("audit_log");
                             })},
        {"empty-table", created("tt_empty", [](table&) {})},
        {"raw-value-binding-in-ddl",
         described([](schema_builder& schema) { schema.raw(raw("comment on table users is ?", "x")); }),
         instead("a value in a statement without parameters is a literal", "COMMENT")},
        {"lightdash-like-migration", described([](schema_builder& schema) {
             schema.create_table("tt_pinned_list", [](table& t) {
                 t.uuid("pinned_list_uuid").primary().default_to(raw("gen_random_uuid()"));
                 t.integer("project_id")
                     .not_null()
                     .references("project_id")
                     .in_table("projects")
                     .on_delete(referential_action::cascade);
                 t.timestamptz("created_at").not_null().default_to(raw("CURRENT_TIMESTAMP"));
             });
             schema.create_table("tt_pinned_chart", [](table& t) {
                 t.uuid("pinned_list_uuid")
                     .not_null()
                     .references("pinned_list_uuid")
                     .in_table("tt_pinned_list")
                     .on_delete(referential_action::cascade);
                 t.uuid("saved_chart_uuid")
                     .not_null()
                     .references("saved_query_uuid")
                     .in_table("saved_queries")
                     .on_delete(referential_action::cascade);
                 t.integer("order").nullable();
                 t.unique({"pinned_list_uuid", "saved_chart_uuid"});
             });
         }),
         action_words},
    }};

const knex_twins views{
    "schema-views",
    {
        {"create", described([](schema_builder& schema) {
             schema.create_view("v_admins", select("user_id", "email").from("users").where("role", "admin"),
                                {.columns = {"id", "mail"}});
         })},
        {"create-no-columns", described([](schema_builder& schema) {
             schema.create_view("v_live", select("dashboard_id").from("dashboards").where_null("deleted_at"));
         })},
        {"create-or-replace", described([](schema_builder& schema) {
             schema.create_or_replace_view("active_users",
                                           select("user_id", "email").from("users").where("is_active", true));
         })},
        {"check-options", described([](schema_builder& schema) {
             const auto query = select("user_id").from("users").where("role", "x");
             schema.create_view("v_c1", query, {.check = view_check::plain});
             schema.create_view("v_c2", query, {.check = view_check::local});
             schema.create_view("v_c3", query, {.check = view_check::cascaded});
         })},
        {"refresh-concurrently", described([](schema_builder& schema) {
             schema.refresh_materialized_view("query_stats");
             schema.refresh_materialized_view("query_stats", {.concurrently = true});
         })},
        {"drop", described([](schema_builder& schema) {
             schema.drop_view("active_users");
             schema.drop_view("v_none", {.if_exists = true});
         })},
        {"alter", described([](schema_builder& schema) {
             schema.alter_view("active_users", [](view& v) {
                 v.rename_column("email", "mail");
                 v.set_default("mail", "x");
             });
         })},
        {"in-schema", described([](schema_builder& schema) {
             schema.create_view("analytics.v_paths", select("path").from("analytics.page_views"));
         })},
        {"rename-in-schema", described([](schema_builder& schema) {
             schema.raw("create view analytics.v_x as select 1 as one");
             schema.rename_view("analytics.v_x", "v_y");
         }),
         instead("every verb takes names with their schema", "ALTER")},
        {"refresh-in-schema", described([](schema_builder& schema) {
             schema.raw("create materialized view analytics.mv_x as select 1 as one");
             schema.refresh_materialized_view("analytics.mv_x");
         }),
         instead("every verb takes names with their schema", "REFRESH")},
    }};

const knex_twins namespaces{
    "schema-namespace",
    {
        {"create-schema", described([](schema_builder& schema) { schema.create_schema("reporting"); })},
        {"create-schema-if-not-exists",
         described([](schema_builder& schema) { schema.create_schema("analytics", {.if_not_exists = true}); })},
        {"drop-schema", described([](schema_builder& schema) {
             schema.create_schema("reporting");
             schema.drop_schema("reporting");
         })},
        {"create-extension", described([](schema_builder& schema) { schema.create_extension("pg_trgm"); })},
        {"create-extension-if-not-exists",
         described([](schema_builder& schema) { schema.create_extension("uuid-ossp", {.if_not_exists = true}); })},
        {"drop-extension", described([](schema_builder& schema) {
             schema.create_extension("pg_trgm", {.if_not_exists = true});
             schema.drop_extension("pg_trgm");
             schema.drop_extension("pg_trgm", {.if_exists = true});
         })},
        {"enum-in-schema",
         created("analytics.n_enum", [](table& t) { t.enumeration("kind", "analytics.n_kind", {"a", "b"}); })},
    }};

const knex_twins texts{"to-string",
                       {
                           {"schema-many-statements",
                            [] {
                                schema_builder schema;
                                schema.create_table("ts_a", [](table& t) {
                                    t.increments();
                                    t.text("n").unique();
                                });
                                return to_string(schema);
                            }},
                       }};

const knex_twins errors{
    "errors",
    {
        {"column-without-name", created("x", [](table& t) { t.string(""); }), refuses("A column has no name.")},
    }};

} // namespace
} // namespace lightdash::testing
