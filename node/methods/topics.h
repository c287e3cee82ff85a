#pragma once

#include "node/methods/methods.h"

#include <vector>

namespace starling::node {

// The methods by topic, one file each.
std::vector<Method> chain_methods();
std::vector<Method> wait_methods();
std::vector<Method> block_methods();
std::vector<Method> coin_methods();
std::vector<Method> scan_methods();
std::vector<Method> transaction_methods();
std::vector<Method> send_methods();
std::vector<Method> pool_methods();
std::vector<Method> peer_methods();
std::vector<Method> network_methods();
std::vector<Method> overlay_methods();
std::vector<Method> ban_methods();
std::vector<Method> doctor_methods();
std::vector<Method> template_methods();
std::vector<Method> mining_methods();
std::vector<Method> address_methods();
std::vector<Method> own_methods();

}  // namespace starling::node
