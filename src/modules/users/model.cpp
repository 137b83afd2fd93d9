#include "modules/users/model.hpp"

namespace lightdash::users {

void write_json(std::string& out, const access_match& match)
{
    out += R"({"$elemMatch":)";
    json::write(out, match.has);
    out += '}';
}

} // namespace lightdash::users
