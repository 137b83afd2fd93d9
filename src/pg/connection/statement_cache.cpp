#include "pg/connection/statement_cache.hpp"

#include <algorithm>

namespace lightdash::pg {
namespace {

bool same_types(const std::vector<oid>& types, const params& values) noexcept
{
    return std::ranges::equal(types, values.values(), {}, {}, &params::value::type);
}

} // namespace

statement_cache::statement_cache(std::size_t capacity) : capacity_(capacity)
{
    entries_.reserve(capacity);
}

statement_cache::lookup statement_cache::find(const prepared_name& name, const statement& what, const params& values)
{
    const auto found = entries_.find(name.hash());
    if (found == entries_.end())
        return lookup::absent;
    entry& one = found->second;
    if (one.text != what.text() || !same_types(one.types, values))
        return lookup::collides;
    one.round = round_;
    if (newest_ != &one) {
        unlink(one);
        link_newest(one);
    }
    return lookup::present;
}

void statement_cache::add(const prepared_name& name, const statement& what, const params& values)
{
    entry made{.name = name, .text = what.text(), .types = {}, .round = round_};
    made.types.reserve(values.values().size());
    for (const auto& value : values.values())
        made.types.push_back(value.type);
    link_newest(entries_.emplace(name.hash(), std::move(made)).first->second);
}

std::optional<prepared_name> statement_cache::evict()
{
    if (!oldest_ || oldest_->round == round_)
        return std::nullopt;
    return forget(oldest_->name.hash());
}

std::optional<prepared_name> statement_cache::forget(std::uint64_t hash)
{
    const auto found = entries_.find(hash);
    if (found == entries_.end())
        return std::nullopt;
    const auto name = found->second.name;
    unlink(found->second);
    entries_.erase(found);
    return name;
}

void statement_cache::clear() noexcept
{
    entries_.clear();
    newest_ = oldest_ = nullptr;
}

void statement_cache::link_newest(entry& one) noexcept
{
    one.newer = nullptr;
    one.older = newest_;
    (newest_ ? newest_->newer : oldest_) = &one;
    newest_ = &one;
}

void statement_cache::unlink(entry& one) noexcept
{
    (one.newer ? one.newer->older : newest_) = one.older;
    (one.older ? one.older->newer : oldest_) = one.newer;
    one.newer = one.older = nullptr;
}

} // namespace lightdash::pg
