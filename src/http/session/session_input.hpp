// The bytes that a connection received and nobody has taken yet.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace lightdash::http {

class input_buffer {
public:
    std::string_view view() const noexcept { return {data_.get() + begin_, end_ - begin_}; }
    bool empty() const noexcept { return begin_ == end_; }

    void consume(std::size_t count) noexcept
    {
        begin_ += count;
        if (begin_ == end_)
            begin_ = end_ = 0;
    }
    // At least `least` bytes to read into; invalidates views.
    std::span<char> prepare(std::size_t least)
    {
        if (capacity_ - end_ < least)
            make_room(least);
        return {data_.get() + end_, capacity_ - end_};
    }
    void commit(std::size_t count) noexcept { end_ += count; }
    // Gives back the memory of an unusually large message.
    void shrink() noexcept
    {
        if (!empty() || capacity_ <= usual)
            return;
        data_.reset();
        capacity_ = 0;
    }

    static constexpr std::size_t usual = 4096;

private:
    void make_room(std::size_t least)
    {
        const auto pending = end_ - begin_;
        if (capacity_ - pending < least || pending > capacity_ / 2) {
            auto wanted = capacity_ ? capacity_ : usual;
            while (wanted - pending < least)
                wanted *= 2;
            if (wanted != capacity_) {
                auto larger = std::make_unique_for_overwrite<char[]>(wanted);
                if (pending > 0)
                    std::memcpy(larger.get(), data_.get() + begin_, pending);
                data_ = std::move(larger);
                capacity_ = wanted;
                begin_ = 0;
                end_ = pending;
                return;
            }
        }
        std::memmove(data_.get(), data_.get() + begin_, pending);
        begin_ = 0;
        end_ = pending;
    }

    std::unique_ptr<char[]> data_;
    std::size_t capacity_ = 0, begin_ = 0, end_ = 0;
};

} // namespace lightdash::http
