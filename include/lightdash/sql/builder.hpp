// The query builder, whole. A tour:
//
//     select("d.id", "u.first_name").from("dashboards as d").left_join("users as u", "u.id", "d.created_by")
//         .where("d.project_id", project).where_in("d.status", {"active", "draft"}).order_by("d.created_at",
//         desc).limit(10);
//     insert("users").set("email", mail).set("created_at",
//     now()).on_conflict(conflict("email").merge("name")).returning("id"); update("users").set("name",
//     name).increment("version").where("id", id); remove("sessions").where("expired", "<", now());
//
// What is named is quoted ("d.id" has two parts, "a as b" an alias where one may be); what is given becomes a
// parameter, never text. Text of one's own is raw("lower(??) = ?", "email", mail): a literal, or raw::trusted(…).
// Conditions form groups: where(condition().where("a", 1).or_where_null("b")). Functions are values:
// count("id").filter(…) .over(window()…).as("n"), call("coalesce", ref("a"), 0). A list is one array parameter; each(…)
// makes a parameter for each value. Builders are values: methods change the object and return it, a copy is
// independent, and a builder can be embedded where an expression can stand. To run one: named("users.by_id") makes a
// statement that can be kept in a static; param<uuid>() leaves a value open.
//     static const auto find = select(columns_of<user>()).from("users").where("id",
//     param<uuid>()).named<uuid>("by_id"); co_await db.one<user>(find(id));
// compile() gives text and values, to_string() text for people.
#pragma once

#include "lightdash/sql/call.hpp"
#include "lightdash/sql/insert.hpp"
#include "lightdash/sql/json.hpp"
#include "lightdash/sql/merge.hpp"
#include "lightdash/sql/remove.hpp"
#include "lightdash/sql/select.hpp"
#include "lightdash/sql/truncate.hpp"
#include "lightdash/sql/update.hpp"
