// The values of one execution, encoded: one buffer for all of them.
#pragma once

#include "lightdash/pg/codec.hpp"
#include "lightdash/pg/types.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace lightdash::pg {

class params {
public:
    struct value {
        oid type;
        bool binary;
        bool null;
        std::uint32_t offset;
        std::uint32_t length;
    };

    params() = default;

    // Encodes each argument with its codec. Throws error_kind::invalid_text when a text holds a NUL byte.
    template <class... Args>
    static params of(const Args&... args)
    {
        params made;
        made.values_.reserve(sizeof...(Args));
        (made.add(args), ...);
        return made;
    }

    template <class T>
    void add(const T& argument)
    {
        const auto offset = begin_value();
        const bool null = append(argument);
        end_value(parameter_type<T>, parameter_binary<T>, null, offset);
    }

    std::span<const value> values() const noexcept { return values_; }
    // The bytes of one value; empty for NULL. A zero byte follows every value in the buffer (libpq's text format needs it).
    const char* data(const value& v) const noexcept { return v.null ? nullptr : buffer_.data() + v.offset; }

private:
    template <class T>
    bool append(const T& argument)
    {
        if constexpr (is_optional<T>) {
            if (!argument)
                return true;
            codec<typename T::value_type>::encode(*argument, buffer_);
        } else if constexpr (std::is_same_v<T, std::nullopt_t>) {
            return true;
        } else {
            codec<std::decay_t<T>>::encode(argument, buffer_);
        }
        return false;
    }
    std::uint32_t begin_value() noexcept;
    void end_value(oid type, bool binary, bool null, std::uint32_t offset);

    std::vector<value> values_;
    std::string buffer_;
};

} // namespace lightdash::pg
