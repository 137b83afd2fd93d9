#include "ops/backup/load_plain.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/pg/copy.hpp"
#include "lightdash/pg/statement_batch.hpp"
#include "ops/backup/plain_dump.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <vector>

namespace lightdash::ops {
namespace {

constexpr std::chrono::hours longest_load{48};
// So many statements travel together: dumps with INSERT have millions of small ones.
constexpr std::size_t most_statements = 100;
constexpr std::size_t most_bytes = 256 * 1024;

constexpr std::string_view named_by_line = "restore.line_";

// A statement's name is its line, by which the server's refusal is told.
pg::statement statement_of(const dump_statement& one)
{
    return pg::statement::trusted(fmt::format("{}{}", named_by_line, one.line), one.text);
}

error refused_in(const std::filesystem::path& file, std::uint64_t line, const error& why)
{
    const auto* said = why.database();
    if (said && said->statement.starts_with(named_by_line))
        std::from_chars(said->statement.data() + named_by_line.size(), said->statement.data() + said->statement.size(),
                        line);
    auto told = error{error_kind::internal, fmt::format("{}:{}: the server refused this; nothing of the file was kept.",
                                                        file.string(), line)};
    if (said)
        return told.with_database(*said).with_detail(fmt::format("{} ({}){}{}", said->message, said->sqlstate,
                                                                 said->detail.empty() ? "" : "\n  ", said->detail));
    return told.with_detail(why.message());
}

// The statements between two COPYs, some at a time.
class waiting_statements {
public:
    explicit waiting_statements(pg::transaction& tx) : tx_(tx) { statements_.reserve(most_statements); }

    bool full() const noexcept { return statements_.size() == most_statements || bytes_ >= most_bytes; }
    void add(const dump_statement& one)
    {
        bytes_ += one.text.size();
        statements_.push_back(statement_of(one));
    }
    task<void> send()
    {
        pg::statement_batch together;
        for (const auto& one : statements_)
            together.add(one);
        co_await tx_.send(together);
        statements_.clear();
        bytes_ = 0;
    }

private:
    pg::transaction& tx_;
    std::vector<pg::statement> statements_;
    std::size_t bytes_ = 0;
};

task<void> load(pg::transaction& tx, plain_dump& dump, const std::function<void()>& on_bytes)
{
    waiting_statements waiting{tx};
    while (const auto one = dump.next()) {
        on_bytes();
        if (!one->copies)
            waiting.add(*one);
        if (one->copies || waiting.full())
            co_await waiting.send();
        if (!one->copies)
            continue;
        const auto copy = statement_of(*one);
        co_await pg::copy_in(tx, copy, [&] {
            on_bytes();
            return dump.next_rows();
        });
    }
    co_await waiting.send();
}

} // namespace

task<void> load_plain(pg::database& database, const restore_options& options)
{
    std::ifstream in{options.file, std::ios::binary};
    plain_dump dump{options.file.string(), in};
    const auto size = std::filesystem::file_size(options.file);
    const std::function<void()> on_bytes = [&] {
        if (options.on_progress)
            options.on_progress("restoring bytes", dump.bytes(), size);
    };
    auto tx = co_await database.begin({}, deadline::after(longest_load));
    co_await lift_limits(tx);
    try {
        co_await load(tx, dump, on_bytes);
    } catch (const error& why) {
        throw refused_in(options.file, 1, why);
    }
    co_await tx.commit();
}

} // namespace lightdash::ops
