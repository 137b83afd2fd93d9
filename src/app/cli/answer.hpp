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

// The result of `work` on that runtime.
template <class T>
answer<T> ask(runtime& on, task<T> work, std::optional<std::chrono::milliseconds> patience = std::nullopt)
{
    answer<T> made;
    made.code = on.run(into(made.value, std::move(work)), patience);
    return made;
}

// A command that finds something: with --json it is printed as such, else `show` prints it. `then(value, call, options,
// code)` comes after either, and returns the exit code.
template <class Options, class T, class Then>
command answering_then(command_text text, answer<T> (*find)(const invocation&, const Options&),
                       void (*show)(const T&, const invocation&), Then then)
{
    auto made = command_of<Options>(std::move(text), nullptr);
    const auto filled = std::static_pointer_cast<const Options>(made.filled);
    made.run = [filled, find, show, then](const invocation& call) {
        const answer<T> found = find(call, *filled);
        if (!found.value)
            return found.code;
        if (call.json)
            print_json(*found.value);
        else
            show(*found.value, call);
        return then(*found.value, call, *filled, found.code);
    };
    return made;
}

// One that is done with that. `tell` says on stderr what concerns both.
template <class Options, class T>
command answering(command_text text, answer<T> (*find)(const invocation&, const Options&),
                  void (*show)(const T&, const invocation&), void (*tell)(const T&, const invocation&) = nullptr)
{
    return answering_then(std::move(text), find, show,
                          [tell](const T& found, const invocation& call, const Options&, int code) {
                              if (tell)
                                  tell(found, call);
                              return code;
                          });
}

// One that goes on when it was seen what was found: asks whether to do so, does it. Returns the exit code.
template <class Options, class T>
command answering(command_text text, answer<T> (*find)(const invocation&, const Options&),
                  void (*show)(const T&, const invocation&), int (*go_on)(const T&, const invocation&, const Options&))
{
    return answering_then(std::move(text), find, show,
                          [go_on](const T& found, const invocation& call, const Options& given, int) {
                              std::fflush(stdout);
                              return go_on(found, call, given);
                          });
}

// What is shown of a text that is all there is to say: a path, an id, a token; and of one with lines of its own.
void show_line(const std::string& text, const invocation&);
void show_text(const std::string& text, const invocation&);

} // namespace lightdash::app
