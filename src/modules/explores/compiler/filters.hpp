// Filters as conditions. Every value becomes a parameter.
#pragma once

#include "modules/explores/compiler/compiled_query.hpp"
#include "modules/explores/compiler/moments.hpp"
#include "modules/explores/model.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace lightdash::explores {

struct filtered_field {
    std::string id; // as people are told
    std::string sql;
    field_type type = field_type::string;
};

class filter_compiler {
public:
    // Adds to `parameters`. What is relative to now is relative to the next full minute (second, for units below a
    // minute), so that equal queries of one minute are equal.
    filter_compiler(std::vector<parameter>& parameters, std::string timezone, local_moment now);

    // Throws compile_error naming the field for operators that its type does not have and for values that do not fit.
    std::string rule(const filtered_field& of, const filter_rule& asked);

    using find_field = std::function<filtered_field(const filter_rule&)>;
    // "" when nothing is filtered: no rules, or all are disabled.
    std::string group(const filter_group& asked, const find_field& find);

private:
    std::string number_rule(const filtered_field& of, const filter_rule& asked);
    std::string time_rule(const filtered_field& of, const filter_rule& asked);
    std::string patterns(const filtered_field& of, const filter_rule& asked);
    std::string equality(const filtered_field& of, const filter_rule& asked);
    std::string comparison(const filtered_field& of, const filter_rule& asked);
    std::string between(const filtered_field& of, const filter_rule& asked);
    std::string relative(const filtered_field& of, const filter_rule& asked);
    std::string within(const filtered_field& of, local_moment from, local_moment to, bool with_end);

    std::string value_of(const filtered_field& of, const filter_value& sent) const;
    std::string moment_text(field_type type, const written_moment& at) const;
    std::string bind(parameter_type type, std::string value); // "$1"
    std::string bind_one(const filtered_field& of, const filter_rule& asked, std::size_t index);
    std::string bind_moment(const filtered_field& of, local_moment at);

    std::vector<parameter>& parameters_;
    std::string timezone_;
    local_moment now_;
};

} // namespace lightdash::explores
