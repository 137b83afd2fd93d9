// Commands that return a value: what prints it, as JSON or for a person, is not their business.
#pragma once

#include "app/cli/command.hpp"
#include "app/runtime/runtime.hpp"
#include "app/terminal/print_json.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace lightdash::app {

template <class T>
struct answer {
    std::optional<T> value; // none: a signal came first
    int code = 0;           // the exit code
};

template <class T>
task<int> into(std::optional<T>& result, task<T> work)
{
    result = co_await std::move(work);
    co_return 0;
}

// The result of `work` on that runtime.
template <class T>
answer<T> ask(runtime& on, task<T> work, std::optional<std::chrono::milliseconds> patience = std::nullopt)
{
    answer<T> made;
    made.code = on.run(into(made.value, std::move(work)), patience);
    return made;
}

// A command that finds something: with --json it is printed as such, else `show` prints it. `tell` says on stderr,
// after either, what concerns both.
template <class Options, class T>
command answering(command_text text, answer<T> (*find)(const invocation&, const Options&),
                  void (*show)(const T&, const invocation&), void (*tell)(const T&, const invocation&) = nullptr)
{
    auto made = command_of<Options>(std::move(text), nullptr);
    const auto filled = std::static_pointer_cast<const Options>(made.filled);
    made.run = [filled, find, show, tell](const invocation& call) {
        const answer<T> found = find(call, *filled);
        if (!found.value)
            return found.code;
        if (call.json)
            print_json(*found.value);
        else
            show(*found.value, call);
        if (tell)
            tell(*found.value, call);
        return found.code;
    };
    return made;
}

// What is shown of a text that is all there is to say: a path, an id, a token.
void show_line(const std::string& text, const invocation&);

} // namespace lightdash::app
