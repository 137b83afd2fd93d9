// restore
#include "app/cli/answer.hpp"
#include "app/commands/backup/database_swap.hpp"
#include "app/commands/backup/restore_statements.hpp"
#include "app/commands/list.hpp"
#include "app/terminal/confirm.hpp"
#include "app/terminal/phase_progress.hpp"
#include "lightdash/async/attempt.hpp"
#include "lightdash/ops/backup.hpp"
#include "lightdash/ops/dated_backups.hpp"
#include "lightdash/sql/identifier.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace lightdash::app {
namespace {

namespace fs = std::filesystem;

// What `restore --json` prints.
struct restore_answer {
    std::string database;
    std::int64_t tables = 0, rows = 0;
    std::optional<std::string> kept_as;     // what was there before
    std::vector<std::string> not_restored;  // of the database's own properties
    std::vector<std::string> changed, kept; // of those that the database had before
    std::string file = {};
    bool counted_in_backup = false;
};
LIGHTDASH_DESCRIBE(restore_answer, database, tables, rows, kept_as, not_restored)

void pass_on(std::string_view line)
{
    fmt::print(stderr, "{}\n", line);
}

std::string name_with(const std::string& name, const std::string& ending)
{
    return name.substr(0, sql::max_identifier_bytes - ending.size()) + ending;
}

// "" for a name that a database can have. An empty one would mean the database of DATABASE_URL.
std::string database_name_fault(const std::string& name)
{
    if (name.empty())
        return "the name is empty";
    if (name.size() > sql::max_identifier_bytes)
        return fmt::format("the name has {} bytes, and PostgreSQL keeps only {}", name.size(),
                           sql::max_identifier_bytes);
    return {};
}

struct restore_wish {
    std::string file, to;
    bool no_owner = false, without_manifest = false, any_secret = false;
    typed_name confirmed;

    void describe(option_list& are)
    {
        are.value("FILE", file, "A file that 'backup' made").required();
        are.value("--to", to, "Another database of the server, created when there is none of that name")
            .named("NAME")
            .checked(database_name_fault);
        confirmed.describe(are);
        are.flag("--no-owner", no_owner,
                 "Everything belongs to the connected role and no rights are granted: for another server's roles (not "
                 "with --plain backups)");
        are.flag("--without-manifest", without_manifest,
                 "A file of pg_dump's own: its checksum and row counts are not checked");
        are.flag("--any-secret", any_secret,
                 "Also when the secrets in it were encrypted with another LIGHTDASH_SECRET: they are lost");
        are.json("{database, tables, rows, keptAs, notRestored}");
        are.setting("LIGHTDASH_DATA_DIR");
    }
};

// One restore: the checked backup, where it goes, and how it went.
class restoring {
public:
    restoring(const invocation& call, const restore_wish& wish)
        : call_(call), config_(call.config()), wish_(wish), server_(config_),
          target_(wish.to.empty() ? server_.database() : wish.to)
    {
        maintenance::refuse_system_database(target_);
    }

    void check_file()
    {
        manifest_ = wish_.without_manifest ? std::nullopt : ops::read_manifest(wish_.file);
        const phase_progress shown{call_.err, true};
        if (manifest_ && fs::is_regular_file(wish_.file))
            ops::verify(wish_.file, *manifest_, [&](std::uint64_t done) {
                shown("checking the checksum", done, static_cast<std::uint64_t>(manifest_->bytes));
            });
        std::error_code unknown;
        const auto bytes = fs::file_size(wish_.file, unknown);
        contents_ = ops::examine_dump(
            wish_.file, [&](std::uint64_t done) { shown("reading the dump", done, unknown ? 0 : bytes); });
        if (wish_.no_owner && contents_.format == ops::dump_format::plain)
            throw error{error_kind::usage,
                        fmt::format("{} is SQL text, in which the owners stand: --no-owner works with backups in the "
                                    "custom format. Nothing was changed.",
                                    wish_.file)};
        if (!manifest_ && !wish_.without_manifest)
            throw error{error_kind::usage,
                        fmt::format("{} is missing: it tells whether the backup is whole. Give --without-manifest to "
                                    "restore a file of pg_dump's without that check.",
                                    ops::manifest_of(wish_.file).string())};
        if (contents_.objects == 0 && !manifest_)
            refuse_nothing();
        if (!wish_.any_secret)
            require_secret();
    }

    int run()
    {
        const auto objects = objects_in_target();
        const bool production = call_.in_production();
        if (!objects)
            return into_new_database();
        if (*objects > 0 && !wish_.to.empty())
            throw error{error_kind::usage, fmt::format("The database {} is not empty ({} objects): give --to a name "
                                                       "that is not taken. Nothing was changed.",
                                                       target_, *objects)};
        if (*objects > 0) {
            if (contents_.objects == 0)
                refuse_nothing();
            wish_.confirmed.require(call_, server_.warning("replaced by the backup"), target_, production);
            return replacing_live();
        }
        if (production && wish_.to.empty())
            wish_.confirmed.require(
                call_, fmt::format("The empty database {} would be filled, and LIGHTDASH_ENV is production.", target_),
                target_, true);
        return into_empty_database();
    }

