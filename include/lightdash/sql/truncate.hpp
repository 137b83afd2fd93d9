// truncate: all rows of tables go at once, without their triggers. Identities begin again unless told otherwise.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/reference.hpp"

#include <initializer_list>

namespace lightdash::sql {

class truncate : public fragment, public executable<truncate> {
public:
    template <class First, class... Rest>
    explicit truncate(const First& first, const Rest&... rest) : truncate(of({first, rest...}))
    {}

    truncate& continue_identity();
    truncate& cascade(); // also every table that refers to these

private:
    using fragment::fragment;
    static truncate of(std::initializer_list<reference> tables);
};

} // namespace lightdash::sql
