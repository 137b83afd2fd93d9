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

void schemas::refer(std::string& out, std::string_view type, direction way,
                    void (*describe)(std::string&, schemas&, direction))
{
    auto& name = names_[{std::string{type}, way}];
    if (name.empty()) {
        name = component_name(type);
        if (components_.contains(name)) // of the other direction, or of another namespace
            name += way == direction::taken ? "Body" : "Answer";
        if (!components_.emplace(name, "").second)
            throw error{error_kind::internal,
                        fmt::format("Two structs would be \"{}\" in the API's description.", name)};
        std::string made;
        describe(made, *this, way);
        components_[names_[{std::string{type}, way}]] = std::move(made);
    }
    out += fmt::format(R"({{"$ref":"#/components/schemas/{}"}})", names_[{std::string{type}, way}]);
}

namespace detail {

void write_object(std::string& out, schemas& known, direction way, std::span<const member_schema> members, bool closed)
{
    std::string required;
    out += R"({"type":"object","properties":{)";
    bool first = true;
    for (const auto& member : members) {
        out += first ? "" : ",";
        first = false;
        json::write_text(out, member.name);
        out += ':';
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

void write_one_of(std::string& out, schemas& known, direction way, std::string_view tag,
                  std::span<const std::string_view> names, std::span<const schema_writer> alternatives)
{
    out += R"({"oneOf":[)";
    std::string mapping;
    for (std::size_t i = 0; i < alternatives.size(); ++i) {
        std::string made;
        alternatives[i](made, known, way);
        out += i == 0 ? "" : ",";
        out += made;
        if (tag.empty())
            continue;
        constexpr std::string_view before = R"({"$ref":)";
        mapping += mapping.empty() ? "" : ",";
        json::write_text(mapping, names[i]);
        mapping += ':' + made.substr(before.size(), made.size() - before.size() - 1);
    }
    out += ']';
    if (!tag.empty())
        out += fmt::format(R"(,"discriminator":{{"propertyName":"{}","mapping":{{{}}}}})", tag, mapping);
    out += '}';
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
