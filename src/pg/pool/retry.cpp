#include "pg/pool/retry.hpp"

namespace lightdash::pg {

retry_decision decide_retry(const error& failure, int attempt, std::chrono::nanoseconds remaining,
                            double random) noexcept
{
    if (!failure.retryable() || failure.in_doubt() || attempt >= most_retries)
        return {};
    const std::chrono::nanoseconds most = std::chrono::milliseconds{10} * (1 << attempt);
    const std::chrono::nanoseconds pause{
        static_cast<std::chrono::nanoseconds::rep>(static_cast<double>(most.count()) * random)};
    if (pause >= remaining)
        return {};
    return {true, pause};
}

error after_last_attempt(const error& failure)
{
    if (!failure.retryable() || failure.retry_after() != std::chrono::seconds{0})
        return failure;
    return failure.with_retry_after(std::chrono::seconds{1});
}

} // namespace lightdash::pg
