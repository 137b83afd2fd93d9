#include "pg/wire/libpq_connect.hpp"

#include <new>
#include <vector>

namespace lightdash::pg {

libpq_connect::libpq_connect(const conninfo& how)
{
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : how.settings()) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    handle_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!handle_)
        throw std::bad_alloc{};
    PQsetErrorVerbosity(handle_.get(), PQERRORS_VERBOSE); // puts the SQLSTATE into the text, the only way to learn it
    PQsetNoticeReceiver(handle_.get(), [](void*, const PGresult*) {}, nullptr);
}

connect_line::progress libpq_connect::poll()
{
    switch (PQconnectPoll(handle_.get())) {
    case PGRES_POLLING_READING:
        return progress::reading;
    case PGRES_POLLING_WRITING:
        return progress::writing;
    case PGRES_POLLING_OK:
        return progress::connected;
    case PGRES_POLLING_ACTIVE:
    case PGRES_POLLING_FAILED:
        break;
    }
    return progress::failed;
}

std::string libpq_connect::trouble() const
{
    return PQerrorMessage(handle_.get());
}

bool libpq_connect::enter_pipeline()
{
    PQsetErrorVerbosity(handle_.get(), PQERRORS_DEFAULT);
    return PQsetnonblocking(handle_.get(), 1) == 0 && PQenterPipelineMode(handle_.get()) == 1;
}

} // namespace lightdash::pg
