// The values of one execution, encoded: one buffer for all of them.
#pragma once

#include "lightdash/pg/codec.hpp"
#include "lightdash/pg/types.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace lightdash::pg {

class params {
public:
    // The protocol counts parameters in 16 bits (PostgreSQL manual, "Message Formats", Bind).
    static constexpr std::size_t max_values = 65535;

    struct value {
        oid type;
        bool binary;
        bool null;
        std::uint32_t offset;
        std::uint32_t length;
    };

    params() = default;

    // Encodes each argument with its codec. Throws error_kind::invalid_text when a text holds a NUL byte,
    // error_kind::invalid_value when a value has no place in PostgreSQL's type.
    template <class... Args>
    static params of(const Args&... args)
    {
        params made;
        if constexpr (sizeof...(Args) != 0) {
            made.reserve(sizeof...(Args));
            (made.add(args), ...);
        }
        return made;
    }

    // Also throws error_kind::invalid_parameter beyond max_values, and when all values together exceed 1 GB. Unchanged
    // when it throws.
    template <class T>
    void add(const T& argument)
    {
        addition made{*this};
        const bool null = append(argument);
        made.finish(parameter_type<T>, parameter_binary<T>, null);
    }

    // A value that is encoded already, as another list has it; it may not be this one.
    void add_from(const params& other, const value& encoded);

    // Forgets the values and keeps the memory.
    void clear() noexcept;
    void reserve(std::size_t count);

    std::span<const value> values() const noexcept { return values_; }
    // The bytes of one value; null for NULL. A zero byte follows every value in the buffer (libpq's text format needs
    // it).
    const char* data(const value& v) const noexcept { return v.null ? nullptr : buffer_.data() + v.offset; }

private:
    // One value on its way into the buffer: taken back unless finished.
    class addition {
    public:
        explicit addition(params& to);
        ~addition();
        addition(const addition&) = delete;
        addition& operator=(const addition&) = delete;
        void finish(oid type, bool binary, bool null);

    private:
        params& to_;
        std::size_t offset_;
    };

    template <class T>
    bool append(const T& argument)
    {
        if constexpr (is_optional<T>) {
            if (!argument)
                return true;
            return append(*argument);
        } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
            return true;
        } else {
            parameter_codec<T>::encode(argument, buffer_);
            return false;
        }
    }

    std::vector<value> values_;
    std::string buffer_;
};

} // namespace lightdash::pg
