#pragma once

#include <cstddef>
#include <string_view>

namespace starling::node {

// Tells the service manager that started us (sd_notify: a datagram to $NOTIFY_SOCKET), if one did.
void notify_service_manager(std::string_view state);

// Raises the limit of open files to what is allowed and gives it: each connection needs one.
std::size_t raise_descriptor_limit();

}  // namespace starling::node
