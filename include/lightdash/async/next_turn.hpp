// Long work on the one thread, in pieces.
#pragma once

#include "lightdash/async/task.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

namespace lightdash {

// Goes on behind everything that is ready to run now.
inline task<> next_turn()
{
    co_await asio::post(co_await asio::this_coro::executor, asio::deferred);
}

} // namespace lightdash
