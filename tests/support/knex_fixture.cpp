#include "support/knex_fixture.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace lightdash::testing {
namespace {

using result_handle = std::unique_ptr<PGresult, decltype(&PQclear)>;

// The values of one execution as libpq wants them.
struct arguments {
    std::vector<Oid> types;
    std::vector<const char*> data;
    std::vector<int> lengths;
    std::vector<int> formats;

    void add(pg::oid type, const char* bytes, std::size_t length, bool binary)
    {
        types.push_back(static_cast<Oid>(type));
        data.push_back(bytes);
        lengths.push_back(static_cast<int>(length));
        formats.push_back(binary ? 1 : 0);
    }
};

arguments arguments_of(const sql_statement& statement)
{
    arguments made;
    for (const auto& value : statement.values.values())
        made.add(value.type, statement.values.data(value), value.length, value.binary);
    return made;
}

arguments arguments_of(const knex_statement& statement)
{
    arguments made;
    for (const auto& binding : statement.bindings) {
        const bool null = binding.is == knex_binding::kind::null;
        made.add(pg::oid::unknown, null ? nullptr : binding.text.c_str(), binding.text.size(), false);
    }
    return made;
}

bool succeeded(const PGresult* answer)
{
    const auto status = PQresultStatus(answer);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY;
}

std::vector<sql_row> rows_of(const PGresult* answer)
{
    std::vector<sql_row> made;
    for (int row = 0; row < PQntuples(answer); ++row) {
        auto& values = made.emplace_back();
        for (int column = 0; column < PQnfields(answer); ++column)
            values.push_back(PQgetisnull(answer, row, column) ? sql_value{}
                                                              : sql_value{PQgetvalue(answer, row, column)});
    }
    return made;
}

// "INSERT 0 2": the command and how many rows.
void read_tag(const char* tag, sql_outcome& into)
{
    const std::string_view text = tag;
    into.command = text.substr(0, text.find(' '));
    const auto digits = text.rfind(' ');
    std::size_t count = 0;
    if (digits != std::string_view::npos &&
        std::from_chars(text.data() + digits + 1, text.data() + text.size(), count).ec == std::errc{})
        into.count = count;
}

std::string shown(const sql_value& value)
{
    return value.value_or("null");
}

constexpr std::string_view restart_serials = R"(
do $$
declare one record;
begin
    for one in select schemaname, sequencename, coalesce(last_value, 0) + 1 as next from serial_starts
    loop
        execute format('alter sequence %I.%I restart with %s', one.schemaname, one.sequencename, one.next);
    end loop;
end $$)";

// Every table's rows, and what the catalog says of the fixture's schemas.
constexpr std::string_view state_query = R"(
with spaces as (
    select oid, nspname from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'
), relations as (
    select c.* from pg_class c join spaces s on s.oid = c.relnamespace
)
select 'rows ' || oid::regclass || ' ' || query_to_xml(format('select t::text from only %s t order by 1', oid::regclass), true, false, '')
  from relations where relkind = 'r' and relpersistence <> 't'
union all
select 'schema ' || nspname from spaces
union all
select 'extension ' || extname from pg_extension
union all
select format('relation %s %s %s %s of %s', relkind, relpersistence, oid::regclass, obj_description(oid, 'pg_class'),
              (select string_agg(inhparent::regclass::text, ',' order by inhseqno) from pg_inherits where inhrelid = relations.oid))
  from relations where relkind <> 'i'
union all
select format('column %s.%s %s %s %s %s %s %s %s', c.oid::regclass, a.attname, a.attnum, format_type(a.atttypid, a.atttypmod),
              case when a.attnotnull then 'not null' end, pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated,
              col_description(c.oid, a.attnum))
  from relations c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where c.relkind <> 'i'
union all
select format('constraint %s %s %s', conrelid::regclass, conname, pg_get_constraintdef(k.oid))
  from pg_constraint k join spaces s on s.oid = k.connamespace
union all
select format('index %s %s', pg_get_indexdef(oid), obj_description(oid, 'pg_class')) from relations where relkind = 'i'
union all
select format('view %s %s %s', oid::regclass, reloptions, pg_get_viewdef(oid)) from relations where relkind in ('v', 'm')
union all
select format('enum %s %s', enumtypid::regtype, string_agg(enumlabel, ',' order by enumsortorder))
  from pg_enum group by enumtypid
order by 1)";

} // namespace

std::string sql_outcome::shown() const
{
    if (!accepted())
        return sqlstate + ' ' + message;
    std::string made;
    for (const auto& row : rows) {
        if (!made.empty())
            made += '\n';
        for (std::size_t i = 0; i < row.size(); ++i)
            (made += i == 0 ? "" : "|") += testing::shown(row[i]);
    }
    if (rows.empty())
        made = command + (count ? ' ' + std::to_string(*count) : std::string{});
    return made;
}

