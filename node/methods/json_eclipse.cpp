#include "node/methods/json_eclipse.h"

namespace starling::node {

void write_eclipse(rpc::JsonWriter& out, const p2p::EclipseReport& report) {
    out.key("eclipse").begin_object().field("gauge", report.gauge);
    out.field("level", to_string(report.level)).key("terms").begin_array();
    for (const p2p::EclipseTerm& term : report.terms) {
        out.begin_object().field("name", term.name);
        if (term.percent) out.field("gauge", *term.percent);
        out.field("seen", term.seen).end_object();
    }
    out.end_array().end_object();
}

}  // namespace starling::node
