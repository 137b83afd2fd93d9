// Idempotency-Key (draft-ietf-httpapi-idempotency-key-header): a POST that its client may send again is carried out
// once, and answered the same each time.
//
// The answer is kept by the transaction that carries the request out, so that there is no write without its answer and
// no answer without its write. Where the answer of a COMMIT was lost, what is kept tells what became of it.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/core/describe.hpp"
#include "lightdash/http/request.hpp"
#include "lightdash/http/response.hpp"
#include "lightdash/pg/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lightdash::api {

inline constexpr std::string_view key_header = "Idempotency-Key";
inline constexpr std::string_view replayed_header = "Idempotent-Replayed"; // of an answer that was told before
inline constexpr std::size_t longest_key = 255;

// A request with a key. Borrows from the request.
struct keyed_request {
    std::string_view key;
    std::string_view route;  // its pattern
    std::string fingerprint; // SHA-256 of its target and its body, in hexadecimal digits

    // Throws invalid_parameter when there is more than one key, or it is none: 1–255 visible ASCII characters, in
    // double quotes or without.
    static keyed_request of(const http::request& rq, std::string_view route);
};

struct kept_answer {
    std::string fingerprint; // of the request
    std::int16_t status = 0;
    std::optional<std::string> location, etag;
    std::string body;       // when it is told once, its SHA-256
    bool told_once = false; // it holds a secret, which is not kept
};
LIGHTDASH_DESCRIBE(kept_answer, fingerprint, status, location, etag, body, told_once)

// Where answers are kept: for 24 hours, apart for every caller and route.
class kept_answers {
public:
    struct claimed {
        bool ours = false; // nobody else is carrying the request out
        std::optional<kept_answer> known;
    };

    virtual ~kept_answers() = default;

    // Reserves the key until the transaction ends, without waiting for anybody, and looks what is kept then.
    virtual task<claimed> claim(pg::transaction& tx, const http::request& rq, const keyed_request& asked) = 0;
    // Keeps the answer and commits. Throws serialization_failure when somebody else has kept one.
    virtual task<void> keep(pg::transaction& tx, const http::request& rq, const keyed_request& asked,
                            const kept_answer& told) = 0;
    // Before it looks again whether a transaction has ended of which nobody knows.
    virtual task<void> pause() = 0;
};

} // namespace lightdash::api
