// One statement of a plain SQL dump: whether pg_dump writes such a thing, and what loading it takes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::ops {

struct dump_statement_facts {
    enum class kind : unsigned char {
        setting,      // of the loading session
        content,      // makes or fills something
        large_object, // lo_open, lowrite, lo_close: needs a transaction around it
        copy,         // its rows follow
        begin,
        commit,
        refused
    };
    kind what = kind::content;
    std::string why;           // of a refusal: one sentence without its end, for the person who restores
    std::string extension;     // that it creates
    std::uint32_t locks = 0;   // that it takes until the end of its transaction
    int standard_strings = -1; // 0 or 1 when it sets standard_conforming_strings
};

// Judges a statement without its semicolon, read as the session has standard_conforming_strings. Only what pg_dump
// writes into a dump of one database passes (its source: src/bin/pg_dump/pg_dump.c, pg_backup_archiver.c); whatever
// reaches beyond that database does not.
dump_statement_facts judge_dump_statement(std::string_view text, bool standard_strings);

} // namespace lightdash::ops
