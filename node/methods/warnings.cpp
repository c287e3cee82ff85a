#include "node/methods/warnings.h"

namespace starling::node {

void write_warnings(rpc::JsonWriter& out, Context& context) {
    out.key("warnings").begin_array();
    const p2p::EclipseReport& eclipse = context.overlay().eclipse();
    if (eclipse.level == p2p::EclipseLevel::alarm) {
        out.value("This node may be cut off from the network by an attacker. Eclipse " +
                  describe(eclipse));
    }
    out.end_array();
}

}  // namespace starling::node
