#include "app/cli/familiar_names.hpp"

#include <algorithm>
#include <array>

namespace lightdash::app {
namespace familiar_names {

struct familiar {
    std::string_view words;
    std::string_view meaning;
};

constexpr std::string_view apply_all = "'lightdash-backend migrate' applies every pending migration";
constexpr std::string_view apply_next =
    "'lightdash-backend migrate --steps 1' applies the next migration, 'lightdash-backend migrate' all of them";
constexpr std::string_view revert_last =
    "'lightdash-backend rollback-last' reverts the migration that was applied last";
constexpr std::string_view revert_batch =
    "'lightdash-backend rollback-last' reverts the migration that was applied last, with --batch all that were applied "
    "together with it";
constexpr std::string_view revert_all = "'lightdash-backend rollback-all' reverts every migration";
constexpr std::string_view show = "'lightdash-backend migrate:status' shows what is applied and pending";
constexpr std::string_view make = "'lightdash-backend create-migration NAME' writes the file of a new migration";
constexpr std::string_view unlock =
    "'lightdash-backend migrate:unlock' shows who migrates: there is no lock that a crash could leave";
constexpr std::string_view seed = "'lightdash-backend seed' runs the seeds";
constexpr std::string_view make_seed = "'lightdash-backend seed:make NAME' writes a new file of seeds";
constexpr std::string_view create = "'lightdash-backend db create' creates the database";
constexpr std::string_view drop = "'lightdash-backend db drop' drops the database";
constexpr std::string_view reset = "'lightdash-backend db reset' drops the database, creates it and migrates it";
constexpr std::string_view set_up =
    "'lightdash-backend db create' creates the database, 'lightdash-backend migrate' applies every migration, "
    "'lightdash-backend seed' runs the seeds";
constexpr std::string_view schema = "'lightdash-backend db schema' prints the schema as text";
constexpr std::string_view wait = "'lightdash-backend db wait' waits until the database answers";

// Knex's and Lightdash's own scripts, dbmate, Rails, golang-migrate, sqlx, node-pg-migrate, Flyway.
constexpr auto all = std::to_array<familiar>({
    {"migrate:latest", apply_all},
    {"migrate:up", apply_next},
    {"migrate:down", revert_last},
    {"migrate:rollback", revert_batch},
    {"migrate:list", show},
    {"migrate:currentVersion", show},
    {"migrate:make", make},
    {"migrate:create", make},
    {"migrate-production", apply_all},
    {"rollback-production", revert_last},
    {"rollback", revert_batch},
    {"seed:run", seed},
    {"up", set_up},
    {"down", revert_last},
    {"new", make},
    {"status", show},
    {"wait", wait},
    {"create", create},
    {"drop", drop},
    {"dump", schema},
    {"db:migrate", apply_all},
    {"db:migrate:up", apply_next},
    {"db:migrate:down", revert_last},
    {"db:migrate:redo", revert_last},
    {"db:migrate:status", show},
    {"db:rollback", revert_last},
    {"db:create", create},
    {"db:drop", drop},
    {"db:reset", reset},
    {"db:setup", set_up},
    {"db:prepare", set_up},
    {"db:seed", seed},
    {"db:version", show},
    {"db:schema:dump", schema},
    {"db:structure:dump", schema},
    {"info", show},
    {"validate", show},
    {"baseline", "'lightdash-backend migrate:baseline' records migrations as applied without running them"},
    {"repair", "'lightdash-backend migrate:repair' makes the history agree with edited, renamed or removed files"},
    {"unlock", unlock},
    {"migrate up", apply_all},
    {"migrate latest", apply_all},
    {"migrate run", apply_all},
    {"migrate down", revert_last},
    {"migrate rollback", revert_last},
    {"migrate revert", revert_last},
    {"migrate status", show},
    {"migrate info", show},
    {"migrate list", show},
    {"migrate create", make},
    {"migrate make", make},
    {"migrate add", make},
    {"migrate new", make},
    {"migrate reset", revert_all},
    {"migrate unlock", unlock},
    {"migrate version", show},
    {"db migrate", apply_all},
    {"db rollback", revert_last},
    {"db seed", seed},
    {"db setup", set_up},
    {"db status", show},
    {"db version", show},
    {"db dump", schema},
    {"seed run", seed},
    {"seed make", make_seed},
});

} // namespace familiar_names

std::string_view familiar_command(std::string_view words)
{
    const auto found = std::ranges::find(familiar_names::all, words, &familiar_names::familiar::words);
    return found == familiar_names::all.end() ? std::string_view{} : found->meaning;
}

} // namespace lightdash::app
