// Fills a request: what is const for handlers is written here.
#pragma once

#include "lightdash/http/request.hpp"

#include <string_view>

namespace lightdash::http {

class request_builder {
public:
    explicit request_builder(request& into) noexcept : into_(into) {}

    // Empties the request; its buffers keep their memory.
    void clear();
    void line(method verb, std::string_view target, std::string_view path, std::string_view query) noexcept;
    // Swaps, so that both sides reuse their memory.
    void swap_headers(std::vector<std::pair<std::string_view, std::string_view>>& fields) noexcept
    {
        into_.headers_.swap(fields);
    }
    void body(std::string_view text) noexcept { into_.body_ = text; }
    // Nobody looks at the body any more.
    void drop_body() noexcept
    {
        into_.body_ = {};
        into_.parsed_.reset();
    }
    void id(std::string_view text) { into_.id_.assign(text); }
    void client(std::string_view address) noexcept { into_.client_ = address; }
    void until(deadline when) noexcept { into_.deadline_ = when; }

    void clear_path_parameters();
    // `value` is still encoded, its percent signs are known to be well-formed. False when it does not decode to UTF-8
    // without NUL.
    bool add_path_parameter(std::string_view name, std::string_view value);

private:
    request& into_;
};

} // namespace lightdash::http
