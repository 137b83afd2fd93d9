#include "app/commands/db/inspect/statement_source.hpp"

#include "lightdash/core/error.hpp"
#include "lightdash/core/text_file.hpp"
#include "lightdash/migrate/sql_splitter.hpp"
#include "lightdash/ops/inspect/explain.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <sstream>

namespace lightdash::app {
namespace {

std::string read_all(std::istream& in)
{
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

std::string statement_text(const statement_source& source)
{
    if (!source.command.empty())
        return source.command;
    if (ops::is_a_statement(source.file) && !std::filesystem::exists(source.file))
        return source.file;
    if (source.file == "-" || (source.file.empty() && ::isatty(STDIN_FILENO) == 0))
        return std::string{text_of("standard input", read_all(std::cin))};
    if (source.file.empty())
        throw error{error_kind::usage, "Give a statement: -c SQL, a file, or - for standard input."};
    return read_text_file(source.file);
}

} // namespace

void statement_source::describe(option_list& are)
{
    are.value("--command,-c", command, "The statement itself").named("SQL");
    are.value("file", file, "A file with one statement, or the statement itself; - for standard input")
        .excludes("--command");
}

std::string statement_source::one_statement() const
{
    try {
        const auto text = statement_text(*this);
        const bool unnamed = file.empty() || text == file;
        const auto count = migrate::split_statements(unnamed ? "the statement" : file, text).size();
        if (count == 1)
            return text; // whole: PostgreSQL counts lines in it
        throw error{error_kind::usage, fmt::format("{} statements were given: one is explained at a time.", count)};
    } catch (const error& failure) {
        throw error{error_kind::usage, failure.message()};
    }
}

} // namespace lightdash::app
