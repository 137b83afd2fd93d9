#include "pg/wire/libpq_wire.hpp"

#include "lightdash/pg/sqlstate.hpp"

#include <poll.h>

#include <array>
#include <cstring>

namespace lightdash::pg {
namespace {

constexpr int binary_results = 1;
constexpr std::size_t rows_at_once = 256;
constexpr std::size_t bytes_at_once = 64 * 1024;

std::size_t bytes_of(const PGresult* row) noexcept
{
    std::size_t sum = 0;
    for (int column = 0; column < PQnfields(row); ++column)
        sum += static_cast<std::size_t>(PQgetlength(row, 0, column));
    return sum;
}

} // namespace

libpq_wire::libpq_wire(connection_handle open)
    : handle_(std::move(open)), host_(PQhost(handle_.get())), tls_(PQsslInUse(handle_.get()) != 0)
{
    PQsetNoticeReceiver(handle_.get(), &libpq_wire::receive_notice, this);
}

libpq_wire::~libpq_wire() = default;

void libpq_wire::receive_notice(void* self, const PGresult* said) noexcept
{
    auto& wire = *static_cast<libpq_wire*>(self);
    const char* severity = PQresultErrorField(said, PG_DIAG_SEVERITY_NONLOCALIZED);
    const notice made{severity ? severity : "NOTICE", diagnostics_of(said, {})};
    if (made.severity == "FATAL" || made.severity == "PANIC")
        wire.last_words_ = made.severity + ": " + made.said.message;
    if (wire.on_notice_)
        wire.on_notice_(made);
}

void libpq_wire::lay_out(const params& values)
{
    types_.clear();
    values_.clear();
    lengths_.clear();
    formats_.clear();
    for (const auto& value : values.values()) {
        types_.push_back(static_cast<Oid>(value.type));
        values_.push_back(values.data(value));
        lengths_.push_back(static_cast<int>(value.length));
        formats_.push_back(value.binary ? 1 : 0);
    }
}

bool libpq_wire::prepare(const char* name, const std::string& text, const params& types)
{
    lay_out(types);
    return PQsendPrepare(handle_.get(), name, text.c_str(), static_cast<int>(types_.size()), types_.data()) == 1;
}

bool libpq_wire::execute_prepared(const char* name, const params& values)
{
    lay_out(values);
    return PQsendQueryPrepared(handle_.get(), name, static_cast<int>(values_.size()), values_.data(), lengths_.data(),
                               formats_.data(), binary_results) == 1;
}

bool libpq_wire::execute(std::string_view text, const params& values, row_format rows)
{
    lay_out(values);
    text_ = text;
    return PQsendQueryParams(handle_.get(), text_.c_str(), static_cast<int>(values_.size()), types_.data(),
                             values_.data(), lengths_.data(), formats_.data(),
                             rows == row_format::binary ? binary_results : 0) == 1;
}

bool libpq_wire::sync()
{
    return PQpipelineSync(handle_.get()) == 1;
}

void libpq_wire::expect_parts()
{
    PQsetSingleRowMode(handle_.get());
}

bool libpq_wire::busy()
{
    return !stashed_ && PQisBusy(handle_.get()) == 1;
}

answer libpq_wire::next()
{
    result_ptr got = stashed_ ? std::move(stashed_) : result_ptr{PQgetResult(handle_.get())};
    if (!got)
        return {};
    switch (PQresultStatus(got.get())) {
    case PGRES_SINGLE_TUPLE:
        return gather_rows(std::move(got));
    case PGRES_PIPELINE_SYNC:
        return {.what = answer::kind::synced};
    case PGRES_PIPELINE_ABORTED:
        return {.what = answer::kind::skipped};
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        return {.what = answer::kind::copy};
    case PGRES_BAD_RESPONSE:
    case PGRES_NONFATAL_ERROR:
    case PGRES_FATAL_ERROR:
        return {.what = answer::kind::refused,
                .value = {},
                .said = std::make_unique<database_diagnostics>(diagnostics_of(got.get(), {}))};
    case PGRES_EMPTY_QUERY:
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
        break;
    }
    return {.what = answer::kind::done, .value = result_access::all(std::move(got))};
}

answer libpq_wire::gather_rows(result_ptr first)
{
    std::vector<result_ptr> rows;
    std::size_t bytes = bytes_of(first.get());
    rows.push_back(std::move(first));
    while (rows.size() < rows_at_once && bytes < bytes_at_once && !PQisBusy(handle_.get())) {
        result_ptr more{PQgetResult(handle_.get())};
        if (PQresultStatus(more.get()) != PGRES_SINGLE_TUPLE) {
            stashed_ = std::move(more);
            break;
        }
        bytes += bytes_of(more.get());
        rows.push_back(std::move(more));
    }
    return {.what = answer::kind::part, .value = result_access::batch(std::move(rows))};
}

transaction_status libpq_wire::status() const
{
    using enum transaction_status;
    if (PQstatus(handle_.get()) != CONNECTION_OK)
        return unknown;
    switch (PQtransactionStatus(handle_.get())) {
    case PQTRANS_IDLE:
        return idle;
    case PQTRANS_INTRANS:
        return open;
    case PQTRANS_INERROR:
        return failed;
    case PQTRANS_ACTIVE:
    case PQTRANS_UNKNOWN:
        break;
    }
    return unknown;
}

// libpq 15 takes at least 8 KiB in one call, and a TLS record holds up to 16: what stays behind in the TLS library
// would never make the socket readable again.
bool libpq_wire::consume()
{
    if (!PQconsumeInput(handle_.get()))
        return false;
    return !tls_ || PQconsumeInput(handle_.get()) == 1;
}

bool libpq_wire::unsent()
{
    return PQflush(handle_.get()) == 1;
}

bool libpq_wire::readable() const noexcept
{
    pollfd one{.fd = socket(), .events = POLLIN, .revents = 0};
    return ::poll(&one, 1, 0) != 0;
}

error libpq_wire::lost() const
{
    database_diagnostics said;
    said.message = last_words_.empty() ? PQerrorMessage(handle_.get()) : last_words_;
    return make_error(std::move(said)).with_poisoned_connection();
}

std::string_view libpq_wire::setting(const char* name) const noexcept
{
    const char* value = PQparameterStatus(handle_.get(), name);
    return value ? value : "";
}

std::optional<libpq_wire::notification> libpq_wire::next_notification()
{
    const std::unique_ptr<PGnotify, decltype(&PQfreemem)> got{PQnotifies(handle_.get()), &PQfreemem};
    if (!got)
        return std::nullopt;
    return notification{got->relname, got->extra};
}

bool libpq_wire::begin_copy(const std::string& text)
{
    if (!PQexitPipelineMode(handle_.get()))
        return false;
    return PQsendQueryParams(handle_.get(), text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) == 1;
}

bool libpq_wire::put_copy(std::string_view chunk)
{
    return PQputCopyData(handle_.get(), chunk.data(), static_cast<int>(chunk.size())) == 1;
}

bool libpq_wire::end_copy_in(const char* failure)
{
    return PQputCopyEnd(handle_.get(), failure) == 1;
}

libpq_wire::copy_read libpq_wire::read_copy(const std::function<void(std::string_view)>& take)
{
    char* data = nullptr;
    const int size = PQgetCopyData(handle_.get(), &data, 1);
    const std::unique_ptr<char, decltype(&PQfreemem)> owned{data, &PQfreemem};
    if (size > 0) {
        take({data, static_cast<std::size_t>(size)});
        return copy_read::row;
    }
    return size == 0 ? copy_read::wait : size == -1 ? copy_read::end : copy_read::failed;
}

bool libpq_wire::end_copy()
{
    return PQenterPipelineMode(handle_.get()) == 1;
}

std::function<bool()> libpq_wire::canceller() const
{
    const std::shared_ptr<PGcancel> request{PQgetCancel(handle_.get()), &PQfreeCancel};
    return [request] {
        std::array<char, 256> why{};
        return request && PQcancel(request.get(), why.data(), static_cast<int>(why.size())) == 1;
    };
}

} // namespace lightdash::pg