    restore_answer result() const
    {
        auto made = answer_;
        made.file = wish_.file;
        made.counted_in_backup = manifest_.has_value();
        return made;
    }

private:
    // Nobody finds out by a warehouse that cannot be reached any more.
    void require_secret() const
    {
        if (!manifest_ || !manifest_->secret_keys)
            return;
        const auto keys = sealing_keys_of(config_);
        for (const auto& needed : *manifest_->secret_keys)
            if (!keys.knows(needed))
                throw error{error_kind::usage,
                            fmt::format("{} holds secrets that were encrypted with the key {}, which {}. Give the "
                                        "LIGHTDASH_SECRET of the server that was backed up (beside a new one: as "
                                        "LIGHTDASH_SECRET_PREVIOUS), or --any-secret to lose the secrets. Nothing was "
                                        "changed.",
                                        wish_.file, needed,
                                        keys.can_seal() ? "is not that of LIGHTDASH_SECRET here"
                                                        : "cannot be had here: LIGHTDASH_SECRET is not set")};
    }

    [[noreturn]] void refuse_nothing() const
    {
        throw error{
            error_kind::usage,
            fmt::format("{} makes nothing: it holds no table and no other object. Nothing was changed.", wish_.file)};
    }

    // nullopt: there is no such database. Of several hosts in DATABASE_URL the first may be down, so that the failure
    // to connect does not tell: the server is asked.
    std::optional<std::int64_t> objects_in_target() const
    {
        auto found = attempt([&] {
            std::int64_t objects = 0;
            runtime on{config_, server_.connection_to(target_)};
            if (on.run(into(objects, objects_in(on.database()))) != 0)
                throw error{error_kind::cancelled, "Interrupted."};
            return objects;
        });
        if (found)
            return std::move(found).get();
        bool there = true;
        const auto asked = attempt(
            [&] { server_.run([&](runtime& on) { return into(there, database_exists(on.database(), target_)); }); });
        if (there || !asked) // what the first attempt said counts
            return std::move(found).get();
        return std::nullopt;
    }

    // nullopt: the backup does not say.
    std::optional<ops::database_properties> wanted() const
    {
        if (!manifest_ || !manifest_->properties)
            return std::nullopt;
        return wish_.no_owner ? ops::without_roles(*manifest_->properties) : manifest_->properties;
    }

    int into_new_database()
    {
        auto code = server_.run([&](runtime& on) {
            return wanted() ? done(create_like(on.database(), target_, *wanted(), answer_.not_restored))
                            : done(create_plainly(on.database(), target_));
        });
        if (code != 0)
            return code;
        return or_drop(target_, [&] {
            const auto filled = fill(target_);
            return filled == 0 && wanted() ? give(target_, *wanted(), !wish_.no_owner) : filled;
        });
    }

    // Its own properties are the work of whoever made it: only what it lacks comes from the backup.
    int into_empty_database()
    {
        auto code = fill(target_);
        if (code != 0 || !wanted())
            return code;
        ops::database_properties has;
        code = server_.run([&](runtime& on) { return into(has, properties_in(on.database(), target_)); });
        answer_.kept = ops::property_differences(ops::filled(has, *wanted()), *wanted());
        if (code == 0)
            code = give(target_, ops::lacking(has, *wanted()), false);
        return code;
    }

    int replacing_live()
    {
        const auto fresh = name_with(target_, fmt::format("_restoring_{}", ::getpid()));
        ops::database_properties live;
        auto code = server_.run([&](runtime& on) { return into(live, properties_in(on.database(), target_)); });
        if (code != 0)
            return code;
        tell_leftovers();
        auto all = live;
        if (wanted()) { // bytes and their order are the backup's
            all = ops::with_locale_of(ops::filled(live, *wanted()), *wanted());
            answer_.changed = ops::property_differences(ops::with_locale_of(*wanted(), live), *wanted());
            answer_.kept = ops::property_differences(all, *wanted());
        }
        code = server_.run(
            [&](runtime& on) { return done(create_like(on.database(), fresh, all, answer_.not_restored)); });
        if (code != 0)
            drop_unfinished(server_, fresh); // it was interrupted
        else
            code = or_drop(fresh, [&] {
                const auto filled = fill(fresh);
                return filled == 0 ? give(fresh, all, true) : filled;
            });
        if (code != 0)
            return code;
        const auto kept = name_with(target_, "_before_" + ops::compact_time());
        code = swap_databases(server_, target_, fresh, kept);
        if (code == 0)
            answer_.kept_as = kept;
        return code;
    }

