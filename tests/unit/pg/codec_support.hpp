// Values as PostgreSQL would send them, without a server.
#pragma once

#include "lightdash/core/error.hpp"
#include "lightdash/pg/codec.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>

namespace lightdash::testing {

inline std::string raw(std::initializer_list<int> values)
{
    std::string made;
    for (const int value : values)
        made.push_back(static_cast<char>(value));
    return made;
}

inline pg::field_view sent(pg::oid type, std::string_view bytes)
{
    return {bytes, type, false, true};
}
inline pg::field_view sent_as_text(pg::oid type, std::string_view bytes)
{
    return {bytes, type, false, false};
}
inline pg::field_view sent_null(pg::oid type)
{
    return {{}, type, true, true};
}

template <class T>
std::string encoded(const T& value)
{
    std::string out;
    pg::codec<T>::encode(value, out);
    return out;
}

template <class T>
T there_and_back(const T& value, pg::oid type = pg::codec<T>::type)
{
    const auto bytes = encoded(value);
    return pg::codec<T>::decode(sent(type, bytes));
}

// The error that `work` throws; a failed expectation and an error_kind::usage when it throws none.
template <class Work>
error thrown_by(Work work)
{
    try {
        work();
    } catch (const error& failure) {
        return failure;
    }
    ADD_FAILURE() << "nothing was thrown";
    return error{error_kind::usage, "nothing was thrown"};
}

template <class T>
error refusal(const pg::field_view& field)
{
    return thrown_by([&] { (void)pg::codec<T>::decode(field); });
}

} // namespace lightdash::testing
