// What the process has one of, and handlers take as a part of the request: a route's handler is a function, which has
// nothing of its own.
#pragma once

namespace lightdash {

// While it lives, current() is the object, which must outlive it. Of several the last one made counts. To be used on
// the loop's thread, and before it runs.
template <class T>
class process_wide {
public:
    explicit process_wide(T& object) noexcept : object_(&object) { current_ = object_; }
    process_wide(const process_wide&) = delete;
    process_wide& operator=(const process_wide&) = delete;
    ~process_wide()
    {
        if (current_ == object_)
            current_ = nullptr;
    }

    static T* current() noexcept { return current_; } // null: there is none

private:
    static inline T* current_ = nullptr;
    T* object_;
};

} // namespace lightdash
