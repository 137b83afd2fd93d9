// The coroutine type of this program, and the one executor it runs on.
//
// Everything runs on one thread: no type in this program needs a lock unless its header says that other threads call
// it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace lightdash {

namespace asio = boost::asio;

template <class T = void>
using task = asio::awaitable<T>;

} // namespace lightdash
