// What a route needs of who asks: a right, or nothing. Which rights there are and who has them is the gate's business.
#pragma once

#include "lightdash/async/task.hpp"
#include "lightdash/http/request.hpp"

#include <cstdint>
#include <string>

namespace lightdash::api {

// The type of who asks, as handlers take it: the domain says `is_caller<its_type> = true`, and its gate sets such a one
// as the request's identity().
template <class T>
inline constexpr bool is_caller = false;

// Written at every route: a right, made by the gate's room, or `open`.
struct need {
    bool nothing = false;
    std::uint16_t right = 0; // a number of the gate's
};
inline constexpr need open{.nothing = true};

class gate {
public:
    virtual ~gate() = default;

    // The caller is known and may do it: true, without a query. Throws unauthenticated or forbidden when that is
    // already certain; false when the caller has to be looked up first (admit_unknown).
    virtual bool admit_known(http::request& rq, std::uint16_t right) = 0;
    // Looks the caller up, then decides. Throws unauthenticated or forbidden.
    virtual task<void> admit_unknown(http::request& rq, std::uint16_t right) = 0;
    // A request may have changed who may do what: nothing that was known before holds from here on.
    virtual void rights_changed() noexcept {}
    // For the description of a route: "view:SavedChart".
    virtual std::string name_of(std::uint16_t right) const = 0;
};

} // namespace lightdash::api
