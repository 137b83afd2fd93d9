#include "lightdash/http/router.hpp"

#include "http/request/request_builder.hpp"
#include "http/request/target_text.hpp"

#include <fmt/format.h>

#include <array>

namespace lightdash::http {

namespace {

constexpr std::size_t methods = static_cast<std::size_t>(method::other);
constexpr std::size_t most_parameters = 8; // in one pattern

// The texts of the parameters on the way to a node.
struct captured {
    std::array<std::string_view, most_parameters> values;
    std::size_t size = 0;
};

struct parameter_names {
    const route* of = nullptr;
    std::vector<std::string_view> names; // in the order of the path
};

} // namespace

// One segment of the patterns. Parameters of different routes share a node: each route has its own names for them.
struct router::node {
    std::vector<std::pair<std::string, std::unique_ptr<node>>> fixed;
    std::unique_ptr<node> parameter;
    std::array<parameter_names, methods> routes;

    node* fixed_child(std::string_view segment) const
    {
        for (const auto& [text, child] : fixed)
            if (text == segment)
                return child.get();
        return nullptr;
    }
    bool is_end() const
    {
        for (const auto& entry : routes)
            if (entry.of)
                return true;
        return false;
    }
    const parameter_names& serving(method verb) const
    {
        static const parameter_names none;
        if (verb == method::other)
            return none;
        const auto& own = routes[static_cast<std::size_t>(verb)];
        if (!own.of && verb == method::head)
            return routes[static_cast<std::size_t>(method::get)];
        return own;
    }
    std::string allowed() const
    {
        std::string list;
        const auto add = [&](std::string_view name) {
            if (!list.empty())
                list += ", ";
            list += name;
        };
        for (std::size_t i = 0; i < methods; ++i) {
            const auto verb = static_cast<method>(i);
            if (serving(verb).of || verb == method::options)
                add(to_string(verb));
        }
        return list;
    }

    // The node that ends `path` (which starts with '/' or is empty) and serves `verb` (other: anything), segments in
    // clear first.
    const node* find(std::string_view path, method verb, captured& on_the_way) const
    {
        if (path.empty())
            return (verb == method::other ? is_end() : serving(verb).of != nullptr) ? this : nullptr;
        path.remove_prefix(1);
        const auto slash = std::min(path.find('/'), path.size());
        const auto segment = path.substr(0, slash);
        const auto rest = path.substr(slash);
        if (segment.empty())
            return nullptr;
        if (const auto* child = fixed_named(segment))
            if (const auto* end = child->find(rest, verb, on_the_way))
                return end;
        if (!parameter)
            return nullptr;
        on_the_way.values[on_the_way.size++] = segment;
        if (const auto* end = parameter->find(rest, verb, on_the_way))
            return end;
        --on_the_way.size;
        return nullptr;
    }

private:
    const node* fixed_named(std::string_view segment) const
    {
        if (segment.find('%') == std::string_view::npos)
            return fixed_child(segment);
        std::string decoded;
        return text::percent_decode(segment, false, decoded) ? fixed_child(decoded) : nullptr;
    }
};

router::router() : root_(std::make_unique<node>()) {}
router::router(router&&) noexcept = default;
router& router::operator=(router&&) noexcept = default;
router::~router() = default;

void router::add(route r)
{
    const auto refuse = [&r](std::string_view why) {
        throw error{error_kind::internal, fmt::format("Route {} {}: {}.", to_string(r.verb), r.pattern, why)};
    };
    if (!r.pattern.starts_with('/') || (r.pattern.size() > 1 && r.pattern.ends_with('/')))
        refuse("the pattern must start with '/' and not end with one");
    if (static_cast<bool>(r.handle) == static_cast<bool>(r.handle_now))
        refuse("it needs exactly one of handle and handle_now");
    if (r.verb == method::other)
        refuse("it needs a method");

    const auto& kept = *routes_.emplace_back(std::make_unique<route>(std::move(r)));
    try {
        auto* at = root_.get();
        parameter_names entry{&kept, {}};
        std::string_view path = kept.pattern == "/" ? std::string_view{} : std::string_view{kept.pattern};
        while (!path.empty()) {
            path.remove_prefix(1);
            const auto slash = std::min(path.find('/'), path.size());
            const auto segment = path.substr(0, slash);
            path.remove_prefix(slash);
            if (segment.empty())
                throw error{error_kind::internal, fmt::format("Route {}: a segment is empty.", kept.pattern)};
            if (segment.front() == '{' && segment.back() == '}') {
                entry.names.push_back(segment.substr(1, segment.size() - 2));
                if (entry.names.size() > most_parameters)
                    throw error{error_kind::internal,
                                fmt::format("Route {}: more than {} parameters.", kept.pattern, most_parameters)};
                if (!at->parameter)
                    at->parameter = std::make_unique<node>();
                at = at->parameter.get();
            } else if (auto* child = at->fixed_child(segment)) {
                at = child;
            } else {
                at = at->fixed.emplace_back(segment, std::make_unique<node>()).second.get();
            }
        }
        auto& place = at->routes[static_cast<std::size_t>(kept.verb)];
        if (place.of)
            throw error{error_kind::internal, fmt::format("Route {} {} is already taken by {}.", to_string(kept.verb),
                                                          kept.pattern, place.of->pattern)};
        place = std::move(entry);
    } catch (...) {
        routes_.pop_back();
        throw;
    }
}

router::match router::find(request& rq) const
{
    request_builder fill{rq};
    fill.clear_path_parameters();
    captured parameters;
    auto path = rq.path();
    if (path.ends_with('/'))
        path.remove_suffix(1);
    if (!path.empty() && path.front() != '/')
        return {};
    const auto* end = rq.verb() == method::other ? nullptr : root_->find(path, rq.verb(), parameters);
    if (!end) {
        const auto* other_method = root_->find(path, method::other, parameters);
        return {nullptr, other_method ? other_method->allowed() : std::string{}};
    }
    const auto& entry = end->serving(rq.verb());
    for (std::size_t i = 0; i < parameters.size; ++i)
        if (!fill.add_path_parameter(entry.names[i], parameters.values[i]))
            throw error{error_kind::invalid_parameter,
                        fmt::format("The path parameter \"{}\" must decode to UTF-8 without NUL.", entry.names[i])};
    rq.account().route = entry.of->pattern;
    return {entry.of, {}};
}

} // namespace lightdash::http
