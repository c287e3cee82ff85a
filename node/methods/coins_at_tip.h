#pragma once

#include "node/methods/context.h"

#include <functional>
#include <optional>
#include <vector>

namespace starling::node {

// The coins at the tip, in the order of the points: from the chain state where it knows them, read
// from the store by a worker otherwise. All answers belong to the tip at the moment of the call
// back: if a commit came in between, the store is read again.
void coins_at_tip(Context& context,
                  std::vector<OutPoint> points,
                  std::function<void(std::vector<std::optional<Coin>>)> then);

}  // namespace starling::node
