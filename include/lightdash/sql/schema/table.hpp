// One table that is being created or altered: columns, keys, indexes and checks, and what changes of them.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/schema/check.hpp"
#include "lightdash/sql/schema/drop_options.hpp"
#include "lightdash/sql/schema/exclusion.hpp"
#include "lightdash/sql/schema/foreign_key.hpp"
#include "lightdash/sql/schema/index.hpp"
#include "lightdash/sql/schema/key.hpp"
#include "lightdash/sql/schema/partition.hpp"
#include "lightdash/sql/schema/policy.hpp"
#include "lightdash/sql/schema/schema_statement.hpp"
#include "lightdash/sql/schema/table_columns.hpp"

#include <deque>
#include <optional>
#include <source_location>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lightdash::sql {

enum class table_change : unsigned char { create, create_if_not_exists, alter, alter_if_exists };

enum class commit_action : unsigned char { preserve_rows, delete_rows, drop };
enum class detaching : unsigned char { plain, concurrently, finalize };

// What stands beside the columns, in the order of its description.
struct table_item {
    std::variant<primary_key, unique_key, foreign_key, check, exclusion, index, schema_statement> what;
    int line;
};

// What CREATE TABLE says around its columns; the compiler reads it.
struct table_creation {
    bool temporary = false;
    bool unlogged = false;
    std::string like;
    std::string inherits;
    std::string partition_of;
    std::string bounds;       // of the partition that it is
    std::string partition_by; // "range (\"created_at\")"
    std::vector<std::pair<std::string, std::string>> storage;
    std::optional<commit_action> on_commit;
    std::optional<std::string> comment;
};

// Verbs that make no sense for what happens to the table (dropping a column of a table that is being created) throw
// error_kind::internal.
class table : public table_columns {
public:
    explicit table(std::string name, table_change change = table_change::create, int line = 0);

    // Keys, indexes and conditions. Without a name they take the rule's: conventional_name().
    primary_key& primary(const column_names& columns, std::string name = {});
    unique_key& unique(const column_names& columns, std::string name = {});
    foreign_key& foreign(const column_names& columns, std::string name = {});
    sql::index& index(const index_columns& columns, std::string name = {});
    // Unlike a unique key it may hold for some rows only or for expressions; no foreign key can refer to it when it
    // does.
    sql::index& unique_index(const index_columns& columns, std::string name = {});
    sql::check& check(const expression& condition, std::string name = {},
                      std::source_location where = std::source_location::current());
    exclusion& exclude(std::vector<exclusion_element> elements, std::string name,
                       std::source_location where = std::source_location::current());
    void comment(std::string text, std::source_location where = std::source_location::current());

    // Row-level security: without a policy no row is seen or written. Its owner is not bound by it unless forced.
    void enable_row_level_security(std::source_location where = std::source_location::current());
    void disable_row_level_security(std::source_location where = std::source_location::current());
    void force_row_level_security(std::source_location where = std::source_location::current());
    void no_force_row_level_security(std::source_location where = std::source_location::current());
    void create_policy(located_name name, const policy_options& options);
    void alter_policy(located_name name, const policy_changes& changes);
    void rename_policy(located_name from, const std::string& to);
    void drop_policy(located_name name, const drop_options& options = {});

    // Only when creating.
    void temporary();
    void unlogged(); // gone after a crash, not replicated
    void on_commit(commit_action action);
    void like(std::string source); // with all that the source has; so schema_builder::create_table_like()
    void inherits(std::string parent);
    void partition_by(partition_method method, const index_columns& columns);
    void partition_of(std::string parent, const partition_bounds& bounds);

    // A storage parameter, when creating and when altering: ("fillfactor", 70).
    void with(located_name parameter, const constant& value);
    void reset(located_name parameter);

    // Only when altering, from here on.
    void drop_column(located_name name, const drop_options& options = {});
    void drop_columns(const column_names& names, const drop_options& options = {});
    void drop_timestamps(bool camel_case = false, std::source_location where = std::source_location::current());
    void rename_column(located_name from, const std::string& to);
    void comment_column(located_name column, const std::string& text);

    // One property of a column each: what is not named stays as it is.
    void set_type(located_name column, const std::string& type);
    void set_type(located_name column, const std::string& type, const expression& conversion);
    void set_default(located_name column, const constant& value);
    void drop_default(located_name column);
    void set_not_null(located_name column);
    void drop_not_null(located_name column);
    void add_identity(located_name column, identity_kind kind = identity_kind::by_default,
                      const sequence_options& options = {});
    void drop_identity(located_name column, const drop_options& options = {});
    void drop_generation(located_name column, const drop_options& options = {}); // the values stay
    void set_statistics(located_name column, int target);

    // By the columns, as the rule names it, or by the given name: drop_index("email") is "users_email_index",
    // drop_index_named("idx_users_email") is that index. A column that is called like an index or constraint is taken
    // for a slip, and refused, unless a name is given too.
    void drop_primary(located_name name = "", const drop_options& options = {});
    void drop_unique(const column_names& columns, std::string name = {}, const drop_options& options = {});
    void drop_foreign(const column_names& columns, std::string name = {}, const drop_options& options = {});
    void drop_index(const column_names& columns, std::string name = {}, const drop_index_options& options = {});
    void drop_unique_index(const column_names& columns, std::string name = {}, const drop_index_options& options = {});
    void drop_index_named(located_name name, const drop_index_options& options = {});
    void drop_check(located_name name, const drop_options& options = {});
    void drop_constraint(located_name name, const drop_options& options = {});
    void rename_constraint(located_name from, const std::string& to);
    void rename_index(located_name from, const std::string& to);
    // Checks the rows that were there before a constraint that is not_valid().
    void validate_constraint(located_name name);

    void attach_partition(located_name partition, const partition_bounds& bounds);
    void detach_partition(located_name partition, detaching how = detaching::plain);
    void inherit(located_name parent);
    void no_inherit(located_name parent);
    void set_schema(located_name schema);
    void set_logged(std::source_location where = std::source_location::current());
    void set_unlogged(std::source_location where = std::source_location::current());

    const std::string& name() const noexcept { return name_; }
    table_change change() const noexcept { return change_; }
    bool creating() const noexcept
    {
        return change_ == table_change::create || change_ == table_change::create_if_not_exists;
    }
    int line() const noexcept { return line_; }
    const table_creation& creation() const noexcept { return creation_; }
    const std::deque<table_item>& items() const noexcept { return items_; }

private:
    table_creation& creation(const char* verb);
    void require_altering(const char* verb) const;
    template <class Item>
    Item& add(Item item, int line);
    // One change of its own: "alter table "t" …" under this lock.
    schema_statement& alter(const char* verb, const std::string& action, int line,
                            table_lock lock = table_lock::access_exclusive);
    schema_statement& alter_column(const char* verb, const located_name& column, const std::string& action,
                                   table_lock lock = table_lock::access_exclusive);
    schema_statement& add_statement(std::string text, int line, table_lock lock = table_lock::access_exclusive);
    void set_row_level_security(const char* how, std::source_location where);
    void drop_constraint_named(const std::string& name, int line, const drop_options& options);

    std::string name_;
    table_change change_;
    int line_;
    table_creation creation_;
    std::deque<table_item> items_; // a deque: references handed out stay good
};

} // namespace lightdash::sql
