// backup
#include "lightdash/ops/backup.hpp"
#include "lightdash/core/units.hpp"

#include "app/cli/answer.hpp"
#include "app/commands/backup/backup_schedule.hpp"
#include "app/commands/list.hpp"
#include "app/commands/sealed_rows.hpp"
#include "app/runtime/maintenance.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/phase_progress.hpp"
#include "lightdash/ops/dated_backups.hpp"
#include "lightdash/pg/connection_target.hpp"

#include <fmt/format.h>

#include <variant>

namespace lightdash::app {
namespace {

namespace fs = std::filesystem;

struct backup_wish {
    std::string file;
    bool plain = false, schedule = false;
    std::size_t keep = 0; // 0: all
    yes_or_no agreed;

    void describe(option_list& are)
    {
        are.value("FILE", file, "Where to; a folder gets DATABASE-TIME.dump (default: that name, in this folder)");
        are.flag("--plain", plain, "SQL text instead of pg_dump's custom format");
        are.value("--keep", keep,
                  "In a folder: afterwards remove all but the newest N of this server's database; never the last one "
                  "that holds more rows than the new one without asking")
            .between(1, 100'000)
            .named("N");
        are.json("the manifest: {version, file, format, bytes, sha256, createdAt, database, serverVersion, "
                 "pgDumpVersion, schemaVersion, tables: [{schema, name, rows}], systemIdentifier, locks, properties, "
                 "secretKeys}");
        agreed.describe(are);
        are.flag("--schedule", schedule,
                 "Back up nothing: print a systemd service and timer, and a Kubernetes CronJob, that do it daily");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

bool is_folder(const std::string& path)
{
    std::error_code ignored;
    return path.ends_with('/') || fs::is_directory(path, ignored);
}

std::string own_path()
{
    std::error_code unknown;
    const auto path = fs::read_symlink("/proc/self/exe", unknown);
    return unknown ? "/usr/local/bin/lightdash-backend" : path.string();
}

fs::path target_file(const backup_wish& wish, const std::string& database)
{
    if (wish.file.empty())
        return ops::dated_name(".", database, wish.plain).filename();
    if (!is_folder(wish.file))
        return wish.file;
    if (fs::create_directories(wish.file))
        fs::permissions(wish.file, fs::perms::owner_all);
    return ops::dated_name(wish.file, database, wish.plain);
}

struct made_backup : ops::backup_manifest {
    fs::path path;
    std::chrono::duration<double> took;
};
BOOST_DESCRIBE_STRUCT(made_backup, (ops::backup_manifest), ())

// With --schedule the files that do it.
using backup_answer = std::variant<made_backup, std::string>;

task<backup_answer> make_backup(runtime& on, ops::backup_options options)
{
    const auto started = std::chrono::steady_clock::now();
    auto manifest = co_await ops::backup(on.database(), on.clocks(), options);
    const auto took = std::chrono::steady_clock::now() - started;
    co_return made_backup{std::move(manifest), options.file, took}; // with the options goes the line of their progress
}

void show(const backup_answer& made, const invocation&)
{
    if (const auto* schedule = std::get_if<std::string>(&made))
        fmt::print("{}", *schedule);
    else
        fmt::print("{}\n", std::get<made_backup>(made).path.string());
}

// --keep, after a backup that was made.
void remove_old(const invocation& call, const backup_wish& wish, const made_backup& made)
{
    const auto kept =
        ops::keep_newest(made.path.parent_path(), made, wish.keep, [&](const fs::path& larger, std::int64_t rows) {
            return wish.agreed.unless_nobody_answers(
                call, fmt::format("{} is the last that holds more rows ({}) than the new backup "
                                  "({}). Remove it?",
                                  larger.string(), rows, ops::rows_of(made)));
        });
    for (const auto& old : kept.removed)
        fmt::print(stderr, "Removed {}.\n", old.string());
    if (kept.spared)
        fmt::print(stderr,
                   "Kept {} beside the newest {}: it is the last that holds more rows ({}) than the new backup ({}). "
                   "Give --yes to remove such files.\n",
                   kept.spared->string(), wish.keep, kept.spared_rows, ops::rows_of(made));
    if (!made.system_identifier)
        fmt::print(stderr, "Removed nothing: this role may not ask the server which one it is (GRANT EXECUTE ON "
                           "FUNCTION pg_control_system() to it).\n");
    else if (kept.strange > 0)
        fmt::print(stderr,
                   "Left alone: {} files of that name whose manifest is missing, or does not say that they are of this "
                   "server's database {}.\n",
                   kept.strange, made.database);
}

answer<backup_answer> back_up(const invocation& call, const backup_wish& wish)
{
    const auto& config = call.config();
    if (wish.keep > 0 && !wish.schedule && !is_folder(wish.file))
        throw error{error_kind::usage,
                    "--keep counts the backups of a folder: give one, as in 'backup DIR/ --keep 7'."};
    const command_postgres server{config};
    const auto database = pg::target_of(server.connection().conninfo).database;
    if (wish.schedule) {
        const auto folder = is_folder(wish.file) ? fs::absolute(wish.file).string() : "/var/backups/lightdash/";
        return {schedule_text(own_path(), database, folder, wish.keep > 0 ? wish.keep : 7)};
    }
    refuse_transaction_pooler(config, "backup");
    ops::backup_options options;
    options.connection = server.connection();
    options.file = target_file(wish, database);
    options.plain = wish.plain;
    options.secret_keys = secret_keys_in;
    options.on_progress = phase_progress{call.err};
    options.on_warning = [](std::string_view said) { fmt::print(stderr, "{}\n", said); };
    runtime on{config, server.connection()};
    return ask(on, make_backup(on, std::move(options)));
}

int tell_and_tidy(const backup_answer& answer, const invocation& call, const backup_wish& wish)
{
    const auto* made = std::get_if<made_backup>(&answer);
    if (made == nullptr)
        return 0;
    fmt::print(stderr, "Backed up {}: {}, {} tables, {} rows, in {:.1f} s.\n", made->database,
               rough_size(static_cast<std::uint64_t>(made->bytes)), made->tables.size(), ops::rows_of(*made),
               made->took.count());
    if (wish.keep > 0)
        remove_old(call, wish, *made);
    return 0;
}

} // namespace

command commands::backup()
{
    return answering<backup_wish>({.path = "backup",
                                   .meaning = "Back up the database to a file, with a manifest beside it",
                                   .examples = "  lightdash-backend backup\n"
                                               "  lightdash-backend backup before-upgrade.dump\n"
                                               "  lightdash-backend backup /var/backups/lightdash/ --keep 7\n"
                                               "  lightdash-backend backup --schedule --keep 14"},
                                  back_up, show, tell_and_tidy);
}

} // namespace lightdash::app
