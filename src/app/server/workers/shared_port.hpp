// A port on which several processes are going to listen together.
#pragma once

#include "lightdash/core/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace lightdash::app {

// The settings that a port comes from, for whoever cannot have it.
namespace port_advice {
inline constexpr std::string_view api =
    "Choose another port with --port or PORT, or another address with --host or HOST.";
inline constexpr std::string_view metrics = "This is the port of /metrics: LIGHTDASH_PROMETHEUS_PORT chooses another, "
                                            "or none with 0; LIGHTDASH_METRICS_HOST its address.";
} // namespace port_advice
error with_port_advice(const error& refused, std::string_view advice);

// SO_REUSEPORT lets every process of an account join a port, those of another server too: this says beforehand whether
// the port is somebody else's, chooses one number for all when any free one will do, and keeps it while it lives.
class shared_port {
public:
    // Throws error_kind::configuration that names address, port, reason and `advice`. An address that cannot be read is
    // left to those who listen.
    shared_port(const std::string& host, std::uint16_t port, std::string_view advice);
    shared_port(const shared_port&) = delete;
    shared_port& operator=(const shared_port&) = delete;
    ~shared_port();

    std::uint16_t number() const noexcept { return number_; }

private:
    int held_ = -1; // bound, never listening: no connection comes here
    std::uint16_t number_;
};

} // namespace lightdash::app
