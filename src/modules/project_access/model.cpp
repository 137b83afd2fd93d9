#include "modules/project_access/model.hpp"

namespace lightdash::project_access {

void new_member::validate(json::faults& faults) const
{
    faults.text_length("email", email, 3, 320);
}

} // namespace lightdash::project_access
