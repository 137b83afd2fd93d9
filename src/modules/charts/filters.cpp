// The form of a metric query's filters (api.md 3.2): groups {"id", "and": […]} or {"id", "or": […]} of rules and
// groups.
#include "modules/charts/model.hpp"

#include <array>
#include <fmt/format.h>

namespace lightdash::charts {
namespace {

constexpr std::array<std::string_view, 19> operators{
    "isNull",      "notNull",        "equals",    "notEquals",       "startsWith",      "endsWith",
    "include",     "doesNotInclude", "lessThan",  "lessThanOrEqual", "greaterThan",     "greaterThanOrEqual",
    "inThePast",   "notInThePast",   "inTheNext", "inTheCurrent",    "notInTheCurrent", "inBetween",
    "notInBetween"};
constexpr int deepest_group = 8;
constexpr std::size_t most_rules = 500; // of one query, groups among them

class filter_check {
public:
    bool group(const json::reader& at, int depth)
    {
        if (++rules_ > most_rules || depth > deepest_group) {
            at.fault(
                fmt::format("A query has at most {} filters, in groups at most {} deep.", most_rules, deepest_group));
            return false;
        }
        bool fits = true, is_group = false;
        const bool is_object = at.each_member([&](std::string_view name, const json::reader& member) {
            if (name != "and" && name != "or")
                return;
            is_group = true;
            fits &= member.each_element([&](const json::reader& each) { fits &= group(each, depth + 1); });
        });
        return is_object && fits && (is_group || rule(at));
    }

private:
    static bool rule(const json::reader& at)
    {
        bool fits = true, aims = false, compares = false;
        at.each_member([&](std::string_view name, const json::reader& member) {
            if (name == "target") {
                aims = true;
                fits &= target(member);
            } else if (name == "operator") {
                compares = true;
                std::size_t index = 0;
                fits &= member.read_choice(index, operators);
            } else if (name == "values") {
                fits &= values(member);
            }
        });
        if (!aims)
            at.rules().add("target", "Is required.");
        if (!compares)
            at.rules().add("operator", "Is required.");
        return fits && aims && compares;
    }
    static bool target(const json::reader& at)
    {
        bool names_field = false;
        const bool is_object = at.each_member([&](std::string_view name, const json::reader& member) {
            names_field = names_field || (name == "fieldId" && is_field_id(member.text()));
        });
        if (is_object && !names_field)
            at.rules().add("fieldId", std::string{field_id_rule});
        return is_object && names_field;
    }
    static bool values(const json::reader& at)
    {
        bool fits = true;
        return at.each_element([&](const json::reader& each) {
            if (each.kind() != json::node_kind::array && each.kind() != json::node_kind::object)
                return;
            each.expected("a text, a number, true, false or null");
            fits = false;
        }) && fits;
    }

    std::size_t rules_ = 0;
};

} // namespace

bool read_json(const json::reader& at, query_filters& into)
{
    filter_check check;
    bool fits = true;
    const bool is_object = at.each_member([&](std::string_view name, const json::reader& member) {
        if (name != "dimensions" && name != "metrics" && name != "tableCalculations") {
            member.fault("Filters are of dimensions, metrics and tableCalculations.");
            fits = false;
        } else if (!member.is_null()) {
            fits &= check.group(member, 1);
        }
    });
    return is_object && fits && at.read_raw(into);
}

} // namespace lightdash::charts
