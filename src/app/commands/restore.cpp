// restore
#include "app/backup_manifest.hpp"
#include "app/command.hpp"
#include "app/confirm.hpp"
#include "app/database_swap.hpp"
#include "app/phase_progress.hpp"
#include "app/print_json.hpp"
#include "lightdash/pg/sqlstate.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <fstream>
#include <unistd.h>

namespace lightdash::app {
namespace {

namespace fs = std::filesystem;

struct restore_wish {
    std::string file, to;
    bool no_owner = false, without_manifest = false, json = false;
};

// What `restore --json` prints.
struct restore_answer {
    std::string database;
    std::int64_t tables = 0, rows = 0;
    std::optional<std::string> kept_as; // what was there before
};
LIGHTDASH_DESCRIBE(restore_answer, database, tables, rows, kept_as)

bool is_plain(const fs::path& file)
{
    std::array<char, 5> start{};
    std::ifstream{file, std::ios::binary}.read(start.data(), start.size());
    return std::string_view{start.data(), start.size()} != "PGDMP";
}

// One restore: the checked backup, where it goes, and how it went.
class restoring {
public:
    restoring(const command_line& line, const settings& config, const restore_wish& wish)
        : line_(line), config_(config), wish_(wish), server_(config),
          target_(wish.to.empty() ? server_.database() : wish.to)
    {}

    void check_file()
    {
        if (!fs::is_regular_file(wish_.file))
            throw error{error_kind::usage, fmt::format("There is no file {}.", wish_.file)};
        if (wish_.no_owner && is_plain(wish_.file))
            throw error{error_kind::usage,
                        fmt::format("{} is SQL text, in which the owners stand: --no-owner works with backups in the "
                                    "custom format. Nothing was changed.",
                                    wish_.file)};
        manifest_ = wish_.without_manifest ? std::nullopt : read_manifest(wish_.file);
        if (!manifest_ && !wish_.without_manifest)
            throw error{error_kind::usage,
                        fmt::format("{} is missing: it tells whether the backup is whole. Give --without-manifest to "
                                    "restore a file of pg_dump's without that check.",
                                    manifest_of(wish_.file).string())};
        if (!manifest_)
            return;
        const phase_progress shown{line_.err(), true};
        verify(wish_.file, *manifest_, [&](std::uint64_t done) {
            shown("checking the checksum", done, static_cast<std::uint64_t>(manifest_->bytes));
        });
        for (const auto& table : manifest_->tables)
            rows_ += table.rows;
    }

    int run(const typed_name& confirmed)
    {
        const auto objects = objects_in_target();
        const bool production = config_.env == environment::production;
        if (!objects)
            return into_new_database();
        if (*objects > 0 && !wish_.to.empty())
            throw error{error_kind::usage, fmt::format("The database {} is not empty ({} objects): give --to a name "
                                                       "that is not taken. Nothing was changed.",
                                                       target_, *objects)};
        if (*objects > 0) {
            server_.refuse_system_database();
            confirmed.require(server_.warning("replaced by the backup"), target_, production);
            return replacing_live();
        }
        if (production && wish_.to.empty())
            confirmed.require(
                fmt::format("The empty database {} would be filled, and LIGHTDASH_ENV is production.", target_),
                target_, true);
        return fill(target_);
    }

    void report() const
    {
        if (wish_.json)
            print_json(answer_);
        fmt::print(stderr, "Restored {} into the database {}: {} tables, {} rows{}.\n", wish_.file, target_,
                   answer_.tables, answer_.rows, manifest_ ? ", as many as in the backup" : "");
        if (answer_.kept_as)
            fmt::print(stderr,
                       "What was there before is kept in the database {0}; when it is no longer wanted: "
                       "psql -c 'DROP DATABASE {1}'\n",
                       *answer_.kept_as, sql::quote_identifier(*answer_.kept_as));
    }

private:
    // nullopt: there is no such database.
    std::optional<std::int64_t> objects_in_target() const
    {
        std::int64_t objects = 0;
        try {
            runtime on{config_, server_.connection_to(target_)};
            on.run(count_objects_into(on, objects));
        } catch (const error& failure) {
            if (pg::connect_fault_of(failure) != pg::connect_fault::no_database)
                throw;
            return std::nullopt;
        }
        return objects;
    }

    static task<int> count_objects_into(runtime& on, std::int64_t& objects)
    {
        const auto db = on.database().exclusive(deadline::after(std::chrono::seconds{30}));
        objects = co_await ops::count_objects(*db);
        co_return 0;
    }

    static task<int> execute(runtime& on, std::string text)
    {
        const auto what = pg::statement::trusted("restore.database", std::move(text));
        const auto db = on.database().exclusive(deadline::after(std::chrono::minutes{5}));
        co_await db->execute(what);
        co_return 0;
    }
    static task<int> done(task<void> work)
    {
        co_await std::move(work);
        co_return 0;
    }

