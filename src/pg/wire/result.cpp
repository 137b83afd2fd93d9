#include "lightdash/pg/result.hpp"

#include "pg/wire/result_access.hpp"

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace lightdash::pg {

struct result::content {
    std::vector<result_ptr> parts; // one answer, or one part per row
    bool row_per_part = false;
};

namespace {

std::uint64_t affected_rows(const PGresult* answer) noexcept
{
    const char* text = PQcmdTuples(const_cast<PGresult*>(answer));
    std::uint64_t count = 0;
    std::from_chars(text, text + std::strlen(text), count);
    return count;
}

std::string text_of(const PGresult* failed, int field)
{
    const char* text = PQresultErrorField(failed, field);
    return text ? text : "";
}

} // namespace

field_view result::field(std::size_t row, std::size_t column) const noexcept
{
    row += first_;
    const PGresult* answer = held_->parts[held_->row_per_part ? row : 0].get();
    const int r = held_->row_per_part ? 0 : static_cast<int>(row);
    const int c = static_cast<int>(column);
    field_view made;
    made.type = static_cast<oid>(PQftype(answer, c));
    made.binary = PQfformat(answer, c) == 1;
    made.null = PQgetisnull(answer, r, c) != 0;
    if (!made.null)
        made.bytes = {PQgetvalue(answer, r, c), static_cast<std::size_t>(PQgetlength(answer, r, c))};
    return made;
}

std::string_view result::column_name(std::size_t column) const noexcept
{
    return PQfname(held_->parts.front().get(), static_cast<int>(column));
}

std::string_view result::command_tag() const noexcept
{
    return held_ ? std::string_view{PQcmdStatus(held_->parts.front().get())} : std::string_view{};
}

result result_access::all(result_ptr owned)
{
    result made;
    made.rows_ = static_cast<std::size_t>(PQntuples(owned.get()));
    made.columns_ = static_cast<std::size_t>(PQnfields(owned.get()));
    made.affected_ = affected_rows(owned.get());
    auto content = std::make_shared<result::content>();
    content->parts.push_back(std::move(owned));
    made.held_ = std::move(content);
    return made;
}

result result_access::range(const result& whole, std::size_t first, std::size_t count)
{
    result made = whole;
    made.first_ += first;
    made.rows_ = count;
    made.affected_ = count;
    return made;
}

result result_access::batch(std::vector<result_ptr> single_rows)
{
    result made;
    if (single_rows.empty())
        return made;
    made.rows_ = single_rows.size();
    made.affected_ = single_rows.size();
    made.columns_ = static_cast<std::size_t>(PQnfields(single_rows.front().get()));
    made.held_ = std::make_shared<result::content>(result::content{std::move(single_rows), true});
    return made;
}

database_diagnostics diagnostics_of(const PGresult* failed, std::string_view statement)
{
    database_diagnostics said;
    said.sqlstate = text_of(failed, PG_DIAG_SQLSTATE);
    said.message = text_of(failed, PG_DIAG_MESSAGE_PRIMARY);
    if (said.message.empty())
        said.message = PQresultErrorMessage(failed); // libpq's own words have no fields
    said.detail = text_of(failed, PG_DIAG_MESSAGE_DETAIL);
    said.hint = text_of(failed, PG_DIAG_MESSAGE_HINT);
    said.constraint = text_of(failed, PG_DIAG_CONSTRAINT_NAME);
    said.table = text_of(failed, PG_DIAG_TABLE_NAME);
    said.column = text_of(failed, PG_DIAG_COLUMN_NAME);
    said.statement = statement;
    said.position = std::atoi(text_of(failed, PG_DIAG_STATEMENT_POSITION).c_str());
    said.internal_query = text_of(failed, PG_DIAG_INTERNAL_QUERY);
    said.internal_position = std::atoi(text_of(failed, PG_DIAG_INTERNAL_POSITION).c_str());
    said.context = text_of(failed, PG_DIAG_CONTEXT);
    said.routine = text_of(failed, PG_DIAG_SOURCE_FUNCTION);
    return said;
}

} // namespace lightdash::pg
