#include "lightdash/api/schema.hpp"

#include "lightdash/api/handler.hpp"
#include "lightdash/core/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace lightdash::api {
namespace {

// "lightdash::charts::details" is "ChartsDetails", "lightdash::(anonymous namespace)::created" "Created".
std::string component_name(std::string_view type)
{
    static constexpr std::array<std::string_view, 3> left_out{"lightdash::", "api::", "(anonymous namespace)::"};
    std::string name;
    bool raise = true;
    while (!type.empty()) {
        const auto skipped =
            std::ranges::find_if(left_out, [&](std::string_view prefix) { return raise && type.starts_with(prefix); });
        if (skipped != left_out.end()) {
            type.remove_prefix(skipped->size());
            continue;
        }
        const char c = type.front();
        type.remove_prefix(1);
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter)
            name += raise && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        raise = !letter;
    }
    return name;
}

constexpr std::string_view null_type = R"({"type":"null"})";

} // namespace

// Of a type that was not named yet, a free one, which is taken then.
const std::string& schemas::name_of(const std::string& type, direction way)
{
    auto& name = names_[{type, way}];
    if (!name.empty())
        return name;
    name = component_name(type);
    if (components_.contains(name)) // of the other direction, or of another namespace
        name += way == direction::taken ? "Body" : "Answer";
    if (!components_.emplace(name, "").second)
        throw error{error_kind::internal, fmt::format("Two structs would be \"{}\" in the API's description.", name)};
    return name;
}

void schemas::refer(std::string& out, std::string_view type, direction way,
                    void (*describe)(std::string&, schemas&, direction))
{
    const bool is_new = !names_.contains({std::string{type}, way});
    const auto name = name_of(std::string{type}, way);
    if (is_new) {
        std::string made;
        describe(made, *this, way);
        components_[name] = std::move(made);
    }
    out += fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", name);
}

void schemas::refer_to_form(std::string& out, std::string_view type, std::string_view form, direction way,
                            std::string schema)
{
    const auto& name = name_of(fmt::format("{}::{}", type, form), way);
    components_[name] = std::move(schema);
    out += fmt::format("\"#/components/schemas/{}\"", name);
}

namespace detail {
namespace {

// `chosen`: which alternative the members that are one of several are.
void write_object(std::string& out, schemas& known, direction way, std::span<const member_schema> members, bool closed,
                  const choice* among = nullptr, std::size_t chosen = 0)
{
    std::string required;
    out += R"({"type":"object","properties":{)";
    bool first = true;
    for (const auto& member : members) {
        out += first ? "" : ",";
        first = false;
        json::write_text(out, member.name);
        out += ':';
        if (among && member.name == among->told_by)
            out += fmt::format(R"({{"type":"string","const":"{}"}})", among->names[chosen]);
        else if (among && member.one_of == among)
            among->alternatives[chosen](out, known, way);
        else
            member.write(out, known, way);
        if (way == direction::taken ? member.may_be_unsent : member.may_be_untold)
            continue;
        required += required.empty() ? "" : ",";
        json::write_text(required, member.name);
    }
    out += '}';
    if (!required.empty())
        out += fmt::format(R"(,"required":[{}])", required);
    if (closed)
        out += R"(,"additionalProperties":false)";
    out += '}';
}

} // namespace

void write_struct(std::string& out, schemas& known, direction way, std::string_view type,
                  std::span<const member_schema> members, bool closed)
{
    const auto found = std::ranges::find_if(members, [](const member_schema& member) { return member.one_of; });
    if (found == members.end())
        return write_object(out, known, way, members, closed);
    const auto& among = *found->one_of;
    std::string forms, mapping;
    for (std::size_t i = 0; i < among.alternatives.size(); ++i) {
        std::string form, name;
        write_object(form, known, way, members, closed, &among, i);
        known.refer_to_form(name, type, among.names[i], way, std::move(form));
        forms += fmt::format(R"({}{{"$ref":{}}})", i == 0 ? "" : ",", name);
        mapping += fmt::format(R"({}"{}":{})", i == 0 ? "" : ",", among.names[i], name);
    }
    out += fmt::format(R"({{"oneOf":[{}],"discriminator":{{"propertyName":"{}","mapping":{{{}}}}}}})", forms,
                       among.told_by, mapping);
}

void write_nullable(std::string& out, schemas& known, direction way, schema_writer content)
{
    std::string made;
    content(made, known, way);
    out += made == "{}" ? made : fmt::format(R"({{"anyOf":[{},{}]}})", made, null_type);
}

void write_array(std::string& out, schemas& known, direction way, schema_writer element, std::size_t most)
{
    out += R"({"type":"array","items":)";
    element(out, known, way);
    if (way == direction::taken)
        out += fmt::format(R"(,"maxItems":{})", most);
    out += '}';
}

void write_map(std::string& out, schemas& known, direction way, schema_writer content)
{
    out += R"({"type":"object","additionalProperties":)";
    content(out, known, way);
    out += '}';
}

void write_choice(std::string& out, std::span<const std::string_view> names)
{
    out += R"({"type":"string","enum":[)";
    for (const auto& name : names) {
        out += &name == names.data() ? "" : ",";
        json::write_text(out, name);
    }
    out += "]}";
}

void write_integer(std::string& out, std::int64_t lowest, std::uint64_t highest)
{
    out += fmt::format(R"({{"type":"integer","minimum":{},"maximum":{}}})", lowest, highest);
}

void write_any_of(std::string& out, schemas& known, direction way, std::span<const schema_writer> alternatives)
{
    out += R"({"anyOf":[)";
    for (const auto& alternative : alternatives) {
        out += &alternative == alternatives.data() ? "" : ",";
        alternative(out, known, way);
    }
    out += "]}";
}

void write_page_schema(std::string& out, schemas& known, schema_writer row, bool also_array)
{
    std::string rows;
    write_array(rows, known, direction::told, row, 0);
    std::string numbers;
    write_schema<pagination>(numbers, known, direction::told);
    if (also_array)
        out += fmt::format(R"({{"oneOf":[{},)", rows);
    out += fmt::format(R"({{"type":"object","properties":{{"data":{},"pagination":{}}},"required":["data"]}})", rows,
                       numbers);
    if (also_array)
        out += "]}";
}

} // namespace detail
} // namespace lightdash::api
