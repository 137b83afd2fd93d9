// Which statements one connection has prepared: the most recently used first, at most so many. No I/O.
#pragma once

#include "lightdash/pg/params.hpp"
#include "lightdash/pg/statement.hpp"

#include "pg/connection/prepared_name.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace lightdash::pg {

class statement_cache {
public:
    enum class lookup : unsigned char {
        present,  // prepared under this name
        absent,   // may be added under this name
        collides, // another text or other types have this name: execute it unnamed
    };

    // `capacity` 0 keeps nothing.
    explicit statement_cache(std::size_t capacity);
    statement_cache(const statement_cache&) = delete;
    statement_cache& operator=(const statement_cache&) = delete;

    std::size_t size() const noexcept { return entries_.size(); }
    std::size_t capacity() const noexcept { return capacity_; }

    // What is found or added from now on is used by one batch, and is not evicted before the next round.
    void begin_round() noexcept { ++round_; }
    // Marks what it finds as the most recently used.
    lookup find(const prepared_name& name, const statement& what, const params& values);
    // The caller has found it absent and there is room.
    void add(const prepared_name& name, const statement& what, const params& values);
    // Forgets the least recently used and returns its name; nothing when all are used in this round.
    std::optional<prepared_name> evict();
    // The name under that hash, if it was known.
    std::optional<prepared_name> forget(std::uint64_t hash);
    void clear() noexcept;

private:
    struct entry {
        prepared_name name;
        std::string text;
        std::vector<oid> types;
        std::uint64_t round;
        entry* newer = nullptr;
        entry* older = nullptr;
    };

    void link_newest(entry& one) noexcept;
    void unlink(entry& one) noexcept;

    std::size_t capacity_;
    std::uint64_t round_ = 0;
    std::unordered_map<std::uint64_t, entry> entries_; // node-based: links into it stay valid
    entry* newest_ = nullptr;
    entry* oldest_ = nullptr;
};

} // namespace lightdash::pg
