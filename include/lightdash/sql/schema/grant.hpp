// Who may do what with which object.
#pragma once

#include "lightdash/sql/schema/located_name.hpp"

#include <string>
#include <vector>

namespace lightdash::sql {

enum class privilege : unsigned char {
    all,
    select,
    insert,
    update,
    remove, // of rows: delete
    truncate,
    references,
    trigger,
    usage,
    create,
    connect,
    temporary
};

// What rights are granted on: grant_target::table("reports.monthly").
class grant_target {
public:
    static grant_target table(located_name name); // or a view
    static grant_target sequence(located_name name);
    static grant_target schema(located_name name);
    static grant_target type(located_name name);
    static grant_target database(located_name name);
    // Those that are there now; later ones need a grant of their own.
    static grant_target all_tables_in(located_name schema);
    static grant_target all_sequences_in(located_name schema);

    const std::string& text() const noexcept { return text_; }
    int line() const noexcept { return line_; }

private:
    grant_target(const char* kind, std::string quoted_name, int line);

    std::string text_;
    int line_;
};

struct grant_options {
    bool grant_option = false; // they may grant it to others
};

struct revoke_options {
    bool grant_option_only = false; // the right stays
    bool cascade = false;           // also from those to whom they granted it
};

// A role named "public" is everybody.
using role_names = std::vector<std::string>;
using privileges = std::vector<privilege>;

} // namespace lightdash::sql
