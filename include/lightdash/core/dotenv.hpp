// The grammar of .env files.
//
//   NAME=text          # a comment after white space; `export NAME=text` too
//   NAME='text'        as it stands
//   NAME="text"        with \n \r \t \" \\ \$; what is quoted may go on over several lines
//   ${NAME}, ${NAME:-fallback} (where NAME is missing or empty) and ${NAME-fallback} (where it is missing) are
//   replaced, except between single quotes: from the environment, then from lines above. A fallback may hold others.
#pragma once

#include "lightdash/core/process_environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace lightdash {

struct dotenv_entry {
    std::string name;
    std::string value;
    int line;
};

struct dotenv_fault {
    int line;
    std::string name;    // whose value cannot be read; as it stands there, which may be no name
    std::string message; // never holds a value: it may be a secret
};

struct dotenv_file {
    std::vector<dotenv_entry> entries; // a name that stands there twice has its last value
    std::vector<dotenv_fault> faults;

    const dotenv_entry* find(std::string_view name) const noexcept;
};

// A line that cannot be read is a fault and does not keep the others from being read: who shares the file with other
// programs decides by the fault's name.
dotenv_file parse_dotenv(std::string_view text, const environment_lookup& environment);

} // namespace lightdash
