// A statement that was built once: each call only gives the open parameters' values.
#pragma once

#include "lightdash/pg/bound_statement.hpp"
#include "lightdash/sql/arguments.hpp"
#include "lightdash/sql/fragment.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace lightdash::sql {

class prepared {
public:
    // The values of the open parameters, in the order in which they stand in the text. Throws error_kind::internal when
    // their number or a type differs. What is returned refers to this object.
    template <class... Args>
    pg::bound_statement operator()(const Args&... args) const
    {
        return fill(pg::params::of(args...));
    }

    const pg::statement& statement() const noexcept { return statement_; }
    const std::string& name() const noexcept { return statement_.name(); }
    const std::string& text() const noexcept { return statement_.text(); }
    std::size_t open_parameters() const noexcept { return open_.size(); }

protected:
    // Gives every open parameter its value of an argument. Throws error_kind::internal when one has none or several, or
    // another type, and when an argument has no use.
    void bind(std::initializer_list<detail::argument> arguments);
    pg::bound_statement fill(std::initializer_list<const void*> arguments) const;

private:
    friend struct detail::access;
    struct open {
        pg::oid type;
        std::string name;
        std::uint32_t argument = 0; // since bind(): whose
        void (*add)(pg::params&, const void*) = nullptr;
    };
    struct slot {
        bool open;
        std::uint32_t index; // into open_, or into fixed_
    };

    prepared(pg::statement what, std::vector<open> parameters, std::vector<slot> slots, pg::params fixed);
    pg::bound_statement fill(pg::params given) const;
    void check(const pg::params& given) const;

    pg::statement statement_;
    std::vector<open> open_;
    std::vector<slot> slots_; // what $1, $2 … are
    pg::params fixed_;
    bool as_given_; // the slots are the open parameters in order: nothing has to be merged
};

// With the arguments' types known to the compiler: a call with others does not compile. The members of a described
// struct are the open parameters of their names (param<T>("name"), and what values_of() and changes_of() make of it);
// an id is what param<that_id>() takes, whether it is an argument or a member; the other arguments are the parameters
// that are left, in the order of the text.
template <class... Args>
class prepared_for : public prepared {
public:
    explicit prepared_for(prepared made) : prepared(std::move(made)) { bind({detail::argument_of<Args>()...}); }
    pg::bound_statement operator()(const Args&... args) const { return fill({static_cast<const void*>(&args)...}); }
};

namespace detail {
prepared name_statement(const fragment& built, pg::sql_literal name);
void add_comment(fragment& to, std::string_view text);
} // namespace detail

// What can be sent to the server.
template <class Self>
class executable {
public:
    // `name` labels metrics, logs and errors: "dashboards.by_id".
    prepared named(pg::sql_literal name) const { return detail::name_statement(self(), name); }
    // named<chart_row, chart_id>("charts.update"): what a call is given (prepared_for).
    template <class First, class... Rest>
    prepared_for<First, Rest...> named(pg::sql_literal name) const
    {
        return prepared_for<First, Rest...>{detail::name_statement(self(), name)};
    }

    // `/* text */` before the statement. The text is part of what is prepared: keep it the same from call to call.
    // Throws error_kind::internal when it would begin or end a comment.
    Self& comment(std::string_view text)
    {
        detail::add_comment(self(), text);
        return self();
    }

    // change(*this, args...): a step that several builders share.
    template <class Change, class... Args>
    Self& modify(Change&& change, Args&&... args)
    {
        std::forward<Change>(change)(self(), std::forward<Args>(args)...);
        return self();
    }

protected:
    Self& self() noexcept { return static_cast<Self&>(*this); }
    const Self& self() const noexcept { return static_cast<const Self&>(*this); }
};

} // namespace lightdash::sql
