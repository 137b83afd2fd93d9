#include "lightdash/migrate/code_migration.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/migrate/statement_effects.hpp"
#include "migrate/files/file_name.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::migrate {

namespace {

// What a code migration describes in one direction.
struct direction {
    std::vector<migration_statement> statements;
    int line_inside = 0;  // of the first statement that can run inside a transaction; 0: there is none
    int line_outside = 0; // of the first one that PostgreSQL refuses there
};

direction described(const std::string& file, describe_function describe)
{
    direction made;
    if (!describe)
        return made;
    sql::schema_builder schema;
    describe(schema);
    for (const auto& statement : compile(schema)) {
        // A raw text may hold several statements; the protocol takes one at a time.
        for (auto& one : split_statements(file, statement.text)) {
            const bool outside = effects_of(one.text).transaction == in_transaction::refused;
            auto& first = outside ? made.line_outside : made.line_inside;
            if (!first)
                first = statement.line;
            made.statements.push_back({std::move(one.text), statement.line});
        }
    }
    return made;
}

// Whether the migrator opens a transaction, when the migration does not say so itself.
bool transaction_for(const std::string& file, const direction& up, const direction& down)
{
    const int outside = up.line_outside ? up.line_outside : down.line_outside;
    if (!outside)
        return true;
    if (const int inside = up.line_inside ? up.line_inside : down.line_inside)
        throw error{error_kind::internal,
                    fmt::format("{}:{}: this statement cannot run inside a transaction, but the one of line {} could. "
                                "Move it to a migration of its own, or add transaction_off to LIGHTDASH_MIGRATION when "
                                "each statement may be kept by itself.",
                                file, outside, inside)};
    return false;
}

std::string described_text(const migration& made)
{
    std::string text;
    for (const auto& statement : made.up)
        text += statement.text + ";\n";
    text += "-- down\n";
    for (const auto& statement : made.down)
        text += statement.text + ";\n";
    if (!made.transaction)
        text += "-- transaction:off\n";
    return text;
}

} // namespace

migration describe_migration(std::string file, describe_function describe_up, migration_traits traits)
{
    migration made;
    made.name = name_of_file(file);
    direction up;
    direction down;
    try {
        up = described(file, describe_up);
        down = described(file, traits.down);
    } catch (const error& failure) {
        throw error{failure.kind(), fmt::format("{}: {}", file, failure.message())};
    }
    made.transaction = !traits.transaction_off && transaction_for(file, up, down);
    made.up = std::move(up.statements);
    made.down = std::move(down.statements);
    made.lint_allowances = std::move(traits.lint_allowances);
    made.checksum = checksum_of(described_text(made));
    made.file = std::move(file);
    return made;
}

} // namespace lightdash::migrate