struct knex_fixture::session {
    explicit session(const std::string& conninfo) : connection(PQconnectdb(conninfo.c_str()), &PQfinish)
    {
        if (PQstatus(connection.get()) != CONNECTION_OK)
            throw std::runtime_error(std::string{"cannot connect to the fixture: "} + PQerrorMessage(connection.get()));
        PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);
    }

    // Without values also several statements in one text.
    result_handle ask(const std::string& text, const arguments& with = {})
    {
        if (with.data.empty())
            return {PQexec(connection.get(), text.c_str()), &PQclear};
        return {PQexecParams(connection.get(), text.c_str(), static_cast<int>(with.data.size()), with.types.data(),
                             with.data.data(), with.lengths.data(), with.formats.data(), 0),
                &PQclear};
    }

    std::vector<sql_row> must(std::string_view text, const arguments& with = {})
    {
        const auto answer = ask(std::string{text}, with);
        if (!succeeded(answer.get()))
            throw std::runtime_error("the fixture refused \"" + std::string{text} +
                                     "\": " + PQerrorMessage(connection.get()));
        return rows_of(answer.get());
    }

    std::unique_ptr<PGconn, decltype(&PQfinish)> connection;
};

knex_fixture::knex_fixture() : database_(test_database::empty())
{
    std::ifstream in{"tests/golden/sql/knex-fixture.sql"};
    if (!in)
        throw std::runtime_error("tests/golden/sql/knex-fixture.sql is not there: run in the project's folder");
    session_ = std::make_unique<session>(database_.conninfo());
    session_->must(std::string{std::istreambuf_iterator<char>{in}, {}});
    session_->must("set timezone = 'UTC'; set search_path = app;"
                   "create temp table serial_starts as select schemaname, sequencename, last_value from pg_sequences;"
                   "analyze"); // plans decide the order of equal rows: the cases were recorded with statistics
}

knex_fixture::~knex_fixture() = default;

template <class Statement>
sql_outcome knex_fixture::run_all(const std::vector<Statement>& statements, state after)
{
    session_->must("begin");
    session_->must(restart_serials);
    sql_outcome made;
    for (const auto& statement : statements) {
        const auto answer = session_->ask(statement.text, arguments_of(statement));
        if (!succeeded(answer.get())) {
            const char* code = PQresultErrorField(answer.get(), PG_DIAG_SQLSTATE);
            made.sqlstate = code ? code : "none";
            made.message = PQresultErrorMessage(answer.get());
            break;
        }
        made.rows = rows_of(answer.get());
        rename_database(made.rows);
        made.count.reset();
        read_tag(PQcmdStatus(answer.get()), made);
    }
    if (after == state::compared && made.accepted()) {
        for (auto& row : session_->must(state_query))
            made.state.push_back(testing::shown(row.front()));
    }
    session_->must("rollback");
    return made;
}

sql_outcome knex_fixture::run(const std::vector<sql_statement>& statements, state after)
{
    return run_all(statements, after);
}

sql_outcome knex_fixture::run(const std::vector<knex_statement>& statements, state after)
{
    return run_all(statements, after);
}

sql_row knex_fixture::texts(const pg::params& values)
{
    if (values.values().empty())
        return {};
    std::string query = "select ";
    for (std::size_t i = 1; i <= values.values().size(); ++i)
        query += (i == 1 ? "$" : ", $") + std::to_string(i) + "::text";
    return session_->must(query, arguments_of({.text = {}, .values = values})).front();
}

// The name that the database had when the cases were recorded.
void knex_fixture::rename_database(std::vector<sql_row>& rows) const
{
    for (auto& row : rows)
        std::ranges::replace(row, sql_value{database_.name()}, sql_value{"cases"});
}

bool knex_fixture::same(pg::oid type, const sql_value& ours, const knex_binding& knexs)
{
    using kind = knex_binding::kind;
    if (!ours || knexs.is == kind::null)
        return !ours && knexs.is == kind::null;
    if (type == pg::oid::text || type == pg::oid::unknown)
        return *ours == knexs.text && knexs.is != kind::boolean && knexs.is != kind::number;
    const auto number = std::to_string(static_cast<std::uint32_t>(type));
    const auto name = *session_->must("select format_type(" + number + ", null)").front().front();
    arguments value;
    value.add(pg::oid::unknown, knexs.text.c_str(), knexs.text.size(), false);
    const auto answer = session_->ask("select $1::" + name + "::text", value);
    return succeeded(answer.get()) && PQgetvalue(answer.get(), 0, 0) == *ours;
}

std::string knex_fixture::difference(const pg::params& ours, const std::vector<knex_binding>& knexs)
{
    const auto values = ours.values();
    if (values.size() != knexs.size())
        return std::to_string(values.size()) + " values where Knex has " + std::to_string(knexs.size());
    const auto shown_as = texts(ours);
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!same(values[i].type, shown_as[i], knexs[i]))
            return "value $" + std::to_string(i + 1) + " is " + testing::shown(shown_as[i]) + " where Knex has " +
                   knexs[i].shown;
    }
    return {};
}

} // namespace lightdash::testing
