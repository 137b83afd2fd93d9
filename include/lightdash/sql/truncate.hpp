// truncate: all rows of tables go at once, without their triggers. Identities begin again unless told otherwise.
#pragma once

#include "lightdash/sql/raw.hpp"
#include "lightdash/sql/reference.hpp"

#include <initializer_list>
#include <string_view>

namespace lightdash::sql {

class truncate : public fragment, public executable<truncate> {
public:
    template <class First, class... Rest>
    explicit truncate(const First& first, const Rest&... rest) : truncate(of({first, rest...}))
    {}

    truncate& with_schema(std::string_view schema); // of the tables that name none
    truncate& continue_identity();
    truncate& cascade(); // also every table that refers to these

private:
    using fragment::fragment;
    static truncate of(std::initializer_list<reference> tables);
};

} // namespace lightdash::sql