    // Of restores that were killed.
    void tell_leftovers() const
    {
        std::vector<std::string> found;
        server_.run([&](runtime& on) { return into(found, databases_like(on.database(), target_ + "_restoring_")); });
        for (const auto& one : found)
            fmt::print(stderr,
                       "The database {} is left over, unless another restore runs now: psql postgres -c 'DROP DATABASE "
                       "{}'\n",
                       one, sql::quote_identifier(one));
    }

    int give(const std::string& database, const ops::database_properties& properties, bool change_owner)
    {
        return server_.run([&](runtime& on) {
            return done(give_properties(on.database(), database, properties, change_owner, answer_.not_restored));
        });
    }

    // `work` fills or mends a database that this run made.
    int or_drop(const std::string& database, const std::function<int()>& work)
    {
        int code = 1;
        try {
            code = work();
        } catch (...) {
            drop_unfinished(server_, database);
            throw;
        }
        if (code != 0)
            drop_unfinished(server_, database);
        return code;
    }

    int fill(const std::string& database)
    {
        auto connection = server_.connection_to(database);
        // Nothing of a plain dump is run twice, so nothing of it is prepared under a name.
        connection.transaction_pooler = contents_.format == ops::dump_format::plain;
        runtime on{config_, connection, pass_on};
        return on.run(fill_and_count(on, database));
    }

    task<int> fill_and_count(runtime& on, std::string database)
    {
        ops::restore_options options;
        options.connection = server_.connection_to(database);
        options.file = wish_.file;
        options.contents = contents_;
        options.no_owner = wish_.no_owner;
        options.rows = manifest_ ? static_cast<std::uint64_t>(ops::rows_of(*manifest_)) : 0;
        options.locks = manifest_ ? static_cast<std::uint64_t>(manifest_->locks.value_or(0)) : 0;
        options.on_progress = phase_progress{call_.err};
        options.on_warning = pass_on;
        co_await ops::restore(on.database(), on.clocks(), options);
        const auto counted = co_await rows_in(on.database(), options.on_progress);
        options.on_progress = {};
        answer_.database = target_;
        answer_.tables = static_cast<std::int64_t>(counted.size());
        for (const auto& table : counted)
            answer_.rows += table.rows;
        if (manifest_)
            compare_with_manifest(database, counted);
        const auto objects = co_await objects_in(on.database());
        if (objects == 0 && contents_.objects > 0 && database != target_)
            refuse_nothing(); // of a live database nothing would be left
        co_return 0;
    }

    void compare_with_manifest(const std::string& database, const std::vector<ops::table_rows>& counted) const
    {
        const auto wrong = ops::differences(manifest_->tables, counted);
        if (wrong.empty())
            return;
        std::string text;
        for (const auto& one : wrong)
            (text += text.empty() ? "" : "\n  ") += one;
        throw error{error_kind::internal, fmt::format("The restored database {} does not hold what the backup's "
                                                      "manifest says.",
                                                      database)}
            .with_detail(text);
    }

    const invocation& call_;
    const settings& config_;
    const restore_wish& wish_;
    maintenance server_;
    std::string target_;
    std::optional<ops::backup_manifest> manifest_;
    ops::dump_contents contents_{};
    restore_answer answer_;
};

answer<restore_answer> run(const invocation& call, const restore_wish& wish)
{
    refuse_transaction_pooler(call.config(), "restore");
    restoring one{call, wish};
    one.check_file();
    if (const auto code = one.run(); code != 0)
        return {std::nullopt, code};
    return {one.result()};
}

void show(const restore_answer&, const invocation&) {} // what is told is all

void tell(const restore_answer& made, const invocation&)
{
    fmt::print(stderr, "Restored {} into the database {}: {} tables, {} rows{}.\n", made.file, made.database,
               made.tables, made.rows, made.counted_in_backup ? ", as many as in the backup" : "");
    for (const auto& one : made.not_restored)
        fmt::print(stderr, "Not restored: {}.\n", one);
    for (const auto& one : made.changed)
        fmt::print(stderr, "The database {} had {}: now it is as in the backup.\n", made.database, one);
    for (const auto& one : made.kept)
        fmt::print(stderr, "The database {} was there before and keeps {}.\n", made.database, one);
    if (made.kept_as)
        fmt::print(stderr,
                   "What was there before is kept in the database {0}; when it is no longer wanted: "
                   "psql -c 'DROP DATABASE {1}'\n",
                   *made.kept_as, sql::quote_identifier(*made.kept_as));
}

} // namespace

command commands::restore()
{
    return answering<restore_wish>(
        {.path = "restore",
         .meaning = "Restore a backup into an empty or new database, all or nothing",
         .examples = "  lightdash-backend restore lightdash-20261125T023000Z.dump --to lightdash_copy\n"
                     "  lightdash-backend restore before-upgrade.dump --confirm=lightdash"},
        run, show, tell);
}

} // namespace lightdash::app
