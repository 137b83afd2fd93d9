// Statements whose parameters are known together, sent together: one write, one answer.
#pragma once

#include "lightdash/pg/bound_statement.hpp"
#include "lightdash/pg/params.hpp"
#include "lightdash/pg/result.hpp"
#include "lightdash/pg/row.hpp"
#include "lightdash/pg/statement.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace lightdash::pg {

// Add statements, session::send() the batch, then take the answers. When one statement fails, send() throws its error
// and no answer may be taken: PostgreSQL skips the statements after it.
class statement_batch {
public:
    // A ticket for one statement's answer.
    struct ticket {
        std::size_t index;
    };
    struct entry {
        const statement* what; // must outlive the batch
        params values;
        result answer;
    };

    template <class... Args>
    ticket add(const statement& what, const Args&... args)
    {
        entries_.push_back({&what, params::of(args...), {}});
        return {entries_.size() - 1};
    }

    ticket add(bound_statement bound)
    {
        entries_.push_back({&bound.what, std::move(bound.values), {}});
        return {entries_.size() - 1};
    }

    template <class Row>
    Row one(ticket t) const
    {
        return map_one<Row>(entries_[t.index].answer, entries_[t.index].what->name());
    }
    template <class Row>
    std::optional<Row> maybe(ticket t) const
    {
        return map_maybe<Row>(entries_[t.index].answer, entries_[t.index].what->name());
    }
    template <class Row>
    std::vector<Row> all(ticket t) const
    {
        return map_all<Row>(entries_[t.index].answer);
    }
    const result& rows(ticket t) const { return entries_[t.index].answer; }
    std::uint64_t affected(ticket t) const { return entries_[t.index].answer.affected(); }

    std::vector<entry>& entries() noexcept { return entries_; }

private:
    std::vector<entry> entries_;
};

} // namespace lightdash::pg
