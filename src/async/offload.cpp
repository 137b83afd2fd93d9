#include "lightdash/async/offload.hpp"

namespace lightdash {

offload_pool::offload_pool(asio::io_context& home, std::size_t threads, std::size_t bound)
    : home_(home), threads_(threads), bound_(bound)
{}

offload_pool::~offload_pool()
{
    threads_.join();
}

void offload_pool::begin()
{
    if (unfinished_ >= bound_)
        throw error{error_kind::overloaded, "Too much blocking work is already waiting for a thread."};
    ++unfinished_;
}

} // namespace lightdash
