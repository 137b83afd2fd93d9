#include "lightdash/migrate/code_migration.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/migrate/sql_file.hpp"
#include "migrate/file_name.hpp"

#include <fmt/format.h>

#include <utility>

namespace lightdash::migrate {

namespace {

std::vector<migration_statement> described(const std::string& file, describe_function describe)
{
    std::vector<migration_statement> statements;
    if (!describe)
        return statements;
    sql::schema_builder schema;
    describe(schema);
    for (auto& text : compile(schema)) {
        // A raw text may hold several statements; the protocol takes one at a time.
        for (auto& one : split_statements(file, text))
            statements.push_back({std::move(one.text), 0});
    }
    return statements;
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

migration describe(std::string file, describe_function up, describe_function down, bool transaction)
{
    migration made;
    made.name = name_of_file(file);
    try {
        made.up = described(file, up);
        made.down = described(file, down);
    } catch (const error& failure) {
        throw error{failure.kind(), fmt::format("{}: {}", file, failure.message())};
    }
    made.transaction = transaction;
    made.checksum = checksum_of(described_text(made));
    made.file = std::move(file);
    return made;
}

} // namespace

migration describe_migration(std::string file, describe_function up, describe_function down)
{
    return describe(std::move(file), up, down, true);
}

migration describe_migration(std::string file, describe_function up, transaction_off_t)
{
    return describe(std::move(file), up, nullptr, false);
}

migration describe_migration(std::string file, describe_function up, describe_function down, transaction_off_t)
{
    return describe(std::move(file), up, down, false);
}

} // namespace lightdash::migrate
