#include "lightdash/migrate/data_migration.hpp"

#include "migrate/files/file_name.hpp"

#include <utility>

namespace lightdash::migrate {

migration describe_data_migration(std::string file, std::string checksum, change_function up, change_function down)
{
    migration made;
    made.name = name_of_file(file);
    made.file = std::move(file);
    made.checksum = std::move(checksum);
    made.change_up = up;
    made.change_down = down;
    return made;
}

task<void> change_schema(pg::transaction& tx, void (*describe)(sql::schema_builder&))
{
    sql::schema_builder schema;
    describe(schema);
    for (auto& one : compile(schema)) {
        const auto statement = pg::statement::trusted("migration.schema", std::move(one.text));
        co_await tx.execute(statement);
    }
}

} // namespace lightdash::migrate