    void drop(const std::string& database) const
    {
        server_.run([&](runtime& on) {
            return execute(on, "drop database if exists " + sql::quote_identifier(database) + " with (force)");
        });
    }

    int into_new_database()
    {
        const auto code = server_.run([&](runtime& on) {
            return execute(on, "create database " + sql::quote_identifier(target_) + " template template0");
        });
        return code != 0 ? code : fill_or_drop(target_);
    }

    int replacing_live()
    {
        const auto suffix = fmt::format("_restoring_{}", ::getpid());
        const auto fresh = target_.substr(0, sql::max_identifier_bytes - suffix.size()) + suffix;
        auto code = server_.run([&](runtime& on) { return done(create_like(on.database(), fresh, target_)); });
        if (code == 0)
            code = fill_or_drop(fresh);
        if (code != 0)
            return code;
        const auto when = "_before_" + compact_time();
        const auto kept = target_.substr(0, sql::max_identifier_bytes - when.size()) + when;
        try {
            code = server_.run([&](runtime& on) { return done(swap_databases(on.database(), target_, fresh, kept)); });
        } catch (...) {
            undo_swap(fresh);
            throw;
        }
        if (code != 0)
            undo_swap(fresh);
        else
            answer_.kept_as = kept;
        return code;
    }

    void undo_swap(const std::string& fresh) const
    {
        server_.run([&](runtime& on) { return done(allow_connections(on.database(), target_)); });
        drop(fresh);
    }

    int fill_or_drop(const std::string& database)
    {
        int code = 1;
        try {
            code = fill(database);
        } catch (...) {
            drop(database);
            throw;
        }
        if (code != 0)
            drop(database);
        return code;
    }

    int fill(const std::string& database)
    {
        runtime on{config_, server_.connection_to(database)};
        return on.run(fill_and_count(on, database));
    }

    task<int> fill_and_count(runtime& on, std::string database)
    {
        ops::restore_options options;
        options.connection = server_.connection_to(database);
        options.file = wish_.file;
        options.plain = is_plain(wish_.file);
        options.no_owner = wish_.no_owner;
        options.rows = static_cast<std::uint64_t>(rows_);
        options.on_progress = phase_progress{line_.err()};
        co_await ops::restore(on.database(), on.clocks(), options);
        const auto db = on.database().exclusive(deadline::after(std::chrono::hours{12}));
        const auto counted = co_await ops::count_rows(*db, options.on_progress);
        options.on_progress = {};
        answer_ = {target_, static_cast<std::int64_t>(counted.size()), 0, std::nullopt};
        for (const auto& table : counted)
            answer_.rows += table.rows;
        if (!manifest_)
            co_return 0;
        const auto wrong = ops::differences(manifest_->tables, counted);
        if (wrong.empty())
            co_return 0;
        std::string text;
        for (const auto& one : wrong)
            (text += text.empty() ? "" : "\n  ") += one;
        throw error{error_kind::internal, fmt::format("The restored database {} does not hold what the backup's "
                                                      "manifest says.",
                                                      database)}
            .with_detail(text);
    }

    const command_line& line_;
    const settings& config_;
    const restore_wish& wish_;
    maintenance server_;
    std::string target_;
    std::optional<ops::backup_manifest> manifest_;
    std::int64_t rows_ = 0;
    restore_answer answer_;
};

} // namespace

void add_restore(command_line& line)
{
    auto& restore = line.add("restore", "Restore a backup into an empty or new database, all or nothing",
                             "  lightdash-backend restore lightdash-20261125T023000Z.dump --to lightdash_copy\n"
                             "  lightdash-backend restore before-upgrade.dump --confirm=lightdash");
    const auto wish = std::make_shared<restore_wish>();
    restore.add_option("FILE", wish->file, "A file that 'backup' made")->required();
    restore.add_option("--to", wish->to, "Another database of the server, created when there is none of that name")
        ->type_name("NAME");
    const auto confirmed = std::make_shared<typed_name>(line, restore);
    restore.add_flag("--no-owner", wish->no_owner,
                     "Everything belongs to the connected role and no rights are granted: for another server's roles "
                     "(not with --plain backups)");
    restore.add_flag("--without-manifest", wish->without_manifest,
                     "A file of pg_dump's own: its checksum and row counts are not checked");
    restore.add_flag("--json", wish->json, "Print {database, tables, rows, keptAs}");
    line.add_setting_flags(restore, {"LIGHTDASH_DATA_DIR"});
    line.on_run(restore, [&line, wish, confirmed](const loaded_settings& loaded) {
        restoring one{line, loaded.values, *wish};
        one.check_file();
        const auto code = one.run(*confirmed);
        if (code == 0)
            one.report();
        return code;
    });
}

} // namespace lightdash::app
