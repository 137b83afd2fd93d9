// The rules, after squawk's and strong_migrations', as far as they matter on PostgreSQL 13 and later.
#include "lightdash/migrate/lint.hpp"

#include <array>

namespace lightdash::migrate {

namespace {

constexpr std::array rules = [] {
    using enum lint_severity;
    return std::array{
        lint_rule{"index-not-concurrent", error,
                  "CREATE INDEX CONCURRENTLY in a migration of its own with \"-- migrate:up transaction:off\""},
        lint_rule{"drop-index-not-concurrent", error,
                  "DROP INDEX CONCURRENTLY in a migration of its own with \"-- migrate:up transaction:off\""},
        lint_rule{"reindex-not-concurrent", error,
                  "REINDEX … CONCURRENTLY in a migration of its own with \"-- migrate:up transaction:off\""},
        lint_rule{"detach-partition-not-concurrent", error,
                  "DETACH PARTITION … CONCURRENTLY in a migration of its own with \"-- migrate:up transaction:off\""},
        lint_rule{"add-column-volatile-default", error,
                  "add the column without a default, SET DEFAULT for new rows, then fill the old rows in batches"},
        lint_rule{"add-column-stored-generated", error,
                  "add an ordinary column, keep it by a trigger, and fill the old rows in batches"},
        lint_rule{"add-column-serial", error,
                  "add a nullable bigint column, fill it in batches, then give it its sequence or identity"},
        lint_rule{"add-column-not-null", error,
                  "give it a constant DEFAULT, or add it nullable, fill it, and set NOT NULL later"},
        lint_rule{
            "set-not-null", error,
            "ADD CONSTRAINT … CHECK (column IS NOT NULL) NOT VALID; in the next migration VALIDATE CONSTRAINT, then "
            "SET NOT NULL, which needs no scan then"},
        lint_rule{"foreign-key-without-not-valid", error,
                  "ADD CONSTRAINT … FOREIGN KEY … NOT VALID, and VALIDATE CONSTRAINT in the next migration"},
        lint_rule{"check-without-not-valid", error,
                  "ADD CONSTRAINT … CHECK … NOT VALID, and VALIDATE CONSTRAINT in the next migration"},
        lint_rule{"validate-in-same-transaction", error, "VALIDATE CONSTRAINT in the next migration"},
        lint_rule{"add-unique-constraint", error,
                  "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX"},
        lint_rule{
            "add-primary-key", error,
            "CREATE UNIQUE INDEX CONCURRENTLY on NOT NULL columns, then ADD CONSTRAINT … PRIMARY KEY USING INDEX"},
        lint_rule{
            "add-exclusion-constraint", error,
            "a new table with the constraint, filled in batches; PostgreSQL cannot add one without blocking writes"},
        lint_rule{"change-column-type", error,
                  "add a column of the new type, write both, fill it in batches, then move the readers"},
        lint_rule{"table-rewrite", error, "a new table, filled in batches; or a maintenance window"},
        lint_rule{
            "lock-table", error,
            "leave the lock to the statement that needs it, which holds it for less time; or a maintenance window"},
        lint_rule{"rename-table", error,
                  "a new name beside the old (a view), move the program, drop the old one in a later release"},
        lint_rule{"rename-column", error,
                  "add a column, write both, move the readers, drop the old one in a later release"},
        lint_rule{"rename-schema", error, "a new schema beside the old one, until no program uses it"},
        lint_rule{"rename-enum-value", error,
                  "ADD VALUE, move the rows and the program, and leave the old value unused"},
        lint_rule{"drop-column", error,
                  "first a release that does not read the column, then this one: say so with lint:allow"},
        lint_rule{"drop-table", error,
                  "first a release that does not use the table, then this one: say so with lint:allow"},
        lint_rule{"drop-schema", error,
                  "first a release that does not use the schema, then this one: say so with lint:allow"},
        lint_rule{"drop-not-null", error, "first a release that can read NULL, then this one: say so with lint:allow"},
        lint_rule{"truncate-cascade", error, "TRUNCATE with every table named"},
        lint_rule{"drop-database", error, "nothing that a migration should do"},
        lint_rule{"enum-value-used-in-transaction", error, "use the new value in the next migration"},
        lint_rule{"syntax-error", error, "correct it, or allow it when a newer PostgreSQL than 15 knows the syntax"},
        lint_rule{"file-not-loaded", error, "correct the file: until then no command can use its folder"},
        lint_rule{"allowance-without-reason", error, "-- lint:allow rule: why it is safe here"},
        lint_rule{"allowance-of-unknown-rule", error, "'lightdash-backend migrate:lint --rules' lists the rules"},
        lint_rule{"update-without-batch", warning,
                  "change a bounded range of rows at a time, each in a transaction of its own (transaction:off)"},
        lint_rule{"identifier-too-long", warning, "a name of at most 63 bytes"},
        lint_rule{"duplicate-index", warning, "only one of them"},
        lint_rule{
            "foreign-key-without-index", warning,
            "an index that begins with the key's columns: deleting a referenced row reads the whole table without it"},
        lint_rule{"missing-down", warning, "statements below \"-- migrate:down\" that undo the way up"},
        lint_rule{"if-exists-hides-drift", warning,
                  "the statement without it: the history knows what exists, and a surprise should be seen"},
        lint_rule{"allowance-unused", warning, "take the comment out"},
        lint_rule{"prefer-timestamptz", style, "timestamptz: a point in time whatever the session's time zone is"},
        lint_rule{"prefer-text", style, "text, with a CHECK when the length matters"},
        lint_rule{"prefer-bigint", style, "bigint: 2,147,483,647 keys are used up sooner than one thinks"},
        lint_rule{"prefer-identity", style, "GENERATED ALWAYS AS IDENTITY"},
    };
}();

} // namespace

std::span<const lint_rule> lint_rules() noexcept
{
    return rules;
}

} // namespace lightdash::migrate
