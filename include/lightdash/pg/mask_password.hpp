// Connection strings as they may be shown.
#pragma once

#include <string>
#include <string_view>

namespace lightdash::pg {

// "postgresql://user:secret@host/db" and "host=x password=y" with each password replaced by ***. Where a text is no
// valid connection string, it rather hides too much: all of it when nothing can be told apart.
std::string mask_password(std::string_view conninfo);

} // namespace lightdash::pg
