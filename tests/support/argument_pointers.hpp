// argv and envp, as exec and posix_spawn want them.
#pragma once

#include <string>
#include <vector>

namespace lightdash::testing {

// With the null at its end; as long as `texts` lives and stays as it is.
inline std::vector<char*> argument_pointers(std::vector<std::string>& texts)
{
    std::vector<char*> made;
    for (auto& text : texts)
        made.push_back(text.data());
    made.push_back(nullptr);
    return made;
}

} // namespace lightdash::testing
