// What dropping something may meet: t.drop_column("a", {.if_exists = true}).
#pragma once

namespace lightdash::sql {

struct drop_options {
    bool if_exists = false; // hides a schema that is not what the description thinks
    bool cascade = false;   // with all that depends on it, which locks and drops what the description does not name
};

struct drop_index_options {
    bool if_exists = false;
    bool cascade = false;
    bool concurrently = false; // does not stop reads and writes; not inside a transaction, not with cascade
};

} // namespace lightdash::sql
