#include "lightdash/sql/select.hpp"
#include "lightdash/sql/update.hpp"
#include "support/knex_twins.hpp"

namespace lightdash::testing {
namespace {

using namespace sql;

const knex_twins refusals{
    "errors",
    {
        {"undefined-in-where", [] { return select().from("users").where("user_id", std::optional<int>{}); },
         refuses("\"user_id\" is missing")},
        {"undefined-in-where-object",
         [] { return select().from("users").where("user_id", 1).where("role", std::optional<std::string>{}); },
         refuses("\"role\" is missing")},
        {"raw-binding-count", does_not_compile("raw_with_too_few_arguments")},
        {"raw-binding-count/trusted", [] { return raw::trusted("select ?, ?", 1); },
         refuses("2 placeholders, but 1 arguments")},
        {"empty-update", [] { return update("users").where("user_id", 1); }, refuses("sets nothing")},
        {"update-only-undefined", [] { return update("users").set(assignments()); }, refuses("sets nothing")},
        {"between-one-value", does_not_compile("between_with_one_bound")},
        {"delete-with-limit", does_not_compile("remove_with_limit")},
        {"delete-with-having", does_not_compile("remove_with_having")},
        {"truncate-with-where", does_not_compile("truncate_with_where")},
        {"skip-locked-and-nowait", [] { return select().from("users").for_update().skip_locked().no_wait(); },
         refuses("no_wait")},
        {"first-on-insert", does_not_compile("first_on_insert")},
        {"comment-with-close", [] { return select().from("users").comment("a */ b"); }, refuses("comment")},
        {"clear-unknown", does_not_compile("clear_unknown")},
        {"with-bad-statement", does_not_compile("with_text")},
        {"upsert-method", does_not_compile("upsert")},
        {"with-materialized-bad-name", does_not_compile("with_number_as_name")},
        {"whereraw-missing-binding", does_not_compile("where_raw_with_too_few_arguments")},
        {"distinct-on-empty", does_not_compile("distinct_on_nothing")},
        {"deferrable-partial-unique", does_not_compile("deferrable_unique_index")},
        {"partial-unique-constraint", does_not_compile("partial_unique_constraint")},
    }};

} // namespace
} // namespace lightdash::testing
