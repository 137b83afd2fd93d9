#include "lightdash/migrate/migration.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/near_match.hpp"
#include "lightdash/migrate/migrate_error.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/migrate/statement_effects.hpp"
#include "migrate/run/concurrent_index.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace lightdash::migrate {

namespace {

bool ends_transaction(std::string_view words)
{
    static constexpr std::array<std::string_view, 6> first_words{"BEGIN",    "COMMIT", "END",
                                                                 "ROLLBACK", "ABORT",  "START"};
    const auto first = words.substr(0, words.find(' '));
    return std::find(first_words.begin(), first_words.end(), first) != first_words.end() ||
           words == "PREPARE TRANSACTION";
}

std::string place_of(const migration& checked, const migration_statement& statement)
{
    return statement.line ? fmt::format("{}:{}", checked.file, statement.line) : checked.file;
}

void require_no_transaction_control(const migration& checked, const std::vector<migration_statement>& statements)
{
    for (const auto& statement : statements) {
        const auto words = leading_words(statement.text);
        if (ends_transaction(words))
            throw error{
                error_kind::configuration,
                fmt::format("{} says {}, but the migrator itself opens and ends transactions: take the statement out.",
                            place_of(checked, statement), words)};
        if (checked.transaction && effects_of(statement.text).transaction == in_transaction::refused)
            throw error{error_kind::configuration,
                        fmt::format("{} says {} …, which PostgreSQL refuses inside a transaction: put it into a "
                                    "migration of its own with transaction:off.",
                                    place_of(checked, statement), words)};
        const auto index = index_built_by(statement.text);
        if (index && index->name.empty())
            throw error{error_kind::configuration,
                        fmt::format("{} builds an index without a name, which could not be found again after a crash: "
                                    "name it (CREATE INDEX CONCURRENTLY name ON …).",
                                    place_of(checked, statement))};
    }
}

// "create_projects_table" of "003_create_projects_table"
std::string_view words_of(std::string_view name)
{
    return name.substr(std::min(name.find('_'), name.size() - 1) + 1);
}

bool all_digits(std::string_view text)
{
    return !text.empty() && text.size() <= 18 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

std::int64_t migration_number(std::string_view name)
{
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    const auto digits = static_cast<std::size_t>(end - name.data());
    const bool starts_with_digit = !name.empty() && name.front() != '-';
    if (failure != std::errc{} || !starts_with_digit || digits > 18 || digits == name.size() || name[digits] != '_')
        throw error{error_kind::configuration,
                    fmt::format("The migration \"{}\" has no number: name it like 012_add_email_index.", name)};
    return number;
}

std::string checksum_of(std::string_view text)
{
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
    return fmt::format("{:02x}", fmt::join(hash, ""));
}

void registry::add(migration made)
{
    const auto number = migration_number(made.name);
    if (made.up.empty() && !made.change_up)
        throw error{error_kind::configuration,
                    fmt::format("{} changes nothing: its up has no statement. Write one, or take the file away.",
                                made.file.empty() ? made.name : made.file)};
    require_no_transaction_control(made, made.up);
    require_no_transaction_control(made, made.down);
    const auto position =
        std::lower_bound(all_.begin(), all_.end(), number,
                         [](const migration& m, std::int64_t wanted) { return migration_number(m.name) < wanted; });
    if (position != all_.end() && migration_number(position->name) == number)
        throw migrate_error{
            exit_code::history,
            error{error_kind::configuration,
                  fmt::format("Two migrations have the number {}: \"{}\" and \"{}\". Give the newer one the "
                              "next free number.",
                              number, position->name, made.name)}};
    all_.insert(position, std::move(made));
}

const migration* registry::find(std::string_view name) const noexcept
{
    const auto found = std::find_if(all_.begin(), all_.end(), [&](const migration& m) { return m.name == name; });
    return found == all_.end() ? nullptr : &*found;
}

const migration& registry::resolve(std::string_view wanted) const
{
    const auto number = all_digits(wanted) ? migration_number(std::string{wanted} + "_") : -1;
    for (const auto& one : all_)
        if (one.name == wanted || words_of(one.name) == wanted || migration_number(one.name) == number)
            return one;
    const bool by_number = !wanted.empty() && wanted.front() >= '0' && wanted.front() <= '9';
    std::vector<std::string_view> names;
    for (const auto& one : all_)
        names.push_back(by_number ? std::string_view{one.name} : words_of(one.name));
    const auto nearest = did_you_mean(wanted, names);
    throw error{error_kind::usage,
                fmt::format("There is no migration \"{}\"{}", wanted, nearest.empty() ? "." : nearest)};
}

} // namespace lightdash::migrate
