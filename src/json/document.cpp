#include "json/document.hpp"

#include "lightdash/json/json.hpp"

namespace lightdash::json {

void write_node(std::string& out, const document& from, std::uint32_t at)
{
    const node& here = from.nodes[at];
    switch (here.kind()) {
    case node_kind::null:
        out += "null";
        return;
    case node_kind::boolean:
        out += here.begin() != 0 ? "true" : "false";
        return;
    case node_kind::integer:
    case node_kind::real:
        out += from.text(at);
        return;
    case node_kind::text:
        write_text(out, from.text(at));
        return;
    case node_kind::array:
        out += '[';
        for (std::uint32_t child = at + 1; child != here.size(); child = from.behind(child)) {
            if (child != at + 1)
                out += ',';
            write_node(out, from, child);
        }
        out += ']';
        return;
    case node_kind::object:
        out += '{';
        for (std::uint32_t name = at + 1; name != here.size(); name = from.behind(name + 1)) {
            if (name != at + 1)
                out += ',';
            write_text(out, from.text(name));
            out += ':';
            write_node(out, from, name + 1);
        }
        out += '}';
        return;
    }
}

} // namespace lightdash::json
