// A place in a ring of objects that own their own links: joining and leaving never allocates.
#pragma once

namespace lightdash::detail {

// The ring's head is a link of its own that points to itself when the ring is empty.
struct list_link {
    list_link* next = nullptr;
    list_link* previous = nullptr;

    void insert_before(list_link& position) noexcept
    {
        previous = position.previous;
        next = &position;
        position.previous->next = this;
        position.previous = this;
    }
    void unlink() noexcept
    {
        previous->next = next;
        next->previous = previous;
        next = previous = nullptr;
    }
};

} // namespace lightdash::detail
